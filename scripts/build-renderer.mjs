// Builds renderer/{keys,prompt}/ of dist: one page each with file names that app-protocol.ts can list.
import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { build } from 'vite';

/** The pages share no file, so that nothing of the key window reaches the prompt. */
const pages = ['keys', 'prompt'];

/** Writes both pages below `outDir`. */
export async function buildRenderer(outDir) {
  for (const page of pages) {
    await build({
      configFile: false,
      logLevel: 'warn',
      root: `renderer/${page}`,
      base: './',
      plugins: [react()],
      build: {
        outDir: resolve(outDir, 'renderer', page),
        emptyOutDir: true,
        target: 'chrome140',
        modulePreload: false,
        assetsInlineLimit: 0,
        rollupOptions: {
          output: { entryFileNames: 'page.js', assetFileNames: 'page[extname]', codeSplitting: false },
        },
      },
    });
  }
}
