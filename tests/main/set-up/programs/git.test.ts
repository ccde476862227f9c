// As Git itself reads its settings, on an invented machine with Windows' ssh.
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { applyChange, undoChange } from '../../../../main/set-up/changes/change-kinds.ts';
import { effectiveValue } from '../../../../main/set-up/changes/git-settings.ts';
import type { Surroundings } from '../../../../main/set-up/changes/surroundings.ts';
import { gitProgram } from '../../../../main/set-up/programs/git.ts';
import { InventedHome } from '../invented-home.ts';

let home: InventedHome;
const ssh = 'C:/Windows/System32/OpenSSH/ssh.exe';

beforeEach(() => {
  home = new InventedHome();
  onTestFinished(() => home[Symbol.dispose]());
});

/** The git of this machine, and an ssh.exe that has no settings. */
function windows(changed: Partial<Surroundings> = {}): Surroundings {
  const real = home.around();
  return home.around({
    platform: 'win32',
    addressOf: () => '\\\\.\\pipe\\openssh-ssh-agent',
    find: (name) => (name.endsWith('.exe') ? name : real.find(name)),
    run: (path, args, options) =>
      path.endsWith('.exe') ? Promise.resolve({ code: 0, output: '' }) : real.run(path, args, options),
    ...changed,
  });
}

// Paths of Windows are none on other systems, where Git looks for its file in HOME all the same.
const inHome = (around: Surroundings): Surroundings => ({ ...around, platform: 'linux' });

describe('Git on Windows', () => {
  it('is told to run Windows’ ssh, works then, and runs its own again when that is undone', async () => {
    const { status, changes = [] } = await gitProgram.look(windows());
    expect(status).toBe('can');
    expect(changes).toEqual([{ kind: 'git', name: 'core.sshCommand', value: ssh, former: [] }]);
    const made = await applyChange(changes[0] ?? expect.fail(), inHome(windows()));
    expect(await gitProgram.look(windows())).toMatchObject({ status: 'works' });
    expect(await gitProgram.test(windows())).toMatchObject({
      isWorking: true,
      message: expect.stringContaining('ssh-add.exe lists'),
    });
    await undoChange(made, inHome(windows()));
    expect(await effectiveValue(windows(), 'core.sshCommand')).toBeUndefined();
    expect(await gitProgram.test(windows())).toMatchObject({
      isWorking: false,
      message: expect.stringContaining('an ssh of its own'),
    });
  });

  it('says what else it runs, and which file says so', async () => {
    home.write('.gitconfig', '[include]\n\tpath = more\n');
    home.write('more', '[core]\n\tsshCommand = plink -x\n');
    const { sentence, changes } = await gitProgram.look(windows());
    expect(sentence).toContain('“plink -x” instead of ssh');
    expect(sentence).toContain(home.path('more'));
    // The person's own file has none of its own.
    expect(changes).toMatchObject([{ former: [] }]);
  });

  it('is told of GIT_SSH_COMMAND, which counts first', async () => {
    const { notes } = await gitProgram.look(windows({ env: { GIT_SSH_COMMAND: 'my ssh' } }));
    expect(notes).toEqual([expect.stringContaining('GIT_SSH_COMMAND is set to “my ssh”')]);
  });
});

describe('Git elsewhere', () => {
  it('follows ssh', async () => {
    expect(await gitProgram.look(home.around())).toMatchObject({
      status: 'blocked',
      sentence: 'Git runs ssh, which is not set up yet: set up OpenSSH, and Git follows.',
    });
    home.write('.ssh/config', `IdentityAgent "${home.socket}"\n`);
    expect(await gitProgram.look(home.around())).toMatchObject({ status: 'works' });
  });

  it('that runs something else can be told to run ssh', async () => {
    home.write('.gitconfig', '[core]\n\tsshCommand = plink\n');
    expect(await gitProgram.look(home.around())).toMatchObject({
      status: 'can',
      changes: [{ value: 'ssh', former: ['plink'] }],
    });
  });

  it('that is not installed is missing', async () => {
    expect(await gitProgram.look(home.around({ find: () => undefined }))).toMatchObject({
      status: 'missing',
    });
  });
});
