// OpenSSH's wildcard patterns (PATTERNS in ssh_config(5)), for host and user names.
import { limits } from '../limits/limits.ts';

/** Patterns are conditions of rules, or shorter. */
const maxMatchedLength = limits.conditionLength;

/**
 * OpenSSH's match_pattern: `*` any run, `?` one character; case-sensitive. Where a `?` follows a `*` it may take as many
 * steps as the product of both lengths, so those that are longer than any sensible ones match nothing.
 */
export function matchesPattern(text: string, pattern: string): boolean {
  return patternMatcher(pattern)(text);
}

/** `matchesPattern` for many texts: the pattern is taken apart once. */
export function patternMatcher(pattern: string): (text: string) => boolean {
  if (pattern.length > maxMatchedLength) return () => false;
  const pieces = pattern.split('*');
  return (text) => text.length <= maxMatchedLength && matchesPieces(text, pieces);
}

/** `pieces`: what stands between the stars. */
function matchesPieces(text: string, pieces: readonly string[]): boolean {
  const first = pieces[0] as string;
  if (!isAt(text, first, 0)) return false;
  if (pieces.length === 1) return text.length === first.length;
  const last = pieces[pieces.length - 1] as string;
  const lastStart = text.length - last.length;
  if (lastStart < first.length || !isAt(text, last, lastStart)) return false;
  let from = first.length;
  for (let n = 1; n < pieces.length - 1; n++) {
    const piece = pieces[n] as string;
    const start = indexOfPiece(text, piece, from);
    if (start === -1) return false;
    from = start + piece.length;
  }
  return from <= lastStart;
}

/** A `?` may stand behind the end of the text, too: who calls looks how long the whole is. */
function isAt(text: string, piece: string, start: number): boolean {
  if (!piece.includes('?')) return text.startsWith(piece, start);
  for (let i = 0; i < piece.length; i++) if (piece[i] !== '?' && piece[i] !== text[start + i]) return false;
  return true;
}

function indexOfPiece(text: string, piece: string, from: number): number {
  if (!piece.includes('?')) return text.indexOf(piece, from);
  for (let start = from; start + piece.length <= text.length; start++)
    if (isAt(text, piece, start)) return start;
  return -1;
}

/** Says whether a `?` follows a `*`, so that matching may take longer than the sum of both lengths. */
export function mayBacktrack(pattern: string): boolean {
  const star = pattern.indexOf('*');
  return star !== -1 && pattern.includes('?', star);
}
