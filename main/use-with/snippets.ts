// "Use with…": what a person writes where so that OpenSSH, Git, WSL and PuTTY ask Sallyport, for the doors of now.

import type { Snippet, SnippetKind, SnippetStep } from '../../ipc/contract/use-with.ts';
import { snippetNames } from '../../text/program-names.ts';
import type { OwnCommand } from '../programs/find-command.ts';
import { quoteForShell } from './quote-for-shell.ts';
import { identityAgentLine, UnspeakableAddressError } from './ssh-config.ts';
import { commandForWsl, relayThroughSocat } from './wsl-relay.ts';

export interface SnippetFacts {
  readonly platform: NodeJS.Platform;
  /** Undefined while the door is not open or does not exist here. */
  readonly addressOf: (door: string) => string | undefined;
  /** Where the person reads why a door is not open. */
  readonly doorsPlace: string;
  /** Undefined where there is no command that stays in its place. */
  readonly command: OwnCommand | undefined;
}

/** Lines for a file of ssh_config(5), or commands for a shell. */
export interface WrittenStep extends SnippetStep {
  readonly language: 'ssh_config' | 'shell';
}

export interface WrittenSnippet extends Snippet {
  readonly steps: readonly WrittenStep[];
}

const shell = (explanation: string, text: string): WrittenStep => ({ explanation, text, language: 'shell' });

const sshConfig = (explanation: string, address: string): WrittenStep => ({
  explanation,
  text: `Host *\n    ${identityAgentLine(address)}`,
  language: 'ssh_config',
});

const notOpen = (what: string, { doorsPlace }: SnippetFacts) =>
  `${what} is not open at the moment. ${doorsPlace} says why, and what to do about it.`;

const exportSocket = (path: string) => `export SSH_AUTH_SOCK=${quoteForShell(path)}`;

function unixOpenssh(facts: SnippetFacts): WrittenSnippet {
  const title = snippetNames.openssh;
  const path = facts.addressOf('unix-socket');
  if (path === undefined) return { title, steps: [], problem: notOpen('The Unix socket', facts) };
  return {
    title,
    steps: [
      sshConfig('For ssh alone, in ~/.ssh/config:', path),
      shell('Or for every program of one terminal, or in ~/.profile for all:', exportSocket(path)),
    ],
  };
}

function windowsOpenssh(facts: SnippetFacts): WrittenSnippet {
  const title = "OpenSSH (Windows' ssh.exe)";
  const steps: WrittenStep[] = [];
  if (facts.addressOf('openssh-pipe') !== undefined)
    steps.push(shell('Nothing is needed: ssh.exe asks Sallyport already. To see your keys:', 'ssh-add -l'));
  const ownPipe = facts.addressOf('own-pipe');
  if (ownPipe !== undefined)
    steps.push(sshConfig('To name Sallyport expressly, in .ssh\\config in your profile folder:', ownPipe));
  return steps.length > 0 ? { title, steps } : { title, steps, problem: notOpen("OpenSSH's pipe", facts) };
}

const signCommits = shell(
  'To sign commits with a key in Sallyport, with its public key line in place of the dots:',
  'git config --global gpg.format ssh\ngit config --global user.signingkey "key::ssh-ed25519 …"\ngit config --global commit.gpgsign true',
);

function git(facts: SnippetFacts): WrittenSnippet {
  const title = snippetNames.git;
  if (facts.platform !== 'win32') {
    const path = facts.addressOf('unix-socket');
    if (path === undefined) return { title, steps: [], problem: notOpen('The Unix socket', facts) };
    const step = shell('Git uses ssh, which needs to know where Sallyport listens:', exportSocket(path));
    return { title, steps: [step, signCommits] };
  }
  const steps = [
    shell(
      "Let Git use Windows' ssh.exe, which asks Sallyport:",
      'git config --global core.sshCommand C:/Windows/System32/OpenSSH/ssh.exe',
    ),
  ];
  const socket = facts.addressOf('cygwin-socket');
  if (socket !== undefined)
    steps.push(
      shell(
        // Never for all programs: Windows' ssh.exe would take the path for the name of a pipe.
        "Or keep Git's own ssh, and tell it in Git Bash where Sallyport listens (in ~/.bashrc):",
        exportSocket(socket.replaceAll('\\', '/')),
      ),
    );
  return { title, steps: [...steps, signCommits] };
}

const noCommand =
  'For WSL’s own programs Sallyport has to be installed: the portable program comes without the command that they need.';

function wsl(facts: SnippetFacts): WrittenSnippet {
  const title = snippetNames.wsl;
  const { platform, addressOf, command } = facts;
  if (platform !== 'win32')
    return {
      title,
      steps: [],
      problem: 'WSL is a part of Windows: there is nothing to set up on this system.',
    };
  const steps = [
    shell(
      "In WSL, let ssh and ssh-add be Windows' own, which ask Sallyport (in ~/.bashrc):",
      'alias ssh=ssh.exe\nalias ssh-add=ssh-add.exe',
    ),
    shell(
      'The same for Git in WSL, for logins and for signing commits:',
      'git config --global core.sshCommand ssh.exe\ngit config --global gpg.ssh.program ssh-keygen.exe',
    ),
  ];
  if (command !== undefined)
    steps.push(
      shell(
        "Or bring Sallyport to WSL's own programs. First make the command there, once:",
        commandForWsl(command),
      ),
      shell('Then let it stand behind a socket (in ~/.bashrc; this needs socat):', relayThroughSocat),
    );
  if (addressOf('openssh-pipe') === undefined && addressOf('own-pipe') === undefined)
    return { title, steps, problem: notOpen("OpenSSH's pipe", facts) };
  return command === undefined ? { title, steps, problem: noCommand } : { title, steps };
}

function putty(facts: SnippetFacts): WrittenSnippet {
  const title = snippetNames.putty;
  const { addressOf } = facts;
  if (facts.platform !== 'win32') {
    const path = addressOf('unix-socket');
    if (path === undefined) return { title, steps: [], problem: notOpen('The Unix socket', facts) };
    const explanation = 'PuTTY asks the agent of its environment. Start it where this is set:';
    return { title, steps: [shell(explanation, exportSocket(path))] };
  }
  const steps = [
    shell(
      'PuTTY, plink, WinSCP and FileZilla find Sallyport by themselves, as they would find Pageant. To see that it works, with your own server:',
      'plink -agent -batch user@host exit',
    ),
  ];
  return addressOf('pageant-pipe') === undefined && addressOf('copydata') === undefined
    ? { title, steps, problem: notOpen("Pageant's pipe", facts) }
    : { title, steps };
}

const writers: Record<SnippetKind, (facts: SnippetFacts) => WrittenSnippet> = {
  openssh: (facts) => (facts.platform === 'win32' ? windowsOpenssh : unixOpenssh)(facts),
  git,
  wsl,
  putty,
};

export const snippetKinds = Object.keys(writers) as readonly SnippetKind[];

/** What to write for programs of a kind. */
export function snippetFor(kind: SnippetKind, facts: SnippetFacts): WrittenSnippet {
  try {
    return writers[kind](facts);
  } catch (error: unknown) {
    if (!(error instanceof UnspeakableAddressError)) throw error;
    return { title: snippetNames[kind], steps: [], problem: error.message };
  }
}

/** The doors that programs of this kind come in by, the likeliest first. */
export function doorsOf(kind: SnippetKind, platform: NodeJS.Platform): readonly string[] {
  if (platform !== 'win32') return ['unix-socket'];
  return kind === 'putty' ? ['pageant-pipe'] : ['openssh-pipe', 'own-pipe'];
}
