// Builds dist/, or the directory given: the command as CommonJS, which loads faster, all else of the Node side as ES
// modules; koffi and electron are left outside.
import { rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { build } from 'vite';
import { buildPreload } from './build-preload.mjs';
import { buildRenderer } from './build-renderer.mjs';
import { compileAhead } from './compile-ahead.mjs';
import { loadLate } from './load-late.mjs';
import { sourceDate } from './source-date.mjs';

// Whoever has another value in the environment would get React as its developers have it.
process.env.NODE_ENV = 'production';

const entries = {
  'main/app': 'main/app.ts',
  'main/start': 'main/start.ts',
  'main/library-host': 'main/library-host.ts',
  'main/crypto-worker': 'main/crypto-worker/crypto-worker.ts',
  'main/webauthn-worker': 'ipc/win32/webauthn/webauthn-worker.ts',
  'main/copydata-worker': 'ipc/transports/copydata/copydata-worker.ts',
  'main/windows-keys-worker': 'main/key-stores/windows/calls/windows-keys-worker.ts',
};

// What an agent that starts, lists keys and signs does not need: other systems, formats of files, other places of keys. Nothing of it
// may be used while the other parts of the command are themselves being loaded.
const lateParts = [
  /node_modules[\\/](@noble|smol-toml)[\\/](?!hashes[\\/](sha2|_md|_u64|utils)\.js)/,
  /ipc[\\/](win32|transports[\\/]pipes)[\\/]/,
  /main[\\/]keys[\\/](files[\\/](?!passphrase-encodings|shared[\\/]key-file-error)|encoding[\\/](cbor|block-cipher))/,
  /main[\\/]key-stores[\\/](windows|pkcs11|upstream)[\\/](?!kept-)/,
  /main[\\/]authenticators[\\/](webauthn|middleware)[\\/](?!kept-)/,
  /main[\\/]library-process[\\/]library-(process|file)\.ts$/,
];

// What a verb that is started often needs lies in one file: to find and open one takes as long as a thousand lines in it.
const commandChunks = [
  { name: 'client', test: /main[\\/](command|cli[\\/]verbs[\\/]list)\.ts$/, priority: 2 },
  // With the door that each agent on Linux opens.
  {
    name: 'agent',
    test: /(main[\\/]cli[\\/]verbs[\\/]agent|ipc[\\/]transports[\\/]unix[\\/]unix-socket)\.ts$/,
    priority: 1,
  },
  {
    name: 'late',
    test: (id) => lateParts.some((part) => part.test(id)),
    priority: 3,
    includeDependenciesRecursively: false,
  },
];

/**
 * What main/process/load-program.ts reads: expressions, and ASCII, since V8 holds a text with one other character in twice
 * the memory.
 */
const asciiScripts = {
  name: 'ascii-scripts',
  generateBundle(_, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (/String\.raw`[^`]*[^`\0-\x7f]/.test(chunk.code)) throw new Error(`raw text in ${chunk.fileName}`);
      const ascii = chunk.code.replace(
        /[^\0-\x7f]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );
      chunk.code = `(function (exports, require, module, __filename) {${ascii}\n})\n`;
    }
  },
};

/**
 * Node's own modules and the part "late" are loaded where something of them is first used, rather than all at once at the
 * start, which took as long as the rest of it.
 */
const late = {
  name: 'late',
  renderChunk(code, { name }) {
    const rendered = loadLate(code);
    if (name === 'client' && rendered.includes('require.later'))
      throw new Error('what all verbs need is late');
    return rendered;
  },
};

const outDir = process.argv[2] ?? 'dist';

// Shared chunks lie beside the entries: code that finds cli.js or crypto-worker.js by `new URL('./…', import.meta.url)`
// may end up in any of them.
async function buildNodeSide(input, output, plugins = []) {
  await build({
    configFile: false,
    plugins,
    logLevel: 'warn',
    ssr: { noExternal: true, external: ['electron', 'koffi'] },
    // main/programs/this-version.ts
    define: { __MADE_ON__: JSON.stringify(sourceDate()) ?? 'undefined' },
    build: {
      ssr: true,
      outDir,
      emptyOutDir: false,
      target: 'node20',
      minify: false,
      rollupOptions: {
        // No `//#region` with the path of each source file; and no entry has what only some of its verbs need.
        experimental: { attachDebugInfo: 'none', chunkOptimization: false },
        // What one verb loads late, another needs at once: nothing to tell whoever builds.
        checks: { ineffectiveDynamicImport: false },
        input,
        output: { comments: { legal: true, annotation: true, jsdoc: false }, ...output },
      },
    },
  });
}

rmSync(outDir, { recursive: true, force: true });
await buildNodeSide(entries, { entryFileNames: '[name].js', chunkFileNames: 'main/[name]-[hash].js' });
await buildNodeSide({ 'main/cli': 'main/cli.ts' }, { entryFileNames: '[name].js', codeSplitting: false });
await buildNodeSide(
  { 'main/command': 'main/command.ts' },
  {
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: 'main/[name]-[hash].cjs',
    codeSplitting: { groups: commandChunks },
  },
  [late, asciiScripts],
);
await chmod(`${outDir}/main/cli.js`, 0o755);
compileAhead(`${outDir}/main`);
await buildPreload(outDir);
await buildRenderer(outDir);
