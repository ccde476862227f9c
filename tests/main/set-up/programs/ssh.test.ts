// As ssh itself understands what is written for it.
import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { applyChange, undoChange } from '../../../../main/set-up/changes/change-kinds.ts';
import type { Surroundings } from '../../../../main/set-up/changes/surroundings.ts';
import { sshProgram } from '../../../../main/set-up/programs/ssh.ts';
import { InventedHome } from '../invented-home.ts';

let home: InventedHome;

beforeEach(() => {
  home = new InventedHome();
  onTestFinished(() => home[Symbol.dispose]());
});

const look = (changed: Partial<Surroundings> = {}) => sshProgram.look(home.around(changed));

/** Which agent ssh asks for a host. */
function agentFor(host: string): string | undefined {
  const told = execFileSync('ssh', ['-F', home.path('.ssh/config'), '-G', host], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return /^identityagent (.*)$/m.exec(told)?.[1];
}

async function setUp() {
  const { changes = [] } = await look();
  const [change] = changes;
  if (change === undefined) throw new Error('there is nothing to set up');
  return await applyChange(change, home.around());
}

describe('OpenSSH', () => {
  it.each([
    ['nothing', ''],
    ['an agent for all', 'Host *\n  IdentityAgent /other/agent\n'],
    ['an agent for one host', 'User a\nHost work\n  IdentityAgent none\n'],
    ['one in an included file', 'Include other\n'],
  ])(
    'asks Sallyport for every host once it is set up, and as before when that is undone: %s',
    async (_, config) => {
      home.write('.ssh/other', 'IdentityAgent /included/agent\n');
      home.write('.ssh/config', config.replace('other\n', `${home.path('.ssh/other')}\n`));
      const [anyBefore, workBefore, userBefore] = [
        agentFor('any'),
        agentFor('work'),
        home.read('.ssh/config'),
      ];
      expect(await look()).toMatchObject({ status: 'can' });
      const made = await setUp();
      expect(agentFor('any')).toBe(home.socket);
      expect(agentFor('work')).toBe(home.socket);
      expect(await look()).toMatchObject({
        status: 'works',
        sentence: 'ssh asks Sallyport: its settings say so.',
      });
      await undoChange(made, home.around());
      expect([agentFor('any'), agentFor('work'), home.read('.ssh/config')]).toEqual([
        anyBefore,
        workBefore,
        userBefore,
      ]);
    },
  );

  it('keeps all else that the person’s settings say', async () => {
    home.write('.ssh/config', 'Port 2222\nHost work\n  User mary\n');
    await setUp();
    const told = execFileSync('ssh', ['-F', home.path('.ssh/config'), '-G', 'work'], { encoding: 'utf8' });
    expect(told).toMatch(/^user mary$/m);
    expect(told).toMatch(/^port 2222$/m);
  });

  it('has said before which lines of the person do not count any more', async () => {
    home.write('.ssh/config', 'Host work\n  IdentityAgent none\n# IdentityAgent x\n  identityagent=/b\n');
    const { notes = [] } = await look();
    expect(notes.filter((note) => note.includes('does not count'))).toEqual([
      expect.stringContaining('line 2, “IdentityAgent none”'),
      expect.stringContaining('line 4, “identityagent=/b”'),
    ]);
  });

  it('is not set up with a socket whose place another user could take after a restart', async () => {
    const { status, sentence, changes } = await look({ addressOf: () => '/tmp/sallyport-0/agent.sock' });
    expect({ status, changes }).toEqual({ status: 'blocked', changes: undefined });
    expect(sentence).toContain('others may make first after a restart');
  });

  it('is not set up without an open door, and not with one that ssh can’t be told', async () => {
    expect(await look({ addressOf: () => undefined })).toMatchObject({
      status: 'blocked',
      sentence: expect.stringContaining('“Doors” says why'),
    });
    const odd = home.path('a"b.sock');
    expect(await look({ addressOf: () => odd })).toMatchObject({ status: 'blocked' });
  });

  it('says so where ssh refuses its settings', async () => {
    home.write('.ssh/config', 'Nonsense yes\n');
    expect(await look()).toMatchObject({
      status: 'blocked',
      sentence: expect.stringContaining('“ssh -G host”'),
    });
  });

  it('that is not installed is missing', async () => {
    expect(await look({ find: () => undefined })).toMatchObject({ status: 'missing' });
  });

  it('of Windows needs nothing where its own pipe is ours, and a line where it is not', async () => {
    const around = (doors: Readonly<Record<string, string>>): Partial<Surroundings> => ({
      platform: 'win32',
      env: { SystemRoot: 'C:\\Windows' },
      addressOf: (door) => doors[door],
      find: (program) => program,
      run: async () => ({ code: 0, output: 'user a\r\nport 22\r\n' }),
    });
    const own = { 'own-pipe': '\\\\.\\pipe\\sallyport.a' };
    const pipe = { 'openssh-pipe': '\\\\.\\pipe\\openssh-ssh-agent' };
    expect(await look(around({ ...own, ...pipe }))).toMatchObject({
      status: 'works',
      where: 'C:\\Windows\\System32\\OpenSSH\\ssh.exe',
      sentence: expect.stringContaining('nothing is needed'),
    });
    expect(await look(around(own))).toMatchObject({
      status: 'can',
      changes: [{ lines: [expect.any(String), 'IdentityAgent "//./pipe/sallyport.a"'] }],
      notes: expect.arrayContaining([expect.stringContaining('Git for Windows’ own ssh')]),
    });
  });

  it('is tested by a list of ssh-add at the agent that ssh asks', async () => {
    expect(await sshProgram.test(home.around())).toEqual({
      isWorking: false,
      message: 'ssh asks no agent, not Sallyport.',
    });
    await setUp();
    const { isWorking, message } = await sshProgram.test(home.around());
    expect(isWorking).toBe(false);
    expect(message).toContain('which did not answer');
    const listing = home.write(
      'bin/ssh-add',
      '#!/bin/sh\necho "256 SHA256:a $SSH_AUTH_SOCK (ED25519)"\n',
      0o700,
    );
    chmodSync(listing, 0o700);
    const find = (name: string) => (name === 'ssh-add' ? listing : home.around().find(name));
    expect(await sshProgram.test(home.around({ find }))).toMatchObject({
      isWorking: true,
      message: expect.stringContaining('lists 1 key there'),
    });
  });
});
