// The built program end to end: real main bundle, real preload, real pages, real socket.
import { defineConfig } from '@playwright/test';
import { electronBinary } from './driver/electron-binary.ts';

// biome-ignore lint/style/noDefaultExport: Playwright reads the default export
export default defineConfig({
  testDir: '.',
  globalSetup: './driver/say-driver.ts',
  outputDir: '../../test-results/e2e',
  // Each test starts a program and a browser of its own, in a home of its own; but real ones share desktop and focus.
  workers: electronBinary === undefined ? 2 : 1,
  // For a machine that is slow or busy; nothing waits that long otherwise.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  reporter: process.env['PLAYWRIGHT_JSON_OUTPUT_NAME'] ? [['list'], ['json']] : 'list',
});
