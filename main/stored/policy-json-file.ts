// The person's rules in a file that they may also edit by hand.
import { type BigIntStats, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { assertTrustedPlace, whoElseMayWrite } from '../../ipc/posix/files/trusted-place.ts';
import { systemErrorInWords } from '../../text/system-error.ts';
import { describeStoredProblems, type StoredPolicy } from '../agent/consent/rules/policy-format.ts';
import { lostPolicy, type PolicyFile } from '../agent/consent/rules/policy-store.ts';
import { changeInTurn } from './change-in-turn.ts';
import { JsonFileError, parseJsonFile } from './parse-json-file.ts';
import { writeRulesState } from './rules-state.ts';
import { writeThroughLink } from './write-file-atomically.ts';

/** Far more than the largest policy takes; a larger file is none of ours. */
const maxBytes = 4 * 1024 * 1024;

/** What tells one state of the file from the next. */
const stateIn = ({ ino, size, mtimeNs }: BigIntStats) => `${ino} ${size} ${mtimeNs}`;

/** The state of now; empty when there is no file. */
function stateOf(path: string): string {
  try {
    return stateIn(statSync(path, { bigint: true }));
  } catch (error: unknown) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? '' : 'unreadable';
  }
}

/** Throws JsonFileError, or the system's error. */
function readJson(path: string): unknown {
  const stats = statSync(path);
  // A fifo in the file's place would be read for ever.
  if (!stats.isFile()) throw new JsonFileError('it is no file');
  if (stats.size > maxBytes) throw new JsonFileError('it is far too large');
  return parseJsonFile(readFileSync(path, 'utf8'));
}

function explain(error: unknown): string {
  if (error instanceof JsonFileError) return error.message;
  const { code } = error as NodeJS.ErrnoException;
  return `it can't be read (${systemErrorInWords(code)})`;
}

/** What holds while there is no file, and none was there since the agent started; `lostPolicy`: there was one before. */
type Unstored = StoredPolicy | typeof lostPolicy | undefined;

/** `log` takes one line, a sentence for the person; `isMute` as in PolicyFile. */
export function createPolicyJsonFile(
  path: string,
  log: (line: string) => void,
  unstored?: Unstored,
  isMute = false,
): PolicyFile {
  let knownState = stateOf(path);
  let isStored = false;
  let isNoted = false;
  let toldReason: string | undefined;
  const tell = (problem: string | undefined, sentence: string) => {
    if (problem !== undefined && problem !== toldReason) log(sentence);
    toldReason = problem;
  };
  /** SECURITY: who can write the rules allows themselves what they like; who can remove them takes back a "never". */
  const isTrusted = () => {
    const reason = whoElseMayWrite(path);
    if (reason === undefined) return true;
    tell(
      reason,
      `The rules at ${path} are not used, as others could have written them: each use is asked about. ${reason} Then look them through.`,
    );
    return false;
  };
  const loadMissing = () => {
    const sinceStart = isStored ? lostPolicy : unstored;
    tell(
      sinceStart === lostPolicy ? `lost ${isStored}` : undefined,
      isStored
        ? `The file with your rules, ${path}, is gone. Rules and levels hold on as they were until Sallyport ends, and are written again when you change one. Put the file back, or change one: a Sallyport that starts without it asks you about each use.`
        : `The file with your rules, ${path}, is gone: there was one before. You are asked about each use, as your rules might have denied it. Put the file back, or choose anew when to be asked, in the settings or by “sallyport rules ask LEVEL”.`,
    );
    return sinceStart;
  };
  return {
    isMute,
    load() {
      knownState = stateOf(path);
      if (!isTrusted()) {
        // Looked at again until it is mended.
        knownState = 'untrusted';
        return null;
      }
      if (knownState === '') return loadMissing();
      isStored = true;
      let stored: unknown;
      let problems: readonly string[];
      try {
        stored = readJson(path);
        problems = describeStoredProblems(stored);
      } catch (error: unknown) {
        stored = null;
        problems = [explain(error)];
      }
      tell(
        problems.length > 0 ? problems.join('; ') : undefined,
        `The rules at ${path} can't be understood, so you are asked about what they may be about: ${problems.join('; ')}. Correct the file; it is read again at once.`,
      );
      return stored;
    },
    async save(stored) {
      assertTrustedPlace(path);
      // Not the state of now: somebody may have written there since, which would never be read.
      const written = await changeInTurn(path, async () => {
        const left = await writeThroughLink(path, `${JSON.stringify(stored, null, 2)}\n`);
        // The rules hold all the same; the next start finds them and writes it down.
        if (!isNoted) await writeRulesState(dirname(path), 'stored').catch(() => {});
        return left;
      });
      knownState = stateIn(written);
      isStored = true;
      isNoted = true;
    },
    hasChanged: () => stateOf(path) !== knownState,
  };
}
