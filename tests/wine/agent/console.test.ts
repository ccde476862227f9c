// The console of Windows as the way to the person, where no askpass program is named.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectDir, windowsPath } from '../lane/paths.ts';
import { bundleForWindows, describeWindows, runWindows } from '../lane/windows-program.ts';
import { cliPath, keyPath } from './windows-command.ts';

describeWindows('sallyport agent in a console', () => {
  test('asks there for a passphrase, without echo, and runs no program that lies where Linux has askpass', async () => {
    const script = await bundleForWindows(join(projectDir, 'tests/wine/scripts/agent-in-console.ts'));
    const args = [windowsPath(cliPath()), keyPath('p256.ppk-argon2id'), 'p256 comment', 'pass phrase'];
    const { output, errorOutput } = await runWindows(script, args);
    expect(errorOutput).toBe('');
    expect(JSON.parse(output)).toEqual({ signed: 0, stopped: 0, echoed: false });
  });
});
