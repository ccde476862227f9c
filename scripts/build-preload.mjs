// Builds the preload: one CommonJS file, since a sandboxed preload can be nothing else.
import { resolve } from 'node:path';
import { build, normalizePath, runnerImport } from 'vite';

/** What the preload takes of the contract: names, without the schemas that they are made from. */
const namesPath = normalizePath(resolve('ipc/contract/names.ts'));

/** Runs names.ts now, and puts what it says in its place. */
const fixedNames = {
  name: 'fixed-names',
  async load(id) {
    if (id !== namesPath) return undefined;
    const { module } = await runnerImport(namesPath, { configFile: false, logLevel: 'warn' });
    const lines = Object.entries(module).map(
      ([name, value]) => `export const ${name} = ${JSON.stringify(value)};`,
    );
    return lines.join('\n');
  },
};

/** Writes preload/preload.cjs below `outDir`. */
export async function buildPreload(outDir) {
  await build({
    configFile: false,
    logLevel: 'warn',
    plugins: [fixedNames],
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
