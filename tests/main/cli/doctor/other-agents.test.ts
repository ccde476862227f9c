// What stands between programs and the agent, told in words that say what to do.
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import {
  checkGitSigning,
  checkGitVariables,
  checkOpensshPipe,
  checkOtherAgents,
  checkPuttyVersion,
  checkSshLines,
} from '../../../../main/cli/doctor/other-agents.ts';
import type { SeenAgent } from '../../../../main/cli/status/look-at-agent.ts';
import type { Surroundings } from '../../../../main/set-up/changes/surroundings.ts';
import { findProgram } from '../../../interop/support/installed-programs.ts';
import { InventedHome } from '../../set-up/invented-home.ts';

let home: InventedHome;
beforeEach(() => {
  home = new InventedHome();
  onTestFinished(() => home[Symbol.dispose]());
});

const sallyport: SeenAgent = {
  address: 'x',
  isSallyport: true,
  isLocked: false,
  asksNobody: false,
  process: { pid: 7, executable: 'C:\\node.exe' },
  keys: [],
  doors: [],
};

describe('OpenSSH’s pipe', () => {
  it.each([
    [
      'C:\\Windows\\System32\\OpenSSH\\ssh-agent.exe',
      'Windows’ service “OpenSSH Authentication Agent” (“',
      'Stop-Service ssh-agent',
    ],
    [
      'C:\\Users\\me\\AppData\\Local\\1Password\\app\\8\\1Password.exe',
      '1Password (“',
      'Switch the SSH agent off',
    ],
    ['C:\\Program Files\\Bitwarden\\Bitwarden.exe', 'Bitwarden (“', 'Switch the SSH agent off'],
    ['C:\\Program Files\\KeePass\\KeePass.exe', 'KeeAgent in KeePass (“', 'Tools, Options, KeeAgent'],
    ['C:\\Program Files\\GnuPG\\bin\\gpg-agent.exe', 'GnuPG’s agent (“', 'gpgconf --kill gpg-agent'],
    ['C:\\mine\\agent.exe', '“C:\\mine\\agent.exe”, process 9, listens', 'End that program.'],
    ['C:\\mine\\\u202eexe.tnega', 'U+202E', 'End that program.'],
  ])('of another is told by its name, with what to do: %s', (executable, who, remedy) => {
    const found = checkOpensshPipe({ pid: 9, executable }, sallyport);
    expect(found).toMatchObject({ id: 'openssh-pipe', result: 'problem' });
    expect(found.message).toContain(who);
    expect(found.message).toContain('ssh and Git of Windows ask it, and not Sallyport.');
    expect(found.remedy).toContain(remedy);
  });

  it('is no problem where it is Sallyport’s, or nobody’s, and one whoever has it', () => {
    expect(checkOpensshPipe({ pid: 7 }, sallyport).result).toBe('ok');
    const door = { name: 'openssh-pipe', title: '', status: 'listening' } as const;
    expect(checkOpensshPipe({ pid: 8 }, { ...sallyport, doors: [door] }).result).toBe('ok');
    expect(checkOpensshPipe(undefined, sallyport).result).toBe('skipped');
    expect(checkOpensshPipe({ pid: 9 }, undefined).message).toMatch(/^another program, process 9, listens/);
  });
});

describe.skipIf(findProgram('git') === undefined)('Git’s signatures', () => {
  const signing = (config: string, changed: Partial<Surroundings> = {}) => {
    home.write('.gitconfig', config);
    return checkGitSigning(home.around(changed));
  };

  it('are Git’s own where they are made by ssh-keygen, or not by SSH keys', async () => {
    expect((await signing('[gpg]\n format = openpgp\n')).result).toBe('skipped');
    expect((await signing('')).result).toBe('skipped');
    expect((await signing('[gpg]\n format = ssh\n')).result).toBe('ok');
    const windows =
      '[gpg]\n format = ssh\n[gpg "ssh"]\n program = C:/Windows/System32/OpenSSH/ssh-keygen.exe\n';
    expect((await signing(windows, { platform: 'win32' })).result).toBe('ok');
  });

  it('by another program are told, with whom that asks', async () => {
    const path = 'C:\\\\Users\\\\me\\\\1Password\\\\op-ssh-sign.exe';
    const found = await signing(`[gpg]\n format = ssh\n[gpg "ssh"]\n program = "${path}"\n`);
    expect(found).toMatchObject({ result: 'problem', remedy: 'git config --global --unset gpg.ssh.program' });
    expect(found.message).toContain('op-ssh-sign.exe”, as ');
    expect(found.message).toContain('That asks 1Password, so that no key of Sallyport signs there.');
    const unknown = await signing('[gpg]\n format = ssh\n[gpg "ssh"]\n program = /opt/my-signer\n');
    expect(unknown.message).toContain('That asks an agent of its own, or none');
  });

  it('by Git’s own ssh-keygen reach no pipe of Windows', async () => {
    const env = { PATH: process.env['PATH'], HOME: home.home, SystemRoot: 'C:\\Windows' };
    const found = await signing('[gpg]\n format = ssh\n', { platform: 'win32', env });
    expect(found.result).toBe('problem');
    expect(found.remedy).toBe(
      'git config --global gpg.ssh.program "C:/Windows/System32/OpenSSH/ssh-keygen.exe"',
    );
    const socket = { platform: 'win32', env: { ...env, SSH_AUTH_SOCK: 'C:\\s' } } as const;
    expect((await signing('[gpg]\n format = ssh\n', socket)).result).toBe('ok');
  });
});

