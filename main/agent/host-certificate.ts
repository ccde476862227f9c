// Host certificates as destination constraints use them, and OpenSSH's wildcard patterns.
import type { Certificate } from '../keys/certificate.ts';

/** As long as a condition of a rule may be. */
const maxMatchedLength = 1024;
/** A host name has 253 characters at most (RFC 1035 §2.3.4); with brackets and a port, and room to spare. */
const maxHostNameLength = 300;

/**
 * OpenSSH's match_pattern: `*` any run, `?` one character; case-sensitive. It may take as many steps as the product of
 * both lengths, so those that are longer than any sensible ones match nothing.
 */
export function matchesPattern(text: string, pattern: string): boolean {
  if (text.length > maxMatchedLength || pattern.length > maxMatchedLength) return false;
  let textIndex = 0;
  let patternIndex = 0;
  let starIndex = -1;
  let retryIndex = 0;
  while (textIndex < text.length) {
    if (pattern[patternIndex] === '*') {
      starIndex = patternIndex++;
      retryIndex = textIndex;
    } else if (pattern[patternIndex] === '?' || pattern[patternIndex] === text[textIndex]) {
      patternIndex++;
      textIndex++;
    } else if (starIndex >= 0) {
      patternIndex = starIndex + 1;
      textIndex = ++retryIndex;
    } else {
      return false;
    }
  }
  while (pattern[patternIndex] === '*') patternIndex++;
  return patternIndex === pattern.length;
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
    certificate.principals.some((principal) =>
      matchesPattern(hostName.toLowerCase(), principal.toLowerCase()),
    )
  );
}
