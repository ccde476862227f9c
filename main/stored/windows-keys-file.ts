// Which of Windows' keys are offered: kept over restarts, in a file that the person may also edit by hand.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { assertTrustedPlace, whoElseMayWrite } from '../../ipc/posix/files/trusted-place.ts';
import { changeInTurn } from './change-in-turn.ts';
import { explainReadError } from './explain-file-error.ts';
import { JsonFileError, parseJsonFile } from './parse-json-file.ts';
import { personDir, personHome } from './person-dir.ts';
import { writeThroughLink } from './write-file-atomically.ts';

const maxBytes = 256 * 1024;
const fingerprints = v.pipe(v.array(v.pipe(v.string(), v.regex(/^SHA256:[\w+/]{43}$/))), v.maxLength(1000));
const schema = v.strictObject({
  version: v.literal(1),
  certificates: v.boolean(),
  offered: fingerprints,
  hidden: fingerprints,
});

/** What the person has chosen. */
export interface WindowsKeyChoice {
  /** Whether keys of certificates are offered about which nothing else is said. */
  readonly certificates: boolean;
  /** Fingerprints of keys that are offered whatever else is said, and of those that are not. */
  readonly offered: readonly string[];
  readonly hidden: readonly string[];
}

/** A company's computer may have dozens of certificates, and a server takes few keys before it hangs up. */
export const noWindowsKeyChoice: WindowsKeyChoice = { certificates: false, offered: [], hidden: [] };

export interface WindowsKeysFile {
  /** Where the file can't be used that is logged, and no certificate is offered. */
  load(): WindowsKeyChoice;
  /** Rejects with UntrustedPlaceError, JsonFileError or the system's error. */
  change(change: (kept: WindowsKeyChoice) => WindowsKeyChoice): Promise<void>;
}

/** `log` takes one line, a sentence for the person. */
export function createWindowsKeysFile(path: string, log: (line: string) => void): WindowsKeysFile {
  const read = (): WindowsKeyChoice => {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return noWindowsKeyChoice;
    // A fifo in the file's place would be read for ever.
    if (!stats.isFile() || stats.size > maxBytes) throw new JsonFileError('it is no file of ours');
    const stored = v.safeParse(schema, parseJsonFile(readFileSync(path, 'utf8')));
    if (!stored.success) throw new JsonFileError('it is not what Sallyport writes');
    const { certificates, offered, hidden } = stored.output;
    return { certificates, offered, hidden };
  };
  return {
    load() {
      // SECURITY: who can write it decides which keys a server is shown.
      const reason = whoElseMayWrite(path);
      if (reason !== undefined) {
        log(`The choice of Windows' keys in ${path} is not used, as others could have written it. ${reason}`);
        return noWindowsKeyChoice;
      }
      try {
        return read();
      } catch (error: unknown) {
        const { why } =
          error instanceof JsonFileError
            ? { why: `can't be understood: ${error.message}` }
            : explainReadError(error);
        log(`The choice of Windows' keys in ${path} ${why}. Correct the file, or remove it.`);
        return noWindowsKeyChoice;
      }
    },
    async change(change) {
      assertTrustedPlace(path);
      await changeInTurn(path, async () => {
        // What can't be read is not written over.
        const choice = change(read());
        await writeThroughLink(path, `${JSON.stringify({ version: 1, ...choice }, null, 2)}\n`);
      });
    },
  };
}

/** The one that all agents of this person share. */
export function openWindowsKeysFile(
  log: (line: string) => void,
  env: NodeJS.ProcessEnv = process.env,
): WindowsKeysFile {
  return createWindowsKeysFile(
    join(personDir(process.platform, env, personHome()), 'windows-keys.json'),
    log,
  );
}
