// Whether the person's rules were ever stored, in a file beside theirs: by that their loss is told from a beginning.
import { lstatSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assertTrustedPlace, whoElseMayWrite } from '../../ipc/posix/files/trusted-place.ts';
import { writeThroughLink } from './write-file-atomically.ts';

const fileName = 'rules-state';
const notYet = 'not-yet';
/** Empty, as a full disk has room for a name where it has none for a word. */
const unstoredName = 'rules-not-stored';
const maxBytes = 64;

/**
 * `stored`: they were stored once. `not-yet`: an agent began here that could ask nobody, or not store the level, which is
 * still to be chosen. `none`: nothing was written down, as by versions before this file. `untrusted`: others could have written it.
 */
type RulesState = 'stored' | 'not-yet' | 'none' | 'untrusted';

/** There is nothing, or a file on the way to it. */
const isNothing = (error: unknown) =>
  ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');

/** What is written in the person's `directory`. Never throws: what is not understood counts as `stored`, the strictest. */
function readRulesState(directory: string): RulesState {
  const path = join(directory, fileName);
  if (whoElseMayWrite(path) !== undefined) return 'untrusted';
  try {
    const stats = statSync(path);
    // A fifo in the file's place would be read for ever.
    if (!stats.isFile() || stats.size > maxBytes) return 'stored';
    return readFileSync(path, 'utf8').trim() === notYet ? 'not-yet' : 'stored';
  } catch (error: unknown) {
    if (!isNothing(error)) return 'stored';
    // Who makes that file has a beginning that asks, in place of one that does not.
    return isThere(join(directory, unstoredName)) ? 'not-yet' : 'none';
  }
}

/**
 * Writes it down. Rejects with the system's error. SECURITY: only for a directory whose place was judged, and in the turn
 * of `changeInTurn` for the file with the rules.
 */
export async function writeRulesState(directory: string, state: 'stored' | 'not-yet'): Promise<void> {
  await writeThroughLink(join(directory, fileName), `${state}\n`);
  rmSync(join(directory, unstoredName), { force: true });
}

/**
 * Leaves word that an installation is new though its level could not be stored: what else the agent leaves would have the
 * next start take it for an old one, which asks nothing. Never throws.
 */
export function noteUnstored(directory: string): void {
  const path = join(directory, unstoredName);
  try {
    assertTrustedPlace(path);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileSync(path, '', { flag: 'wx', mode: 0o600 });
  } catch {
    // Where not even that can be, nor can what would be taken for an old installation.
  }
}

/**
 * What is there of an agent that ran before. Not what people bring along with their settings, or write before the first
 * start (`keys.toml`, `rules.json`), nor what is there as soon as a program begins (its log).
 */
const tracesOfAgents = [
  'local-secret',
  // As older versions called it.
  'local-proof',
  'activity.jsonl',
  'settings.json',
  'get-started.json',
  join('keys', 'index.json'),
];

/** Also a link that leads nowhere, and what can't be looked at. */
export function isThere(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch (error: unknown) {
    return !isNothing(error);
  }
}

export interface RulesPast {
  /** No agent that could ask somebody has run for this person yet. */
  readonly isNewInstallation: boolean;
  /** The rules were stored once: where they are not there, they were lost. */
  readonly wereStored: boolean;
  readonly state: RulesState;
}

/**
 * What is known of the rules' past, from the person's `directory`, in which they are, and the other folders that a program
 * of this installation keeps its own in. Never throws.
 */
export function rulesPast(directory: string, others: readonly string[] = []): RulesPast {
  const state = readRulesState(directory);
  const hasTraces = [directory, ...others].some((folder) =>
    tracesOfAgents.some((name) => isThere(join(folder, name))),
  );
  const isNewInstallation = state === 'not-yet' || (state !== 'stored' && !hasTraces);
  return { isNewInstallation, wereStored: state === 'stored' || (state === 'untrusted' && hasTraces), state };
}