describe('Git’s variables', () => {
  const check = (env: Record<string, string>) => checkGitVariables(home.around({ env }));

  it.each([
    [{}, 'ok', 'not set'],
    [{ GIT_SSH: 'C:\\PuTTY\\plink.exe' }, 'ok', 'Git logs in by PuTTY'],
    [
      { GIT_SSH_COMMAND: 'ssh -o IdentityAgent=none' },
      'problem',
      'GIT_SSH_COMMAND is “ssh -o IdentityAgent=none”. It counts',
    ],
    [{ GIT_SSH: 'plink', GIT_SSH_COMMAND: 'x' }, 'problem', 'GIT_SSH is “plink”'],
  ])('%j', (env, result, message) => {
    expect(check(env)).toMatchObject({ result, message: expect.stringContaining(message) });
  });
});

describe('lines about agents in ssh’s settings', () => {
  const check = (text: string) => {
    home.write('.ssh/config', text);
    return checkSshLines(home.around());
  };

  it('to another agent are told by their numbers, also for some hosts alone', () => {
    const found = check('Host github.com\n  IdentityAgent ~/.1password/agent.sock\n');
    expect(found).toMatchObject({
      result: 'problem',
      remedy: expect.stringContaining('sallyport set-up ssh'),
    });
    expect(found.message).toContain('line 2, “IdentityAgent ~/.1password/agent.sock”');
  });

  it('are no problem where they name Sallyport, SSH_AUTH_SOCK, or come after Sallyport’s', () => {
    for (const value of [home.socket, 'SSH_AUTH_SOCK'])
      expect(check(`IdentityAgent ${value}\n`).result).toBe('ok');
    expect(check('').result).toBe('ok');
    const ours = '# >>> Sallyport ssh >>>\nIdentityAgent x\n# <<< Sallyport ssh <<<\n';
    expect(check(`${ours}Host a\nIdentityAgent /other\n`).message).toContain('comes before yours');
  });
});

describe('PuTTY’s version', () => {
  const check = (says: string, platform: NodeJS.Platform = 'win32') =>
    checkPuttyVersion(
      home.around({
        platform,
        env: {},
        find: (program) => (program === 'plink' ? 'C:\\PuTTY\\plink.exe' : undefined),
        run: async () => ({ code: 0, output: says }),
      }),
    );

  it.each([
    ['plink: Release 0.83\nBuild platform: x', 'ok', 'of version 0.83.'],
    ['plink: Release 0.75\n', 'ok', '0.75'],
    ['plink: Release 0.70\n', 'problem', 'by its window for older programs alone'],
    ['plink: Release 1.02\n', 'ok', '1.02'],
    ['', 'skipped', 'does not say which version'],
  ])('%j', async (says, result, message) => {
    expect(await check(says)).toMatchObject({ result, message: expect.stringContaining(message) });
  });

  it('does not matter elsewhere, or where there is none', async () => {
    expect((await check('plink: Release 0.70\n', 'linux')).result).toBe('ok');
    expect((await checkPuttyVersion(home.around({ find: () => undefined }))).result).toBe('skipped');
  });
});

it('is looked for without changing anything', async () => {
  const found = await checkOtherAgents(home.around(), undefined);
  expect(found.map(({ id }) => id)).toEqual(['ssh-lines', 'git-signing', 'git-variables', 'putty-version']);
});
