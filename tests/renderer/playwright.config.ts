// The two pages, built, in a real Chromium against a main process that the test plays.
import { defineConfig } from '@playwright/test';
import { chromiumEnvironment, chromiumPath } from '../fakes/chromium-path.ts';

// biome-ignore lint/style/noDefaultExport: Playwright reads the default export
export default defineConfig({
  testDir: '.',
  globalSetup: './build-pages.ts',
  outputDir: '../../test-results/pages',
  workers: 2,
  fullyParallel: true,
  // For a machine that is slow or busy; nothing waits that long otherwise.
  timeout: 90_000,
  expect: { timeout: 20_000 },
  reporter: 'list',
  use: {
    launchOptions: {
      executablePath: chromiumPath,
      env: chromiumEnvironment,
      chromiumSandbox: false,
      args: [
        '--disable-gpu',
        '--disable-quic',
        '--disable-background-networking',
        '--disable-component-update',
      ],
    },
    locale: 'en-GB',
    // Pictures of a button on its way from one colour to another show neither.
    contextOptions: { reducedMotion: 'reduce' },
    timezoneId: 'UTC',
  },
});
