// Text that others chose (comments, user names, paths, host names), made safe to show: the one place that does it, for
// terminals, windows, notifications and logs alike.

/** A piece of text: as it is, or one character to be shown by its number. */
export type TextPiece =
  | { readonly kind: 'plain'; readonly text: string }
  | { readonly kind: 'odd'; readonly codePoint: string };

// Each of these is made at its first call: V8 takes a millisecond to look up what is in the classes, and most text asks
// for none.

// SECURITY: controls could drive a terminal, format characters reorder or hide text; what is ignorable by default, not
// assigned or private can't be seen or told apart. The last three are in none of these classes, and are blank.
const isHidden = (text: string) =>
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\ufffc\u{1d159}]/u.test(
    text,
  );
const isSpace = (text: string) => /\p{Zs}/u.test(text);
const isMark = (text: string) => /\p{M}/u.test(text);
const isPictograph = (text: string) => /\p{Extended_Pictographic}/u.test(text);
const isIdeograph = (text: string) => /\p{Unified_Ideograph}/u.test(text);
const isEmojiPart = (text: string) => /\p{Emoji_Modifier}|\ufe0f/u.test(text);
const isLetter = (text: string) => /[\p{L}\p{M}]/u.test(text);
const isOfScriptWithoutJoiners = (text: string) =>
  /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Common}\p{Script=Inherited}]/u.test(text);
/** Seen by anybody as they are, without which JSON would be hard to read. */
const isVisible = (text: string) => /[\p{L}\p{N}\p{P}\p{S}]/u.test(text);
const joiner = /[\u200c\u200d]/u;
const variation = /[\ufe00-\ufe0f]/u;
/** Anything but printable ASCII, single spaces and what our own sentences have besides: none of it is odd anywhere. */
const unusual = /[^ -~“”’…]| {2}/;
const keycap = '\u20e3';
/** Those that stand around text of others here, and what looks like them in one font or another. */
const quotationMarks = '"“”„‟«»ʺ˝ˮ״″‴‶‷⁗❝❞❠⹂〃〝〞〟＂🙶🙷🙸';
/** Two of these look like one of those. */
const halfMarks = "'`´ʹʼˈ‘’‚‛′‵＇｀";
/** No script stacks more on one letter; a tower of them reaches into the lines around. */
const maxStackedMarks = 4;

/** Emoji, Persian and Indic scripts need the joiners; elsewhere two names would look the same. */
function mayBeJoined(before: string): boolean {
  if (isPictograph(before) || isEmojiPart(before)) return true;
  return isLetter(before) && !isOfScriptWithoutJoiners(before);
}

function isOdd(character: string, before: string, after: string, marksBefore: number): boolean {
  if (joiner.test(character)) return !mayBeJoined(before);
  if (variation.test(character)) return !isPictograph(before) && !isIdeograph(before) && after !== keycap;
  if (isMark(character) && marksBefore >= maxStackedMarks) return true;
  return isHidden(character);
}

function codePointOf(character: string): string {
  const number = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `U+${number}`;
}

const inBrackets = (codePoint: string) => `<${codePoint}>`;

const widthOf = (piece: TextPiece) => (piece.kind === 'plain' ? 1 : inBrackets(piece.codePoint).length);

function mayEndQuotes(character: string, before: string): boolean {
  if (quotationMarks.includes(character)) return true;
  return before !== '' && halfMarks.includes(character) && halfMarks.includes(before);
}

/** One piece for each character; a run of white space becomes one space. */
function* pieceByPiece(text: string, isQuoted: boolean): Generator<TextPiece> {
  let before = '';
  let marks = 0;
  for (let index = 0; index < text.length; index += before.length) {
    const character = String.fromCodePoint(text.codePointAt(index) ?? 0);
    const after = text[index + character.length] ?? '';
    const blank = isSpace(character);
    if (!(blank && isSpace(before))) {
      if ((isQuoted && mayEndQuotes(character, before)) || isOdd(character, before, after, marks))
        yield { kind: 'odd', codePoint: codePointOf(character) };
      else yield { kind: 'plain', text: blank ? ' ' : character };
    }
    marks = isMark(character) ? marks + 1 : 0;
    before = character;
  }
}

