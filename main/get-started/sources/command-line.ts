// Command lines of Windows, as programs there take them apart.

/** By the rules of Microsoft's C runtime: quotation marks hold blanks together, backslashes count only before them. */
export function splitCommandLine(line: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let isQuoted = false;
  for (let at = 0; at < line.length; ) {
    const [slashes = ''] = /^\\*/.exec(line.slice(at, at + 4096)) ?? [];
    const next = line[at + slashes.length];
    if (next === '"') {
      word = (word ?? '') + slashes.slice(0, slashes.length >> 1);
      if (slashes.length % 2 === 1) word += '"';
      else if (isQuoted && line[at + slashes.length + 1] === '"') {
        word += '"';
        at++;
      } else isQuoted = !isQuoted;
      at += slashes.length + 1;
      continue;
    }
    if (slashes !== '') {
      word = (word ?? '') + slashes;
      at += slashes.length;
      continue;
    }
    if ((next === ' ' || next === '\t') && !isQuoted) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + next;
    at++;
  }
  if (word !== undefined) words.push(word);
  return words;
}
