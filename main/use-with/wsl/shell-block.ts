// Our marked lines in a start-up file of a shell: put in, exchanged and taken out again, and nothing else touched.

const begin = '# >>> sallyport >>>';
/** Behind the first mark where the line before ours had no end. */
const joined = ' (joined)';
const end = '# <<< sallyport <<<';

/** The file has our marks, but not in pairs: nobody knows what is ours. */
export class BrokenBlockError extends Error {
  override readonly name = 'BrokenBlockError';
}

/** Where our lines are, line end included; undefined: nowhere. Throws BrokenBlockError. */
function findBlock(text: string): { readonly start: number; readonly stop: number } | undefined {
  const marks = [...text.matchAll(/^# (?:>>> sallyport >>>|<<< sallyport <<<)[^\n]*(?:\n|$)/gm)];
  if (marks.length === 0) return undefined;
  const [first, last] = marks;
  if (marks.length !== 2 || !first?.[0].startsWith(begin) || !last?.[0].startsWith(end))
    throw new BrokenBlockError();
  return { start: first.index, stop: last.index + last[0].length };
}

/**
 * `text` with our lines in it: where they were, else at the end. What the person wrote stays byte for byte. As it is read
 * in latin1, so that bytes that are no UTF-8 stay, `lines` are ASCII. Throws BrokenBlockError.
 */
export function withBlock(text: string, lines: string): string {
  const block = (first: string) => `${first}\n${lines}\n${end}\n`;
  const found = findBlock(text);
  if (found) {
    const first = text.slice(found.start).split('\n', 1)[0] ?? begin;
    return text.slice(0, found.start) + block(first) + text.slice(found.stop);
  }
  // A last line without an end gets one, which is taken out again with ours.
  return text === '' || text.endsWith('\n') ? text + block(begin) : `${text}\n${block(`${begin}${joined}`)}`;
}

/** `text` without our lines, and without the line end that they needed. Throws BrokenBlockError. */
export function withoutBlock(text: string): string {
  const found = findBlock(text);
  if (!found) return text;
  const wasJoined = text.startsWith(`${begin}${joined}`, found.start) && found.stop === text.length;
  return text.slice(0, found.start - (wasJoined ? 1 : 0)) + text.slice(found.stop);
}
