// A marked block in a text file of the person.
import * as v from 'valibot';
import { localPath } from '../../get-started/files/local-path.ts';
import { changeInTurn } from '../../stored/change-in-turn.ts';
import { blockFiles, sshConfigPath } from './block-files.ts';
import type { ChangeKind } from './change.ts';
import { ChangeError } from './change-error.ts';
import { markedLines, withBlock, withoutBlock } from './marked-block.ts';
import { readPersonFile, replacePersonFile } from './person-file.ts';

const line = v.pipe(v.string(), v.maxLength(4096), v.regex(/^[^\r\n\0]*$/));
const schema = v.strictObject({
  kind: v.literal('block'),
  path: v.pipe(v.string(), v.minLength(1), v.maxLength(4096)),
  id: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,32}$/)),
  at: v.picklist(['start', 'end']),
  lines: v.pipe(v.array(line), v.maxLength(32)),
  /** The file was not there before. */
  isNew: v.boolean(),
});
export type BlockChange = v.InferOutput<typeof schema>;

const where = {
  start: 'These lines come first in the file, where they count before others.',
  end: 'These lines come last in the file.',
};

/** The rest of the file stays as it is, so that a folder that is there no more has nothing of ours. */
const nothingThere = { note: 'There was nothing of Sallyport’s in it any more.' };

export const blockChange: ChangeKind<typeof schema> = {
  schema,
  show: ({ path, at, ...block }) => ({
    place: path,
    removed: [],
    added: markedLines(block),
    how: where[at],
  }),
  async apply(kept, around) {
    const { path } = kept;
    const lines = markedLines(kept);
    // To a shell a carriage return is a part of the path that stands before it, on Windows as well.
    const usual = path === sshConfigPath(around) ? undefined : '\n';
    // Said before its directory is made.
    readPersonFile(path, lines);
    return await changeInTurn(path, async () => {
      const was = readPersonFile(path, lines);
      const bytes = was?.bytes ?? Buffer.alloc(0);
      if (withoutBlock(bytes, kept).outcome !== 'absent')
        throw new ChangeError(
          `There is a block of Sallyport’s in ${path} already. Take it out, then try again.`,
          lines,
        );
      if (kept.at === 'end' && /\\\r?\n?$/.test(bytes.toString('latin1')))
        throw new ChangeError(
          `The last line of ${path} goes on behind its end (“\\”), so nothing is put there.`,
          lines,
        );
      await replacePersonFile(path, was, withBlock(bytes, kept, usual));
      return { ...kept, isNew: was === undefined };
    });
  },
  showUndo: ({ path, ...block }) => ({
    place: path,
    removed: markedLines(block),
    added: [],
    how: 'These lines are taken out; all others stay.',
  }),
  async undo(kept, around) {
    const { path, isNew } = kept;
    const isOurs = (await blockFiles(around)).includes(path);
    // As that of a Cygwin that was deleted, which else could neither be taken back nor set up again elsewhere.
    if (!isOurs && 'isAbsent' in (await localPath(path))) return nothingThere;
    if (!isOurs) throw new ChangeError(`Sallyport writes nothing to ${path}, so it changes nothing there.`);
    const lines = markedLines(kept);
    if (readPersonFile(path, lines) === undefined) return nothingThere;
    return await changeInTurn(path, async () => {
      const was = readPersonFile(path, lines);
      const removal = was && withoutBlock(was.bytes, kept);
      if (removal === undefined || removal.outcome === 'absent') return nothingThere;
      if (removal.outcome === 'edited')
        throw new ChangeError(
          `The lines of Sallyport’s in ${path} were changed since, so they are left as they are. Take out by hand what you don’t want of them.`,
          lines,
        );
      const isEmptied = isNew && removal.bytes.length === 0;
      await replacePersonFile(path, was, isEmptied ? undefined : removal.bytes);
      return {};
    });
  },
};
