// With a wsl.exe that runs the scripts in a real shell.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Program } from '../../../../main/set-up/programs/program.ts';
import { wslGroup } from '../../../../main/set-up/programs/wsl.ts';
import { SetUp } from '../../../../main/set-up/set-up.ts';
import { createSetUpRecord } from '../../../../main/set-up/set-up-record.ts';
import { runWsl, Wsl } from '../../../../main/use-with/wsl/wsl.ts';
import { findProgram } from '../../../interop/support/installed-programs.ts';
import { WslStandIn } from '../../use-with/wsl/wsl-stand-in.ts';
import { InventedHome } from '../invented-home.ts';

const command = { node: String.raw`C:\node.exe`, script: String.raw`C:\cli.js` };
let home: InventedHome;
let standIn: WslStandIn;
let setUp: SetUp;

const open = (program = standIn.program) =>
  new SetUp({
    programs: [],
    groups: [wslGroup],
    record: createSetUpRecord(home.path('set-up.json')),
    around: home.around({ wsl: new Wsl(command, runWsl(program)) }),
  });
const runs = (...names: readonly string[]) => writeFileSync(join(standIn.dir, 'running'), names.join('\n'));
const bashrc = () => readFileSync(join(standIn.home, '.bashrc'), 'latin1');
const id = 'wsl-ubuntu';

beforeEach(() => {
  home = new InventedHome();
  standIn = new WslStandIn(['dash']).withSystemd();
  onTestFinished(() => {
    home[Symbol.dispose]();
    standIn.remove();
  });
  writeFileSync(join(standIn.home, '.bashrc'), 'mine\n');
  runs('Ubuntu');
  setUp = open();
});

