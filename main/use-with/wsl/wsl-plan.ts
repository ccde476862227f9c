// What is to be changed in a distribution: files as they are and as they are to be. The very bytes that are shown.
import type { OwnCommand } from '../../programs/find-command.ts';
import { BrokenBlockError, withBlock, withoutBlock } from './shell-block.ts';
import {
  fishFile,
  type Listener,
  relayScript,
  serviceUnit,
  shellLines,
  socketUnit,
  startScript,
  wslPaths,
} from './wsl-texts.ts';

/** For the person; a sentence. */
export class WslError extends Error {
  override readonly name: string = 'WslError';
}

/** What is there. */
export interface WslLook {
  /** By path below the home directory; bytes as latin1. */
  readonly files: ReadonlyMap<string, string>;
  /** Of this person, running. */
  readonly hasSystemd: boolean;
  readonly hasSocat: boolean;
  readonly hasZsh: boolean;
  readonly hasFish: boolean;
}

export interface WslFileChange {
  /** Below the home directory. */
  readonly path: string;
  /** Bytes as latin1; undefined: there is no such file. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** Of a file that is made anew. */
  readonly isProgram: boolean;
}

export interface WslPlan {
  readonly distribution: string;
  readonly files: readonly WslFileChange[];
  /** Undefined: what was set up is removed. */
  readonly listener: Listener | undefined;
}

const ours = [wslPaths.relay, wslPaths.start, wslPaths.socketUnit, wslPaths.serviceUnit, wslPaths.fish];
/** Read by shells at their start; of the first that is there a login shell of bash reads one alone. */
const shellFiles = ['.bashrc', '.bash_profile', '.profile', '.zshrc'] as const;
export const lookedAt: readonly string[] = [...ours, ...shellFiles];

const programs: readonly string[] = [wslPaths.relay, wslPaths.start];

function change(look: WslLook, path: string, after: string | undefined): readonly WslFileChange[] {
  const before = look.files.get(path);
  return before === after ? [] : [{ path, before, after, isProgram: programs.includes(path) }];
}

function shellChange(look: WslLook, path: string, edit: (text: string) => string): readonly WslFileChange[] {
  const before = look.files.get(path);
  try {
    return change(look, path, edit(before ?? ''));
  } catch (error) {
    if (!(error instanceof BrokenBlockError)) throw error;
    throw new WslError(
      `The lines of Sallyport in ~/${path} were changed, so nobody knows which are ours: remove them by hand, from “# >>> sallyport >>>” to “# <<< sallyport <<<”.`,
    );
  }
}

/** `.profile` is made where there is none of those; the others are only changed where they are there. */
function shellsToTell({ files, hasZsh }: WslLook): readonly string[] {
  const there = shellFiles.filter((path) => files.has(path));
  const login = there.some((path) => path === '.profile' || path === '.bash_profile') ? [] : ['.profile'];
  const zsh = hasZsh && !files.has('.zshrc') ? ['.zshrc'] : [];
  return [...there, ...login, ...zsh];
}

function chooseListener({ hasSystemd, hasSocat }: WslLook, distribution: string): Listener {
  if (hasSystemd) return 'systemd';
  if (hasSocat) return 'socat';
  throw new WslError(
    `${distribution} has no systemd that runs for you, and no socat. Either write “[boot]” and “systemd=true” into /etc/wsl.conf there and run “wsl --shutdown”, or install socat, then try again.`,
  );
}

/** Throws WslError where it can't be set up. No files: it is set up already. */
export function planSetUp(distribution: string, look: WslLook, command: OwnCommand): WslPlan {
  const listener = chooseListener(look, distribution);
  const isSystemd = listener === 'systemd';
  const files = [
    ...change(look, wslPaths.relay, relayScript(distribution, command)),
    ...change(look, wslPaths.start, isSystemd ? undefined : startScript),
    ...change(look, wslPaths.socketUnit, isSystemd ? socketUnit : undefined),
    ...change(look, wslPaths.serviceUnit, isSystemd ? serviceUnit : undefined),
    ...(look.hasFish ? change(look, wslPaths.fish, fishFile(listener)) : []),
    ...shellsToTell(look).flatMap((path) =>
      shellChange(look, path, (text) => withBlock(text, shellLines(listener))),
    ),
  ];
  return { distribution, files, listener };
}

/** A shell's file that holds nothing but our lines goes with them. Throws WslError. */
export function planRemoval(distribution: string, look: WslLook): WslPlan {
  const files = [
    ...ours.flatMap((path) => change(look, path, undefined)),
    ...shellFiles
      .filter((path) => look.files.has(path))
      .flatMap((path) => shellChange(look, path, withoutBlock)),
  ].map((file) => (file.after === '' && file.before !== '' ? { ...file, after: undefined } : file));
  return { distribution, files, listener: undefined };
}
