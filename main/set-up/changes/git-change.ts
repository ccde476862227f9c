// One of Git's settings of the person.
import { existsSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import * as v from 'valibot';
import { changeInTurn } from '../../stored/change-in-turn.ts';
import type { ChangeKind } from './change.ts';
import { ChangeError } from './change-error.ts';
import { gitConfig, gitConfigPath, globalValues } from './git-settings.ts';
import { readPersonFile, replacePersonFile } from './person-file.ts';
import { spliceOf, takeBack } from './splice.ts';
import type { Surroundings } from './surroundings.ts';

/** SECURITY: no other setting is written, whatever the list of changes says. */
const names = ['core.sshCommand', 'gpg.ssh.program', 'gpg.format', 'commit.gpgsign'] as const;

const value = v.pipe(v.string(), v.maxLength(4096), v.regex(/^[^\0]*$/));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const schema = v.strictObject({
  kind: v.literal('git'),
  name: v.picklist(names),
  value,
  /** In the file before: none, one, or several as Git allows. */
  former: v.pipe(v.array(value), v.maxLength(64)),
  /** How the file was changed; undefined until it is. */
  splice: v.optional(
    v.strictObject({
      at: count,
      removed: v.pipe(v.string(), v.maxLength(256 * 1024), v.regex(/^[\w+/]*={0,2}$/)),
      added: count,
      after: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
      /** The file was not there before. */
      isNew: v.boolean(),
    }),
  ),
});
export type GitChange = v.InferOutput<typeof schema>;

const lineOf = (name: string) => (text: string) => `${name} = ${text}`;

const isSame = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((text, index) => text === b[index]);

/** Git waits for no lock on its settings, and so do we not: one that was left lying there would be waited for in vain. */
const lockedError = (path: string) =>
  new ChangeError(
    `${path}.lock is there: another Git is writing these settings, or was ended while it wrote. Nothing was changed. Try again; if no Git is running, remove that file first.`,
  );

async function mustSucceed(around: Surroundings, args: readonly string[]): Promise<void> {
  const { code } = await gitConfig(around, ['--global', ...args]);
  const path = gitConfigPath(around);
  if (code !== 0 && existsSync(`${path}.lock`)) throw lockedError(path);
  if (code !== 0)
    throw new ChangeError(
      'Git could not write its settings. “git config --global --list” may say why; another program may be writing them just now.',
    );
}

/** As Git keeps others from its file while it writes (lockfile.h): a file beside it, made by one alone. */
async function holdingGitsLock<T>(path: string, action: () => Promise<T>): Promise<T> {
  const lock = await open(`${path}.lock`, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EEXIST' ? lockedError(path) : error;
  });
  try {
    return await action();
  } finally {
    await lock.close();
    await rm(`${path}.lock`, { force: true });
  }
}

async function restoreByGit(around: Surroundings, { name, former }: GitChange): Promise<void> {
  const [first, ...more] = former;
  if (first === undefined) return await mustSucceed(around, ['--unset-all', name]);
  await mustSucceed(around, ['--replace-all', name, first]);
  for (const text of more) await mustSucceed(around, ['--add', name, text]);
}

export const gitChange: ChangeKind<typeof schema> = {
  schema,
  show: ({ name, value, former }, around) => ({
    place: gitConfigPath(around),
    removed: former.map(lineOf(name)),
    added: [lineOf(name)(value)],
    how: `Git does it: git config --global ${name} "${value}"`,
  }),
  async apply(kept, around) {
    const { name, value } = kept;
    const path = gitConfigPath(around);
    const byHand = [`git config --global ${name} "${value}"`];
    readPersonFile(path, byHand);
    return await changeInTurn(path, async () => {
      const before = readPersonFile(path, byHand);
      if (!isSame(await globalValues(around, name), kept.former))
        throw new ChangeError(`${name} has just been changed. Look again, then try again.`);
      await mustSucceed(around, ['--replace-all', name, value]);
      const after = readPersonFile(path, byHand);
      return {
        ...kept,
        ...(after && {
          splice: {
            ...spliceOf(before?.bytes ?? Buffer.alloc(0), after.bytes),
            isNew: before === undefined,
          },
        }),
      };
    });
  },
  showUndo: ({ name, value, former }, around) => ({
    place: gitConfigPath(around),
    removed: [lineOf(name)(value)],
    added: former.map(lineOf(name)),
    how: former.length > 0 ? 'What was there before comes back.' : 'The setting is taken out.',
  }),
  async undo(kept, around) {
    const { name, value, former, splice } = kept;
    const path = gitConfigPath(around);
    const byHand = former.map((text) => `git config --global --add ${name} "${text}"`);
    if (readPersonFile(path, byHand) === undefined) return { note: 'Git has no settings of yours any more.' };
    return await changeInTurn(path, async () => {
      const now = await globalValues(around, name);
      if (isSame(now, former)) return { note: `${name} was as before already.` };
      if (!isSame(now, [value]))
        return { note: `${name} was set to something else since, so it is left as it is.` };
      const was = readPersonFile(path, byHand);
      const bytes = was && splice && takeBack(was.bytes, splice);
      // Exactly as it was, as long as nobody has written to the file since; else Git sees to its own.
      if (was === undefined || bytes === undefined) await restoreByGit(around, kept);
      else {
        const isEmptied = splice?.isNew === true && bytes.length === 0;
        await holdingGitsLock(was.path, () => replacePersonFile(path, was, isEmptied ? undefined : bytes));
      }
      return {};
    });
  },
};
