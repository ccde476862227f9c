// How far the person is with "Get started", and what it changed, so that it can be undone, also after a restart.
import { readFileSync, statSync } from 'node:fs';
import * as v from 'valibot';
import { type StartRecord, startRecordSchema } from '../../ipc/contract/start-record.ts';
import { assertTrustedPlace, whoElseMayWrite } from '../../ipc/posix/files/trusted-place.ts';
import { OneAtATime } from '../basics/one-at-a-time.ts';
import { explainReadError } from './explain-file-error.ts';
import { JsonFileError, parseJsonFile } from './parse-json-file.ts';
import { writeThroughLink } from './write-file-atomically.ts';

const maxBytes = 256 * 1024;
const documentSchema = v.strictObject({ version: v.literal(1), record: startRecordSchema });

const nothingDone: StartRecord = {
  wasShown: false,
  steps: { keys: 'to-do', ask: 'to-do', programs: 'to-do', 'sign-in': 'to-do' },
  addedKeys: [],
  addedAgents: [],
  addedCertificates: false,
};

export interface GetStartedFile {
  readonly current: StartRecord;
  /** Holds at once. Never rejects: what can't be kept is logged, and forgotten at the end of the program. */
  change(change: (record: StartRecord) => StartRecord): Promise<void>;
}

function read(path: string): StartRecord {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return nothingDone;
  // A fifo in the file's place would be read for ever.
  if (!stats.isFile() || stats.size > maxBytes) throw new JsonFileError('it is no file of ours');
  const stored = v.safeParse(documentSchema, parseJsonFile(readFileSync(path, 'utf8')));
  if (!stored.success) throw new JsonFileError('it is not what Sallyport writes');
  return stored.output.record;
}

/** `log` takes one line, a sentence for the person. */
export function openGetStartedFile(path: string, log: (line: string) => void): GetStartedFile {
  let current = nothingDone;
  /** A file that was not read is not written over. */
  let mayWrite = true;
  // SECURITY: who can write it decides which keys, and which level, an Undo takes away.
  const others = whoElseMayWrite(path);
  try {
    if (others !== undefined) throw new JsonFileError('others could have written it');
    current = read(path);
  } catch (error: unknown) {
    mayWrite = false;
    const why =
      error instanceof JsonFileError ? `is not used: ${error.message}` : explainReadError(error).why;
    log(`What “Get started” has done, in ${path}, ${why}. Correct the file, or remove it.`);
  }
  const writes = new OneAtATime();
  return {
    get current() {
      return current;
    },
    async change(change) {
      current = change(current);
      if (!mayWrite) return;
      await writes
        .run(async () => {
          assertTrustedPlace(path);
          await writeThroughLink(path, `${JSON.stringify({ version: 1, record: current }, null, 2)}\n`);
        })
        .catch((error: unknown) => {
          const { code = 'unknown error' } = error as NodeJS.ErrnoException;
          log(`What “Get started” has done could not be kept in ${path} (${code}).`);
        });
    },
  };
}
