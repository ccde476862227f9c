// Text that others chose (comments, paths) made safe to show on a terminal or in a prompt.

/**
 * SECURITY: control characters could move the cursor and overwrite what we say; format characters (bidi
 * overrides, zero-width) and look-alike separators could reorder or hide parts of it; combining marks in a
 * heap could cover the lines around them.
 */
const misleading = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|\p{M}{4,}/gu;

function asCodePoints(characters: string): string {
  return Array.from(
    characters,
    (c) => `<U+${(c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`,
  ).join('');
}

/** `text` with everything misleading written as its code point, and cut to `maxCharacters` with an ellipsis. */
export function printableText(text: string, maxCharacters: number): string {
  // Cut before escaping too, so that a hostile comment costs no more than its visible part.
  const characters = Array.from(text.slice(0, 4 * maxCharacters).replace(misleading, asCodePoints));
  if (characters.length <= maxCharacters && text.length <= 4 * maxCharacters) return characters.join('');
  return `${characters.slice(0, maxCharacters - 1).join('')}…`;
}
