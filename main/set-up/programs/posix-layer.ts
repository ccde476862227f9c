// Cygwin and MSYS2: their programs speak to Cygwin's socket, and read files of a home of their own.
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { win32 } from 'node:path';
import { foreignName } from '../../../text/foreign-text.ts';
import { quoteForShell } from '../../use-with/quote-for-shell.ts';
import type { BlockChange } from '../changes/block-change.ts';
import { type PosixHome, posixHomes } from '../changes/posix-homes.ts';
import type { Surroundings } from '../changes/surroundings.ts';
import { askShell } from './ask-shell.ts';
import { notOpen, type Program, type ProgramLook } from './program.ts';
import { isThere } from './shell.ts';

const door = 'cygwin-socket';

interface Layer {
  readonly id: PosixHome['id'];
  readonly title: string;
  /** Below its root. */
  readonly bash: string;
}

async function homeOf(around: Surroundings, { id }: Layer): Promise<PosixHome | undefined> {
  return (await posixHomes(around)).find((one) => one.id === id);
}

/** With forward slashes, which need no quoting rules of theirs. */
const addressOf = (around: Surroundings) => around.addressOf(door)?.replaceAll('\\', '/');

/** What a login shell reads, as its terminals start: the first that is there (bash(1)). */
function profileIn(home: string): string {
  const paths = ['.bash_profile', '.bash_login', '.profile'].map((name) => win32.join(home, name));
  return paths.find((path) => existsSync(path)) ?? win32.join(home, '.profile');
}

function changeFor(id: string, home: string, address: string): BlockChange {
  return {
    kind: 'block',
    path: profileIn(home),
    id,
    at: 'end',
    lines: [
      `# Keys come from Sallyport. To take this out: sallyport set-up ${id} --undo`,
      `[ -n "\${SSH_CONNECTION-}" ] || export SSH_AUTH_SOCK=${quoteForShell(address)}`,
    ],
    isNew: false,
  };
}

/** Waited for by nobody else: a home may be on a server, which does not always answer. */
async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

async function look(around: Surroundings, layer: Layer): Promise<ProgramLook> {
  const { id, title } = layer;
  const found = await homeOf(around, layer);
  if (found === undefined) return { status: 'missing', sentence: `${title} is not installed.` };
  const where = found.root;
  if (!(await isFolder(found.home)))
    return {
      status: 'blocked',
      where,
      sentence: `${title} has not made your folder ${foreignName(found.home)} yet. Open its terminal once, then look again.`,
    };
  const address = addressOf(around);
  if (address === undefined || /\p{Cc}/u.test(address))
    return { status: 'blocked', where, sentence: notOpen('Cygwin’s socket', around) };
  const change = changeFor(id, found.home, address);
  if (isThere(change))
    return {
      status: 'works',
      where,
      sentence: `Programs in ${title} ask Sallyport, in terminals opened since.`,
    };
  return {
    status: 'can',
    where,
    sentence: `${title}’s own ssh does not know where Sallyport listens.`,
    changes: [change],
    notes: ['Windows’ own ssh, called there, can’t use that socket: it asks by its own pipe.'],
  };
}

const layerProgram = (layer: Layer): Program => ({
  id: layer.id,
  title: layer.title,
  summary: 'SSH_AUTH_SOCK in a marked block of what its shell reads, in its own home',
  look: (around) => look(around, layer),
  async test(around) {
    const found = await homeOf(around, layer);
    const shell = found && around.find(win32.join(found.root, layer.bash));
    if (shell === undefined) return { isWorking: false, message: `${layer.title} is not installed.` };
    const address = addressOf(around);
    if (address === undefined) return { isWorking: false, message: notOpen('Cygwin’s socket', around) };
    return await askShell(around, { shell, option: '-lc' }, address);
  },
});

export const cygwinProgram = layerProgram({ id: 'cygwin', title: 'Cygwin', bash: 'bin\\bash.exe' });
export const msys2Program = layerProgram({ id: 'msys2', title: 'MSYS2', bash: 'usr\\bin\\bash.exe' });