function split(text: string, maxCharacters: number, isQuoted: boolean): TextPiece[] {
  if (text.length <= maxCharacters && !isQuoted && !unusual.test(text)) return [{ kind: 'plain', text }];
  // A run of spaces is read at that length, and no longer: hostile lengths cost no more.
  const read = text.slice(0, 4 * maxCharacters);
  const characters: TextPiece[] = [];
  let width = 0;
  for (const piece of pieceByPiece(read, isQuoted)) {
    if (width > maxCharacters) break;
    characters.push(piece);
    width += widthOf(piece);
  }
  if (width <= maxCharacters && read.length === text.length) return characters;
  for (let last = characters.at(-1); last && width >= maxCharacters; last = characters.at(-1)) {
    width -= widthOf(last);
    characters.pop();
  }
  return [...characters, { kind: 'plain', text: '…' }];
}

/** Neighbouring plain characters as one piece. */
function joined(characters: readonly TextPiece[]): TextPiece[] {
  const pieces: TextPiece[] = [];
  for (const piece of characters) {
    const last = pieces.at(-1);
    if (piece.kind === 'plain' && last?.kind === 'plain')
      pieces[pieces.length - 1] = { kind: 'plain', text: last.text + piece.text };
    else pieces.push(piece);
  }
  return pieces;
}

function asText(pieces: readonly TextPiece[]): string {
  return pieces.map((piece) => (piece.kind === 'plain' ? piece.text : inBrackets(piece.codePoint))).join('');
}

/**
 * Splits text into pieces that are safe to show side by side. Runs of white space are one space; what takes more than
 * `maxCharacters`, numbers included, is cut and ends in an ellipsis. `isQuoted`: to stand in quotation marks, which it
 * must not end.
 */
export function splitForeignText(text: string, maxCharacters = 1000, isQuoted = false): readonly TextPiece[] {
  return joined(split(text, maxCharacters, isQuoted));
}

/** The same as one string, with `<U+202E>` for characters that are shown by their number. */
export function foreignText(text: string, maxCharacters = 1000): string {
  return asText(split(text, maxCharacters, false));
}

/** The same, to stand in quotation marks that it can't end: for every place where words of ours are around it. */
export function insideQuotes(text: string, maxCharacters = 1000): string {
  return asText(split(text, maxCharacters, true));
}

/** A name among words of ours: bare where it is one word or a path without spaces, else in quotation marks. */
export function foreignName(text: string, maxCharacters = 1000): string {
  const shown = foreignText(text, maxCharacters);
  return /^[\p{L}\p{N}@._+~:/\\*?…-]+$/u.test(shown) ? shown : `"${insideQuotes(text, maxCharacters)}"`;
}

/** The first characters of `text`, with an ellipsis where some are missing; never half a surrogate pair. Hides nothing. */
export function cut(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  // Counted in code points, of which each takes at most two units; hostile lengths cost no more than that.
  const characters = Array.from(text.slice(0, 2 * maxCharacters));
  if (characters.length <= maxCharacters && text.length <= 2 * maxCharacters) return text;
  return `${characters.slice(0, maxCharacters - 1).join('')}…`;
}

/** Line ends stand between values only, with the indentation after them; in a string they are escaped. */
const unusualInJson = /\n *| {2,}|[^ -~]/gu;

/** What can't be seen, and all but the first of several spaces, as JSON's own escapes. */
function escapedInJson(run: string): string {
  if (run.startsWith('\n')) return run;
  if (isVisible(run) && !isHidden(run)) return run;
  const kept = run.startsWith('  ') ? 1 : 0;
  const escapes = Array.from({ length: run.length - kept }, (_, index) => run.charCodeAt(kept + index)).map(
    (unit) => `\\u${unit.toString(16).padStart(4, '0')}`,
  );
  return run.slice(0, kept) + escapes.join('');
}

/**
 * `JSON.stringify` for eyes and terminals: only what can be seen stands there as it is, everything else as the escapes
 * that JSON has for it, so that parsing gives the very same value.
 */
export function printableJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(unusualInJson, escapedInJson);
}
