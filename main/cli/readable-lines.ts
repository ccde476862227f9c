// Lines for a person, with text of others in them.
import { foreignText } from '../../text/foreign-text.ts';
import { wrapLines } from '../terminal/wrap-lines.ts';

const maxLineCharacters = 4000;

function asOneLine(line: string): string {
  const text = line.trimStart();
  return ' '.repeat(line.length - text.length) + foreignText(text, maxLineCharacters);
}

/**
 * `lines` for a screen of so many columns; undefined where it is none. SECURITY: the last that text of others has to
 * pass, whatever was made of it before: a line end or a control in it is shown by its number. A terminal would break a
 * long line wherever the text wants it to, and the rest look like a line of its own; so we break it, indented. Scripts,
 * which read no terminal, get it in one piece.
 */
export function readableLines(lines: readonly string[], columns: number | undefined): string {
  const text = lines.map(asOneLine).join('\n');
  // The last column is left free, as some terminals break the line there.
  return columns === undefined ? text : wrapLines(text, columns - 1);
}
