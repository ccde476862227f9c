// Lines of ours on a narrow screen, wrapped so that nothing within one looks like the beginning of another.

const indentation = '    ';

/** Of a line on a terminal; characters from there on may take two columns, and are taken to. */
const firstWide = 0x1100;

function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += (character.codePointAt(0) ?? 0) < firstWide ? 1 : 2;
  return columns;
}

/** The beginning of `text` that takes no more columns than these. */
export function cutToColumns(text: string, columns: number): string {
  let kept = '';
  let used = 0;
  for (const character of text) {
    used += columnsOf(character);
    if (used > columns) break;
    kept += character;
  }
  return kept;
}

/** After a space where there is one in the second half, as a fingerprint or a path is read best in one piece. */
function wrapLine(line: string, columns: number): string {
  const lines: string[] = [];
  let current = '';
  let used = 0;
  for (const character of line) {
    if (used + columnsOf(character) > columns) {
      const afterSpace = current.lastIndexOf(' ') + 1;
      const end = afterSpace > columns / 2 ? afterSpace : current.length;
      lines.push(current.slice(0, end));
      current = indentation + current.slice(end);
      used = columnsOf(current);
    }
    current += character;
    used += columnsOf(character);
  }
  return [...lines, current].join('\n');
}

/**
 * Breaks lines of more than `columns` and indents what follows. SECURITY: a screen that broke them itself would begin
 * its lines wherever the text of others wants it to; this way only lines of ours begin at the left.
 */
export function wrapLines(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => wrapLine(line, Math.max(columns, 4 * indentation.length)))
    .join('\n');
}
