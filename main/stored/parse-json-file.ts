// JSON that a person may have edited by hand: what is wrong with it, and where.

/** `message` says what is wrong and where, as the rest of a sentence about the file. */
export class JsonFileError extends Error {
  override readonly name = 'JsonFileError';
}

function parseProblem(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Whether what is there is good as far as it goes. */
function isGoodStart(text: string): boolean {
  const problem = parseProblem(text);
  if (problem === undefined || /^(Unexpected end|Unterminated string)/.test(problem)) return true;
  const [, position] = /at position (\d{1,9})/.exec(problem) ?? [];
  return Number(position) === text.length;
}

/** In so many characters the place of an error is looked for, by parsing some of them again and again. */
const searchedLength = 64 * 1024;

/** Where the first character stands that can't follow what is before it. V8 does not always say so. */
function placeOfError(text: string): number {
  let [good, bad] = [0, text.length + 1];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isGoodStart(text.slice(0, middle))) good = middle;
    else bad = middle;
  }
  return good;
}

function whatIsWrong(text: string, place: number): string {
  const before = text.slice(0, place).trimEnd();
  switch (text[place]) {
    case undefined:
      return 'the file ends too early';
    case '/':
    case '#':
      return 'JSON has no comments';
    case "'":
      return 'JSON has text in double quotation marks only';
    case ',':
    case '}':
    case ']':
      if (before.endsWith(',')) return 'there is a comma before it that separates nothing';
      break;
    case '"':
    case '{':
    case '[':
      if (/["}\]\w]$/.test(before)) return 'there is a comma missing before it';
  }
  return 'this is no JSON';
}

/** The JSON in a file, after a byte order mark, as Windows' editors write it. Throws JsonFileError. */
export function parseJsonFile(contents: string): unknown {
  const text = contents.startsWith('\ufeff') ? contents.slice(1) : contents;
  try {
    return JSON.parse(text);
  } catch {
    const searched = text.slice(0, searchedLength);
    const isFurther = searched !== text && isGoodStart(searched);
    const place = isFurther ? searchedLength : placeOfError(searched);
    const lines = text.slice(0, place).split(/\r\n?|\n/);
    if (isFurther) throw new JsonFileError(`after line ${lines.length}: this is no JSON`);
    const column = (lines.at(-1)?.length ?? 0) + 1;
    throw new JsonFileError(`line ${lines.length}, column ${column}: ${whatIsWrong(text, place)}`);
  }
}
