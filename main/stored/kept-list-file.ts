// A list that the person has chosen, kept over restarts in a file that they may also edit by hand.
import { readFileSync, statSync } from 'node:fs';
import * as v from 'valibot';
import { assertTrustedPlace, whoElseMayWrite } from '../../ipc/posix/files/trusted-place.ts';
import { changeInTurn } from './change-in-turn.ts';
import { explainReadError } from './explain-file-error.ts';
import { JsonFileError, parseJsonFile } from './parse-json-file.ts';
import { writeThroughLink } from './write-file-atomically.ts';

const maxBytes = 256 * 1024;
const entries = v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(4096))), v.maxLength(64));

export interface KeptListFile {
  /** In the order of adding; none where the file can't be used, which is logged. */
  load(): readonly string[];
  /** Rejects with UntrustedPlaceError, JsonFileError or the system's error. */
  change(change: (kept: readonly string[]) => readonly string[]): Promise<void>;
}

export interface KeptList {
  /** Of the list in the file. */
  readonly field: string;
  /** For the person: `The other agents`. */
  readonly what: string;
}

/** `log` takes one line, a sentence for the person. */
export function createKeptListFile(
  path: string,
  { field, what }: KeptList,
  log: (line: string) => void,
): KeptListFile {
  const schema = v.strictObject({ version: v.literal(1), [field]: entries });
  const read = (): readonly string[] => {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return [];
    // A fifo in the file's place would be read for ever.
    if (!stats.isFile() || stats.size > maxBytes) throw new JsonFileError('it is no file of ours');
    const stored = v.safeParse(schema, parseJsonFile(readFileSync(path, 'utf8')));
    if (!stored.success) throw new JsonFileError('it is not what Sallyport writes');
    return (stored.output as Record<string, readonly string[]>)[field] ?? [];
  };
  return {
    load() {
      // SECURITY: who can write it decides who is shown what is signed, what is loaded, and what each list waits for.
      const reason = whoElseMayWrite(path);
      if (reason !== undefined) {
        log(
          `${what} in ${path} are not used, as others could have written them. ${reason} Then look them through.`,
        );
        return [];
      }
      try {
        return read();
      } catch (error: unknown) {
        const { why } =
          error instanceof JsonFileError
            ? { why: `can't be understood: ${error.message}` }
            : explainReadError(error);
        log(`${what} in ${path} ${why}. Correct the file, or remove it.`);
        return [];
      }
    },
    async change(change) {
      assertTrustedPlace(path);
      await changeInTurn(path, async () => {
        // What can't be read is not written over.
        const kept = change(read());
        await writeThroughLink(path, `${JSON.stringify({ version: 1, [field]: kept }, null, 2)}\n`);
      });
    },
  };
}
