import { chmodSync, chownSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { projectDir } from '../lane/paths.ts';
import {
  bundleForWindows,
  closedPath,
  describeWindows,
  prefixDir,
  runWindows,
} from '../lane/windows-program.ts';

const block = (id: string, lineEnd: string) =>
  [
    `# >>> Sallyport ${id} >>>`,
    `# Keys come from Sallyport. To take this out: sallyport set-up ${id} --undo`,
    `[ -n "\${SSH_CONNECTION-}" ] || export SSH_AUTH_SOCK='C:/Users/Mary O’B/.ssh/sallyport.sock'`,
    `# <<< Sallyport ${id} <<<`,
  ].join(lineEnd);

describeWindows('Cygwin and MSYS2', () => {
  test('are found by what their installers tell, set up in the home that they have, and that taken back', async () => {
    const folder = closedPath('layers');
    mkdirSync(folder.unix);
    const script = await bundleForWindows(join(projectDir, 'tests/wine/scripts/posix-layers.ts'));
    const result = await runWindows(script, [folder.windows]);
    if (result.output === '') throw new Error(result.errorOutput);
    expect(JSON.parse(result.output)).toEqual({
      before: 'missing: Cygwin is not installed.',
      unmade: expect.stringMatching(/^blocked: Cygwin has not made your folder .*Open its terminal once/),
      made: [`# mine\nexport A=1\n${block('cygwin', '\n')}`, `${block('msys2', '\n')}\n`],
      after: [
        'works: Programs in Cygwin ask Sallyport, in terminals opened since.',
        'works: Programs in MSYS2 ask Sallyport, in terminals opened since.',
      ],
      undone: ['# mine\nexport A=1', false],
    });
  });

  test('are not taken for such where anybody could have made the folder, and Windows was told of none', async () => {
    const usual = join(prefixDir(), 'drive_c/msys64');
    onTestFinished(() => rmSync(usual, { recursive: true, force: true }));
    mkdirSync(join(usual, 'etc'), { recursive: true });
    writeFileSync(join(usual, 'etc/profile'), '');
    const script = await bundleForWindows(join(projectDir, 'tests/wine/scripts/posix-layers.ts'));
    const stateWith = async (mode: number) => {
      chmodSync(usual, mode);
      return (await runWindows(script, [])).output;
    };
    expect(await stateWith(0o777)).toBe('missing: MSYS2 is not installed.');
    expect(await stateWith(0o755)).toMatch('blocked: MSYS2 has not made your folder C:\\msys64\\home\\');
  });

  // Another user's files are made by root alone here.
  test.skipIf(process.getuid?.() !== 0)(
    'are not taken for such where another user has made what Windows was told of',
    async () => {
      const { unix, windows } = closedPath('left');
      const script = await bundleForWindows(join(projectDir, 'tests/wine/scripts/posix-layers.ts'));
      const state = async () => (await runWindows(script, [windows, 'left'])).output;
      const nobody = 65_534;
      for (const name of ['etc', 'bin']) mkdirSync(join(unix, name), { recursive: true });
      const made = ['', 'etc/profile', 'bin/bash.exe'].map((name) => join(unix, name));
      for (const path of made.slice(1)) writeFileSync(path, '');
      expect(await state()).toMatch('blocked: Cygwin has not made your folder');
      for (const path of made) {
        chownSync(path, nobody, nobody);
        expect(await state(), path).toBe('missing: Cygwin is not installed.');
        chownSync(path, 0, 0);
      }
    },
  );
});
