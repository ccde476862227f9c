// The core's own tests in a Windows node.exe: they need no socket, so they must pass there as they are.
import { join } from 'node:path';
import { build } from 'vite';
import { expect, test } from 'vitest';
import { projectDir } from './lane/paths.ts';
import { describeWindows, laneWorkDir, runWindows } from './lane/windows-program.ts';

async function bundleCoreTests(): Promise<string> {
  const outDir = join(laneWorkDir(), 'core-tests');
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { vitest: join(projectDir, 'tests/wine/core/vitest-on-node-test.ts') } },
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir,
      target: 'node20',
      minify: false,
      rollupOptions: {
        input: { 'core-tests': join(projectDir, 'tests/wine/core/all-core-tests.ts') },
        output: { entryFileNames: '[name].mjs' },
      },
    },
  });
  return join(outDir, 'core-tests.mjs');
}

/** Each failed test with its error, out of node:test's TAP. */
function failuresIn(tap: string): string[] {
  const blocks = tap.split(/^(?= *(?:not )?ok )/m);
  return blocks.filter((block) => /^ *not ok/.test(block) && !block.includes("type: 'suite'"));
}

describeWindows('the core in node.exe', () => {
  test('passes all tests of main/agent and main/keys', { timeout: 400_000 }, async () => {
    const { exitCode, output } = await runWindows(await bundleCoreTests(), [], { timeoutMs: 380_000 });
    const count = (what: string) => Number(new RegExp(`^[#ℹ] ${what} (\\d+)`, 'm').exec(output)?.[1]);
    expect(failuresIn(output)).toEqual([]);
    expect({ exitCode, failed: count('fail') }).toEqual({ exitCode: 0, failed: 0 });
    // As many as vitest runs here, give or take what is skipped: an empty bundle must not pass.
    expect(count('pass')).toBeGreaterThan(500);
  });
});
