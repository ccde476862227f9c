// Builds the preload: one CommonJS file, since a sandboxed preload can be nothing else.
import { resolve } from 'node:path';
import { build } from 'vite';

/** Writes preload/preload.cjs below `outDir`. */
export async function buildPreload(outDir) {
  await build({
    configFile: false,
    logLevel: 'warn',
    ssr: { noExternal: true, external: ['electron'] },
    build: {
      ssr: 'preload/preload.ts',
      outDir: resolve(outDir, 'preload'),
      emptyOutDir: true,
      target: 'chrome140',
      minify: false,
      rollupOptions: { output: { format: 'cjs', entryFileNames: 'preload.cjs', codeSplitting: false } },
    },
  });
}
