// Builds dist/, or the directory given: the Node side as ES modules, koffi and electron left outside the bundle.
import { rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { build } from 'vite';
import { buildPreload } from './build-preload.mjs';
import { buildRenderer } from './build-renderer.mjs';

const entries = {
  'main/app': 'main/app.ts',
  'main/cli': 'main/cli.ts',
  'main/start': 'main/start.ts',
  'main/library-host': 'main/library-host.ts',
  'main/crypto-worker': 'main/crypto-worker/crypto-worker.ts',
  'main/webauthn-worker': 'ipc/win32/webauthn/webauthn-worker.ts',
  'main/copydata-worker': 'ipc/transports/copydata/copydata-worker.ts',
  'main/windows-keys-worker': 'main/key-stores/windows/calls/windows-keys-worker.ts',
};

const outDir = process.argv[2] ?? 'dist';
rmSync(outDir, { recursive: true, force: true });
await build({
  configFile: false,
  logLevel: 'warn',
  ssr: { noExternal: true, external: ['electron', 'koffi'] },
  build: {
    ssr: true,
    outDir,
    emptyOutDir: false,
    target: 'node20',
    minify: false,
    rollupOptions: {
      // No `//#region` with the path of each source file.
      experimental: { attachDebugInfo: 'none' },
      input: entries,
      // Shared chunks lie beside the entries: code that finds cli.js or crypto-worker.js by
      // `new URL('./…', import.meta.url)` may end up in any of them.
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: 'main/[name]-[hash].js',
        comments: { legal: true, annotation: true, jsdoc: false },
      },
    },
  },
});
await chmod(`${outDir}/main/cli.js`, 0o755);
await buildPreload(outDir);
await buildRenderer(outDir);
