// Host certificates as destination constraints use them, and OpenSSH's wildcard patterns.
import type { Certificate } from '../../keys/kinds/shared/public-key.ts';

/** As long as a condition of a rule may be. */
const maxMatchedLength = 1024;
/** A host name has 253 characters at most (RFC 1035 §2.3.4); with brackets and a port, and room to spare. */
export const maxHostNameLength = 300;
/** Of a certificate's principals that are patterns; the others are looked up by their name. */
const maxPatterns = 4;

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

function isAt(text: string, piece: string, start: number): boolean {
  if (!piece.includes('?')) return text.startsWith(piece, start);
  if (start + piece.length > text.length) return false;
  for (let i = 0; i < piece.length; i++) if (piece[i] !== '?' && piece[i] !== text[start + i]) return false;
  return true;
}

function indexOfPiece(text: string, piece: string, from: number): number {
  if (!piece.includes('?')) return text.indexOf(piece, from);
  for (let start = from; start + piece.length <= text.length; start++)
    if (isAt(text, piece, start)) return start;
  return -1;
}

interface Principals {
  readonly names: ReadonlySet<string>;
  /** Each in the pieces between its stars. */
  readonly patterns: readonly (readonly string[])[];
}

const principalsOf = new WeakMap<Certificate, Principals>();

/**
 * SECURITY: looked up for each host that a key is restricted to, and both sides can be a stranger's: so names are found
 * at once, and patterns are few and of the kind that is matched in linear time.
 */
function principals(certificate: Certificate): Principals {
  let known = principalsOf.get(certificate);
  if (known === undefined) {
    const all = certificate.principals
      .filter(({ length }) => length <= maxHostNameLength)
      .map((principal) => principal.toLowerCase());
    const patterns = all.filter((principal) => /[*?]/.test(principal) && !mayBacktrack(principal));
    known = {
      names: new Set(all),
      patterns: patterns.slice(0, maxPatterns).map((pattern) => pattern.split('*')),
    };
    principalsOf.set(certificate, known);
  }
  return known;
}

/**
 * Says whether a host certificate whose signature was verified is valid now for `hostName`
 * (PROTOCOL.certkeys). One without principals is valid for no host, one with critical options for none we know.
 */
export function isValidHostCertificate(
  certificate: Certificate,
  hostName: string,
  nowMs = Date.now(),
): boolean {
  const nowSeconds = BigInt(Math.floor(nowMs / 1000));
  return (
    certificate.type === 'host' &&
    hostName.length <= maxHostNameLength &&
    certificate.criticalOptions.length === 0 &&
    certificate.validAfter <= nowSeconds &&
    nowSeconds < certificate.validBefore &&
    isNamed(principals(certificate), hostName.toLowerCase())
  );
}

/** Says whether a `?` follows a `*`. */
function mayBacktrack(pattern: string): boolean {
  const star = pattern.indexOf('*');
  return star !== -1 && pattern.includes('?', star);
}

function isNamed({ names, patterns }: Principals, hostName: string): boolean {
  return names.has(hostName) || patterns.some((pieces) => matchesPieces(hostName, pieces));
}
