// What was changed so that programs ask Sallyport, remembered so that it can be taken back.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { assertTrustedPlace } from '../../ipc/posix/files/trusted-place.ts';
import { changeInTurn, OthersAtWorkError, workAlone } from '../stored/change-in-turn.ts';
import { JsonFileError, parseJsonFile } from '../stored/parse-json-file.ts';
import { personDir, personHome } from '../stored/person-dir.ts';
import { writeThroughLink } from '../stored/write-file-atomically.ts';
import { ChangeError } from './changes/change-error.ts';
import { changeSchema } from './changes/change-kinds.ts';

const maxBytes = 4 * 1024 * 1024;

const entry = v.strictObject({
  id: v.pipe(v.string(), v.uuid()),
  program: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/)),
  /** Milliseconds since 1970. */
  at: v.pipe(v.number(), v.integer(), v.minValue(0)),
  change: changeSchema,
});
export type MadeEntry = v.InferOutput<typeof entry>;

const schema = v.strictObject({ version: v.literal(1), made: v.pipe(v.array(entry), v.maxLength(256)) });

export interface SetUpRecord {
  /** The oldest first. Throws UntrustedPlaceError, ChangeError or the system's error. */
  load(): readonly MadeEntry[];
  /** Rejects with the same; what can't be read is not written over. */
  change(change: (made: readonly MadeEntry[]) => readonly MadeEntry[]): Promise<void>;
  /** Runs `action`, of several steps, while no other program of ours runs one. Rejects as it does, else with ChangeError. */
  alone<T>(action: () => Promise<T>): Promise<T>;
}

export function createSetUpRecord(path: string): SetUpRecord {
  const read = (): readonly MadeEntry[] => {
    // SECURITY: what it says is written into files of the person when a change is taken back.
    assertTrustedPlace(path);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return [];
    try {
      // A fifo in the file's place would be read for ever.
      if (!stats.isFile() || stats.size > maxBytes) throw new JsonFileError('it is no file of ours');
      const stored = v.safeParse(schema, parseJsonFile(readFileSync(path, 'utf8')));
      if (!stored.success)
        throw new JsonFileError('it is not what Sallyport writes, or a newer one wrote it');
      return stored.output.made;
    } catch (error: unknown) {
      if (!(error instanceof JsonFileError)) throw error;
      throw new ChangeError(
        `The list of what was set up, ${path}, can't be understood: ${error.message}. Nothing is set up or taken back until you correct the file, or move it away.`,
      );
    }
  };
  return {
    load: read,
    async change(change) {
      assertTrustedPlace(path);
      await changeInTurn(path, async () => {
        const made = change(read());
        await writeThroughLink(path, `${JSON.stringify({ version: 1, made }, null, 2)}\n`);
      });
    },
    async alone(action) {
      assertTrustedPlace(path);
      return await workAlone(path, action).catch((error: unknown) => {
        throw error instanceof OthersAtWorkError
          ? new ChangeError(
              'Sallyport is setting programs up just now, or taking that back, in another window or terminal. Try again when it has finished.',
            )
          : error;
      });
    },
  };
}

/** The one that all programs of Sallyport share. */
export const openSetUpRecord = (env: NodeJS.ProcessEnv = process.env): SetUpRecord =>
  createSetUpRecord(join(personDir(process.platform, env, personHome()), 'set-up.json'));
