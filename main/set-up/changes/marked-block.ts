// Lines of ours between two marks in a text file of the person, put in and taken out without touching another byte.

export interface MarkedBlock {
  /** Told in both marks: `ssh`. */
  readonly id: string;
  readonly lines: readonly string[];
  /** At the start the block comes after a byte order mark. */
  readonly at: 'start' | 'end';
}

export type Removal =
  | { readonly outcome: 'removed'; readonly bytes: Buffer }
  /** No mark is there. */
  | { readonly outcome: 'absent' }
  /** What is between the marks is not what was put there, or a mark is missing, or there twice. */
  | { readonly outcome: 'edited' };

const byteOrderMark = '\u00ef\u00bb\u00bf';

/** One character a byte, so that bytes in any encoding come out as they went in. */
const toText = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const toBytes = (text: string) => Buffer.from(text, 'latin1');
const asBytesOfText = (line: string) => Buffer.from(line, 'utf8').toString('latin1');

/** With its marks, as it stands in the file. */
export const markedLines = ({ id, lines }: Pick<MarkedBlock, 'id' | 'lines'>): readonly string[] => [
  `# >>> Sallyport ${id} >>>`,
  ...lines,
  `# <<< Sallyport ${id} <<<`,
];

const systemLineEnd = process.platform === 'win32' ? '\r\n' : '\n';

/** The file's own line end: that of its first line, and `usual` where it has none. */
function lineEndOf(text: string, usual: string): string {
  // A carriage return that ends the file would be taken for a half of ours later.
  if (text.endsWith('\r')) return '\r\n';
  const first = text.indexOf('\n');
  if (first === -1) return usual;
  return text[first - 1] === '\r' ? '\r\n' : '\n';
}

/** The file with the block in it, which has no block of this id yet. `usual`: how lines end where the file does not tell. */
export function withBlock(bytes: Uint8Array, block: MarkedBlock, usual: string = systemLineEnd): Buffer {
  const text = toText(bytes);
  const lineEnd = lineEndOf(text, usual);
  const inserted = markedLines(block).map(asBytesOfText).join(lineEnd);
  const start = text.startsWith(byteOrderMark) ? byteOrderMark.length : 0;
  if (block.at === 'start')
    return toBytes(`${text.slice(0, start)}${inserted}${lineEnd}${text.slice(start)}`);
  const isLastLineOpen = text.length > start && !text.endsWith('\n');
  // A file without a last line end is left without one, by which taking the block out again knows.
  return toBytes(isLastLineOpen ? `${text}${lineEnd}${inserted}` : `${text}${inserted}${lineEnd}`);
}

interface Line {
  readonly text: string;
  readonly start: number;
  /** Behind its line end. */
  readonly end: number;
}

function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  const first = text.startsWith(byteOrderMark) ? byteOrderMark.length : 0;
  for (let start = first; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline + 1;
    lines.push({ text: text.slice(start, end).replace(/\r?\n$/, ''), start, end });
    start = end;
  }
  return lines;
}

/** Takes the block out, wherever in the file it stands by now, if it is as it was put there. */
export function withoutBlock(bytes: Uint8Array, block: Pick<MarkedBlock, 'id' | 'lines'>): Removal {
  const text = toText(bytes);
  const lines = linesOf(text);
  const wanted = markedLines(block).map(asBytesOfText);
  const [begin = '', end = ''] = [wanted[0], wanted.at(-1)];
  const marks = lines.flatMap((line, index) => (line.text === begin || line.text === end ? [index] : []));
  const [first, last] = marks;
  if (first === undefined) return { outcome: 'absent' };
  const found = lines.slice(first, (last ?? first) + 1);
  const isWhole = marks.length === 2 && found.length === wanted.length;
  if (!isWhole || found.some((line, index) => line.text !== wanted[index])) return { outcome: 'edited' };
  const to = found.at(-1)?.end ?? text.length;
  const before = text.slice(0, found[0]?.start);
  const isOpenEnd = to === text.length && !text.endsWith('\n');
  return {
    outcome: 'removed',
    bytes: toBytes((isOpenEnd ? before.replace(/\r?\n$/, '') : before) + text.slice(to)),
  };
}
