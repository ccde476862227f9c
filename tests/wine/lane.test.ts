import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectDir } from './lane/paths.ts';
import {
  bundleForWindows,
  compileWindowsC,
  describeWindows,
  laneServerLog,
  laneWorkDir,
  runWindows,
  runWindowsExe,
  startWindows,
} from './lane/windows-program.ts';

describeWindows('the Wine lane', () => {
  test('runs bundled TypeScript in a Windows node.exe that can call Win32', async () => {
    const script = await bundleForWindows(join(projectDir, 'tests/wine/scripts/platform.ts'));
    const { exitCode, output } = await runWindows(script, ['7'], { env: { LANE_WORD: 'dock' } });
    expect(exitCode).toBe(7);
    expect(output).toMatch(/^win32 dock \d+\r?$/m);
  });

  test('talks to a script that goes on running', async () => {
    const script = await bundleForWindows(join(projectDir, 'tests/wine/scripts/echo.ts'));
    const program = startWindows(script);
    expect(await program.ask('double', 21)).toBe(42);
    await expect(program.ask('nonsense')).rejects.toThrow('no such command');
    await program.ask('stop');
    expect((await program.result).exitCode).toBe(0);
  });

  test('ends a program that takes too long', async () => {
    const script = await bundleForWindows(join(projectDir, 'tests/wine/scripts/echo.ts'));
    expect((await runWindows(script, [], { timeoutMs: 3_000 })).exitCode).toBeNull();
  });

  test('ends what is left when Wine’s server has died, says so, and goes on with another one', async () => {
    const log = () => readFileSync(laneServerLog(), 'utf8');
    const servers = () =>
      [...log().matchAll(/^Wine’s server is process (\d+)$/gm)].map(([, pid]) => Number(pid));
    const script = await bundleForWindows(join(projectDir, 'tests/wine/scripts/echo.ts'));
    const program = startWindows(script);
    expect(await program.ask('double', 1)).toBe(2);
    const [server] = servers().slice(-1);
    process.kill(server as number, 'SIGKILL');
    const { exitCode, errorOutput } = await program.result;
    expect(exitCode).toBeNull();
    expect(errorOutput).toContain('Wine’s server ended by SIGKILL');
    await expect(program.ask('double', 2)).rejects.toThrow('Wine’s server ended by SIGKILL');
    await expect.poll(() => servers().at(-1)).not.toBe(server);
    const next = startWindows(script);
    expect(await next.ask('double', 21)).toBe(42);
    await next.ask('stop');
    expect((await next.result).exitCode).toBe(0);
  });

  test('compiles and runs a C program', async () => {
    const source = join(laneWorkDir(), 'sum.c');
    writeFileSync(
      source,
      'int wmain(int argc, wchar_t **argv) { (void)argv; return argc; }\n'.replace(
        /^/,
        '#include <wchar.h>\n',
      ),
    );
    expect((await runWindowsExe(compileWindowsC(source), ['a', 'b'])).exitCode).toBe(3);
  });
});
