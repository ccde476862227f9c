// Other people's text at a bearable length.

/** The first characters of `text`, with an ellipsis where some are missing; never half a surrogate pair. */
export function cut(text: string, maxCharacters: number): string {
  // Counted in code points, of which each takes at most two units; hostile lengths cost no more than that.
  const characters = Array.from(text.slice(0, 2 * maxCharacters));
  if (characters.length <= maxCharacters && text.length <= 2 * maxCharacters) return text;
  return `${characters.slice(0, maxCharacters - 1).join('')}…`;
}
