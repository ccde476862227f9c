// A few lines for an uninstaller, whose script reads UTF-16 and holds 1,024 characters in one text.
import { writeFileSync } from 'node:fs';
import { foreignText } from '../../../text/foreign-text.ts';

const maxCharacters = 300;
/** Of all; the rest of the script's text is its own words. */
const maxInAll = 700;

/** Makes the file at `path`, a line a fact, and none where there is none. Throws the system's error, EEXIST among them. */
export function writeReport(path: string, facts: readonly string[]): void {
  const lines: string[] = [];
  let room = maxInAll;
  for (const fact of facts) {
    const line = foreignText(fact, maxCharacters);
    room -= line.length + 2;
    if (room < 0) break;
    lines.push(line);
  }
  const left = facts.length - lines.length;
  const all = left > 0 ? [...lines, `… and ${left} more`] : lines;
  writeFileSync(path, all.map((line) => `${line}\r\n`).join(''), { encoding: 'utf16le', flag: 'wx' });
}
