// Shells: SSH_AUTH_SOCK for all that they start. On Windows Git Bash alone, whose programs speak to Cygwin's socket.
import { existsSync } from 'node:fs';
import { posix, win32 } from 'node:path';
import { foreignName } from '../../../text/foreign-text.ts';
import { quoteForShell } from '../../use-with/quote-for-shell.ts';
import type { BlockChange } from '../changes/block-change.ts';
import { fishConfigPath } from '../changes/block-files.ts';
import { findGit } from '../changes/git-settings.ts';
import { withoutBlock } from '../changes/marked-block.ts';
import { maxPersonFileBytes } from '../changes/person-file.ts';
import { readPlainFile } from '../changes/read-plain-file.ts';
import type { Surroundings } from '../changes/surroundings.ts';
import { askShell } from './ask-shell.ts';
import { isLastingPlace, notLasting } from './lasting-place.ts';
import { notOpen, type Program, type ProgramLook } from './program.ts';

const isWindows = ({ platform }: Surroundings) => platform === 'win32';

const shellName = ({ env }: Surroundings) => posix.basename(env['SHELL'] ?? '');

/** What the shell reads when the person signs in: the first of its files that is there (bash(1), zsh(1)). */
function profileOf(around: Surroundings): string {
  const { home } = around;
  if (isWindows(around)) return win32.join(home, '.bashrc');
  const shell = shellName(around);
  if (shell === 'zsh') return posix.join(home, '.zprofile');
  const ofBash = shell === 'bash' ? ['.bash_profile', '.bash_login'] : [];
  const path = ofBash.map((name) => posix.join(home, name)).find((file) => existsSync(file));
  return path ?? posix.join(home, '.profile');
}

/** For Cygwin's programs with forward slashes, which need no quoting rules of theirs. */
function addressFor(around: Surroundings): string | undefined {
  if (isWindows(around)) return around.addressOf('cygwin-socket')?.replaceAll('\\', '/');
  return around.addressOf('unix-socket');
}

const ofSallyport = '# Keys come from Sallyport. To take this out: sallyport set-up shell --undo';

/** fish reads none of the files of others; inside its quotes a backslash counts. */
function fishChange(around: Surroundings, address: string): BlockChange {
  const quoted = `'${address.replaceAll(/['\\]/g, '\\$&')}'`;
  return {
    kind: 'block',
    path: fishConfigPath(around),
    id: 'shell',
    at: 'end',
    lines: [ofSallyport, `test -n "$SSH_CONNECTION"; or set -gx SSH_AUTH_SOCK ${quoted}`],
    isNew: false,
  };
}

/** What starts the session of a desktop is no fish, and reads .profile all the same. */
function changesFor(around: Surroundings, address: string): readonly BlockChange[] {
  const change = changeFor(around, address);
  return !isWindows(around) && shellName(around) === 'fish'
    ? [change, fishChange(around, address)]
    : [change];
}

function changeFor(around: Surroundings, address: string): BlockChange {
  const set = `export SSH_AUTH_SOCK=${quoteForShell(address)}`;
  return {
    kind: 'block',
    path: profileOf(around),
    id: 'shell',
    at: 'end',
    lines: [
      ofSallyport,
      // An agent that was forwarded to a login from elsewhere is the one that is wanted there.
      isWindows(around) ? set : `[ -n "\${SSH_CONNECTION-}" ] || ${set}`,
    ],
    isNew: false,
  };
}

/** Whether the lines are in their file already. */
export function isThere(change: BlockChange): boolean {
  try {
    const file = readPlainFile(change.path, maxPersonFileBytes);
    return file !== undefined && withoutBlock(file.bytes, change).outcome === 'removed';
  } catch {
    return false;
  }
}

const noShell = 'Git Bash is not installed.';

async function look(around: Surroundings): Promise<ProgramLook> {
  if (isWindows(around) && findGit(around) === undefined) return { status: 'missing', sentence: noShell };
  const address = addressFor(around);
  if (address === undefined) {
    const door = isWindows(around) ? 'Cygwin’s socket' : 'The Unix socket';
    return { status: 'blocked', sentence: notOpen(door, around) };
  }
  if (/\p{Cc}/u.test(address))
    return { status: 'blocked', sentence: 'The path of the socket can’t be written there.' };
  if (!isWindows(around) && !isLastingPlace(around, address))
    return { status: 'blocked', sentence: notLasting(foreignName(address)) };
  const changes = changesFor(around, address);
  if (changes.every(isThere))
    return {
      status: 'works',
      sentence: isWindows(around)
        ? 'Programs in Git Bash ask Sallyport, in windows opened since.'
        : 'Programs ask Sallyport, from your next sign-in on.',
    };
  const notes = isWindows(around)
    ? ['Windows’ own ssh, called in Git Bash, can’t use that socket: it asks by its own pipe.']
    : [];
  return {
    status: 'can',
    sentence: isWindows(around)
      ? 'Git Bash’s own ssh does not know where Sallyport listens.'
      : 'Programs that look at SSH_AUTH_SOCK, as PuTTY does, are not told where Sallyport listens.',
    changes,
    notes,
  };
}

/** The shell that is asked what it knows after its files were read, and how. */
function shellToAsk(around: Surroundings): readonly [path: string | undefined, option: string] {
  if (!isWindows(around)) return [around.env['SHELL'] ?? around.find('sh'), '-lc'];
  const git = findGit(around);
  return [git && around.find(win32.join(win32.dirname(git), '..', 'bin', 'bash.exe')), '-ic'];
}

export const shellProgram: Program = {
  id: 'shell',
  title: process.platform === 'win32' ? 'Git Bash' : 'Programs of your session',
  summary: 'SSH_AUTH_SOCK in a marked block of the file that your shell reads',
  look,
  async test(around) {
    const [shell, option] = shellToAsk(around);
    const address = addressFor(around);
    if (shell === undefined || address === undefined)
      return { isWorking: false, message: shell === undefined ? noShell : 'The socket is not open.' };
    return await askShell(around, { shell, option }, address);
  },
};
