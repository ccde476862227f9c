// What may lie where a program of the person's keeps its files, when programs are only looked at.
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { puttyProgram } from '../../../../main/set-up/programs/putty.ts';
import { shellProgram } from '../../../../main/set-up/programs/shell.ts';
import { ownAgentLines } from '../../../../main/set-up/programs/ssh-settings.ts';
import { InventedHome } from '../invented-home.ts';
import { InventedWindows } from '../invented-windows.ts';

let home: InventedHome;

beforeEach(() => {
  home = new InventedHome();
  onTestFinished(() => home[Symbol.dispose]());
});

const planted: readonly (readonly [string, (path: string) => void])[] = [
  ['a fifo', (path) => execFileSync('mkfifo', [path])],
  ['a device', (path) => symlinkSync('/dev/zero', path)],
  ['links in a circle', (path) => symlinkSync(path, path)],
  ['a folder', (path) => mkdirSync(path)],
];

describe('a look at programs', () => {
  it.each(planted)('waits for nobody, and reads no device: %s', async (_, plant) => {
    plant(home.path('.profile'));
    mkdirSync(home.path('.ssh'));
    plant(home.path('.ssh/config'));
    const around = home.around();
    expect(await shellProgram.look({ ...around, env: { ...around.env, SHELL: '/bin/sh' } })).toMatchObject({
      status: 'can',
    });
    expect(ownAgentLines(around)).toEqual([]);
    const windows = new InventedWindows(home.path('Startup'));
    plant(join(windows.startupFolder, 'keys.lnk'));
    const onWindows = home.around({
      platform: 'win32',
      windows,
      addressOf: () => 'a pipe',
      find: () => undefined,
    });
    expect(await puttyProgram.look(onWindows)).toMatchObject({ status: 'works' });
  });

  it('reads nothing of 10 GB', async () => {
    home.write('.profile', '');
    truncateSync(home.path('.profile'), 10 * 1024 ** 3);
    expect(await shellProgram.look(home.around())).toMatchObject({ status: 'can' });
  });
});