describe.skipIf(findProgram('unshare') === undefined)('a distribution of WSL', () => {
  it('is set up as shown, remembered, and taken back byte for byte', async () => {
    const found = await setUp.lookAt(id);
    expect(found).toMatchObject({ title: 'Ubuntu (WSL)', status: 'can', made: [] });
    expect(found.changes.map(({ place }) => place)).toContain('~/.local/share/sallyport/relay');
    const shown = found.changes.find(({ place }) => place === '~/.bashrc');
    expect(bashrc()).toBe('mine\n');
    await setUp.apply(id, found.token);
    expect(bashrc()).toBe(`mine\n${shown?.added.join('\n')}\n`);
    const later = await open().lookAt(id);
    expect(later).toMatchObject({ status: 'works', changes: [], made: [{ undo: { place: 'Ubuntu' } }] });
    // What is the person's stays in the distribution.
    expect(readFileSync(home.path('set-up.json'), 'utf8')).not.toContain('mine');
    await open().undo(later.made[0]?.id ?? '');
    expect(bashrc()).toBe('mine\n');
    expect(existsSync(join(standIn.home, '.local/share/sallyport'))).toBe(false);
    expect(await open().lookAt(id)).toMatchObject({ status: 'can', made: [] });
  });

  it('is left as it is when it has changed since it was shown', async () => {
    const { token } = await setUp.lookAt(id);
    writeFileSync(join(standIn.home, '.bashrc'), 'others\n');
    await expect(setUp.apply(id, token)).rejects.toThrow('not what you were shown any more');
    expect(bashrc()).toBe('others\n');
    expect((await setUp.lookAt(id)).made).toEqual([]);
  });

  it('that sleeps is not started by a look', async () => {
    runs();
    expect((await setUp.lookInto('wsl')).map(({ id: one, status }) => [one, status])).toEqual([
      ['wsl-ubuntu', 'blocked'],
      ['wsl-debian', 'blocked'],
    ]);
    expect(existsSync(join(standIn.dir, 'systemctl.log'))).toBe(false);
  });

  it('lists its keys through the relay, by its own ssh-add', async () => {
    expect(await setUp.test(id)).toEqual({
      isWorking: false,
      message: 'Ubuntu: ssh-add is not installed there, so nothing can be listed.',
    });
    standIn.tool('ssh-add', 'exit 2');
    expect(await setUp.test(id)).toMatchObject({
      isWorking: false,
      message: expect.stringMatching('No agent answered'),
    });
    standIn.tool('ssh-add', '[ "$SSH_AUTH_SOCK" = "$HOME/.ssh/sallyport.sock" ] && echo one && echo two');
    expect(await setUp.test(id)).toMatchObject({
      isWorking: true,
      message: expect.stringMatching('lists 2 keys'),
    });
    standIn.tool('ssh-add', 'echo The agent has no identities.; exit 1');
    expect(await setUp.test(id)).toMatchObject({
      isWorking: true,
      message: expect.stringMatching('lists 0 keys'),
    });
  });

  it('is forgotten without a word to WSL when it is gone', async () => {
    await setUp.apply(id, (await setUp.lookAt(id)).token);
    const [made] = await setUp.made();
    writeFileSync(join(standIn.dir, 'list'), 'Debian\n');
    expect(await setUp.undo(made?.id ?? '')).toMatchObject({
      note: 'WSL has no such distribution any more.',
    });
    expect(await setUp.made()).toEqual([]);
  });

  it('is told of by one sentence where there is none', async () => {
    expect(await open('/nowhere/wsl.exe').lookInto('wsl')).toMatchObject([
      { id: 'wsl', status: 'missing', sentence: expect.stringMatching('WSL is not installed, or has no') },
    ]);
    writeFileSync(join(standIn.dir, 'list'), '');
    expect(await setUp.lookInto('wsl')).toMatchObject([
      { id: 'wsl', status: 'missing', sentence: expect.stringMatching('WSL has no distribution of yours') },
    ]);
  });

  it('is none from a program whose command does not stay', async () => {
    expect(wslGroup.isHere(home.around())).toBe(false);
  });

  it.each([
    ['and all that it has started', 'sleep 30'],
    ['but leaves something behind that keeps its output open', 'sleep 30 & exit 0'],
  ])('is not waited for where wsl.exe hangs %s', async (_what, hangs) => {
    writeFileSync(standIn.program, `#!/bin/sh\n${hangs}\n`);
    const others: Program[] = ['ssh', 'git'].map((one) => ({
      id: one,
      title: one,
      summary: '',
      look: async () => ({ status: 'works', sentence: '' }),
      test: async () => ({ isWorking: true, message: '' }),
    }));
    const hung = new SetUp({
      programs: others,
      groups: [wslGroup],
      record: createSetUpRecord(home.path('set-up.json')),
      around: home.around({ wsl: new Wsl(command, runWsl(standIn.program), 1500) }),
    });
    const start = performance.now();
    const come: (readonly [string, number, string])[] = [];
    for await (const state of hung.look()) come.push([state.id, performance.now() - start, state.sentence]);
    expect(come.map(([one]) => one)).toEqual(['ssh', 'git', 'wsl']);
    expect(come[1]?.[1]).toBeLessThan(1400);
    expect(come[2]?.[2]).toBe(
      'WSL didn’t answer within 1.5 seconds. If no terminal of Linux opens either, “wsl --shutdown” may help.',
    );
  });

  it('that hangs is one of several, and said so', async () => {
    const slow = `#!/bin/sh
case "$*" in "--list --running --quiet") sleep 30;; "--list --quiet") printf 'Ubuntu\\n';; esac
`;
    writeFileSync(standIn.program, slow);
    const hung = new SetUp({
      programs: [],
      groups: [wslGroup],
      record: createSetUpRecord(home.path('set-up.json')),
      around: home.around({ wsl: new Wsl(command, runWsl(standIn.program), 300) }),
    });
    expect(await hung.lookInto('wsl')).toMatchObject([
      { id: 'wsl-ubuntu', status: 'blocked', sentence: 'WSL didn’t answer within 0.3 seconds.' },
    ]);
  });
});
