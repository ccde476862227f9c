// "Use with…": what a person types so that OpenSSH, Git, WSL and PuTTY ask Sallyport, for the doors of now.
import type { Snippet, SnippetStep } from '../../ipc/contract/views.ts';

export type SnippetKind = 'openssh' | 'git' | 'wsl' | 'putty';

export interface SnippetFacts {
  readonly platform: NodeJS.Platform;
  /** Undefined while the door is not open or does not exist here. */
  readonly addressOf: (door: string) => string | undefined;
}

const notOpen = (what: string) =>
  `${what} is not open at the moment. “Doors” says why, and what to do about it.`;

const quoted = (path: string) =>
  /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;

/** ssh_config takes forward slashes for pipes; backslashes would need doubling. */
const forConfig = (pipe: string) => pipe.replaceAll('\\', '/');

function unixOpenssh(path: string | undefined): Snippet {
  const title = 'OpenSSH';
  if (path === undefined) return { title, steps: [], problem: notOpen('The Unix socket') };
  const steps: SnippetStep[] = [
    {
      explanation: 'For one terminal, or in ~/.profile for all:',
      text: `export SSH_AUTH_SOCK=${quoted(path)}`,
    },
    { explanation: 'Or for ssh alone, in ~/.ssh/config:', text: `Host *\n    IdentityAgent "${path}"` },
  ];
  return { title, steps };
}

function windowsOpenssh({ addressOf }: SnippetFacts): Snippet {
  const title = "OpenSSH (Windows' ssh.exe)";
  const steps: SnippetStep[] = [];
  if (addressOf('openssh-pipe') !== undefined)
    steps.push({
      explanation: 'Nothing is needed: ssh.exe asks Sallyport already. To see your keys:',
      text: 'ssh-add -l',
    });
  const ownPipe = addressOf('own-pipe');
  if (ownPipe !== undefined)
    steps.push({
      explanation: 'To name Sallyport expressly, in .ssh\\config in your profile folder:',
      text: `Host *\n    IdentityAgent ${forConfig(ownPipe)}`,
    });
  return steps.length > 0 ? { title, steps } : { title, steps, problem: notOpen("OpenSSH's pipe") };
}

function git(facts: SnippetFacts): Snippet {
  const title = 'Git';
  const steps: SnippetStep[] = [];
  if (facts.platform === 'win32') {
    steps.push({
      explanation: "Let Git use Windows' ssh.exe, which asks Sallyport:",
      text: 'git config --global core.sshCommand C:/Windows/System32/OpenSSH/ssh.exe',
    });
    const socket = facts.addressOf('cygwin-socket');
    if (socket !== undefined)
      steps.push({
        explanation:
          "Or keep Git's own ssh, and tell it where Sallyport listens (open a new terminal afterwards):",
        text: `setx SSH_AUTH_SOCK "${socket}"`,
      });
  } else {
    const path = facts.addressOf('unix-socket');
    if (path === undefined) return { title, steps, problem: notOpen('The Unix socket') };
    steps.push({
      explanation: 'Git uses ssh, which needs to know where Sallyport listens:',
      text: `export SSH_AUTH_SOCK=${quoted(path)}`,
    });
  }
  steps.push({
    explanation: 'To sign commits with a key in Sallyport, with its public key line in place of the dots:',
    text: 'git config --global gpg.format ssh\ngit config --global user.signingkey "key::ssh-ed25519 …"\ngit config --global commit.gpgsign true',
  });
  return { title, steps };
}

function wsl({ platform, addressOf }: SnippetFacts): Snippet {
  const title = 'WSL';
  if (platform !== 'win32')
    return {
      title,
      steps: [],
      problem: 'WSL is a part of Windows: there is nothing to set up on this system.',
    };
  const steps: SnippetStep[] = [
    {
      explanation: "In WSL, let ssh and ssh-add be Windows' own, which ask Sallyport (in ~/.bashrc):",
      text: 'alias ssh=ssh.exe\nalias ssh-add=ssh-add.exe',
    },
    {
      explanation: 'The same for Git in WSL, for logins and for signing commits:',
      text: 'git config --global core.sshCommand ssh.exe\ngit config --global gpg.ssh.program ssh-keygen.exe',
    },
  ];
  return addressOf('openssh-pipe') === undefined
    ? { title, steps, problem: notOpen("OpenSSH's pipe") }
    : { title, steps };
}

function putty({ platform, addressOf }: SnippetFacts): Snippet {
  const title = 'PuTTY';
  if (platform !== 'win32') {
    const path = addressOf('unix-socket');
    if (path === undefined) return { title, steps: [], problem: notOpen('The Unix socket') };
    return {
      title,
      steps: [
        {
          explanation: 'PuTTY asks the agent of its environment. Start it where this is set:',
          text: `export SSH_AUTH_SOCK=${quoted(path)}`,
        },
      ],
    };
  }
  const steps: SnippetStep[] = [
    {
      explanation:
        'PuTTY, plink, WinSCP and FileZilla find Sallyport by themselves, as they would find Pageant. To see that it works, with your own server:',
      text: 'plink -agent -batch user@host exit',
    },
  ];
  return addressOf('pageant-pipe') === undefined && addressOf('copydata') === undefined
    ? { title, steps, problem: notOpen("Pageant's pipe") }
    : { title, steps };
}

export function snippetFor(kind: SnippetKind, facts: SnippetFacts): Snippet {
  switch (kind) {
    case 'openssh':
      return facts.platform === 'win32' ? windowsOpenssh(facts) : unixOpenssh(facts.addressOf('unix-socket'));
    case 'git':
      return git(facts);
    case 'wsl':
      return wsl(facts);
    case 'putty':
      return putty(facts);
  }
}

/** The doors that programs of this kind come in by, the likeliest first. */
export function doorsOf(kind: SnippetKind, platform: NodeJS.Platform): readonly string[] {
  if (platform !== 'win32') return ['unix-socket'];
  return kind === 'putty' ? ['pageant-pipe'] : ['openssh-pipe', 'own-pipe'];
}
