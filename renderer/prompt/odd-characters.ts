// Finds the characters that hide themselves or reorder others, so that text from elsewhere can't lie by them.

/** A piece of text: as it is, or one character to be shown by its number. */
export type TextPiece =
  | { readonly kind: 'plain'; readonly text: string }
  | { readonly kind: 'odd'; readonly codePoint: string };

// Controls, separators of lines, private and lone surrogate code points, and all that Unicode calls
// ignorable: bidi marks, embeddings and isolates, zero-width spaces, fillers, tags.
const hidden =
  /[[\p{Cc}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]--[\u200c\u200d\ufe00-\ufe0f]]/v;
// Emoji, Persian and Indic scripts need the joiners; elsewhere two names would look the same.
const strayJoiner =
  /(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f[[\p{L}\p{M}]--[\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}\p{sc=Zyyy}\p{sc=Zinh}]]])[\u200c\u200d]/v;
const strayVariation = /(?<![\p{Extended_Pictographic}\p{Unified_Ideograph}])[\ufe00-\ufe0f](?!\u20e3)/v;
// No script stacks more on one letter; a tower of them reaches into the lines around.
const stackedMark = /(?<=\p{M}{4})\p{M}/v;
const oddCharacter = new RegExp(
  [hidden, strayJoiner, strayVariation, stackedMark].map(({ source }) => source).join('|'),
  'gv',
);

/**
 * Splits text into pieces that are safe to show side by side; at most `maxCharacters` code points are
 * kept, and a cut ends in an ellipsis.
 */
export function splitOddCharacters(text: string, maxCharacters = 1000): readonly TextPiece[] {
  const characters = [...text];
  const kept = characters.length > maxCharacters ? `${characters.slice(0, maxCharacters).join('')}…` : text;
  const pieces: TextPiece[] = [];
  let end = 0;
  for (const match of kept.matchAll(oddCharacter)) {
    if (match.index > end) pieces.push({ kind: 'plain', text: kept.slice(end, match.index) });
    const number = (match[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    pieces.push({ kind: 'odd', codePoint: `U+${number}` });
    end = match.index + match[0].length;
  }
  if (end < kept.length) pieces.push({ kind: 'plain', text: kept.slice(end) });
  return pieces;
}

/** The same as one string, for places that take no elements: titles, names for screen readers. */
export function plainText(text: string, maxCharacters?: number): string {
  return splitOddCharacters(text, maxCharacters)
    .map((piece) => (piece.kind === 'plain' ? piece.text : `[${piece.codePoint}]`))
    .join('');
}
