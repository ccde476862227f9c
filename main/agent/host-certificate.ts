// Host certificates as destination constraints use them, and OpenSSH's wildcard patterns.
import type { Certificate } from '../keys/certificate.ts';

/** OpenSSH's match_pattern: `*` any run, `?` one character; case-sensitive. Linear in both lengths. */
export function matchesPattern(text: string, pattern: string): boolean {
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
    certificate.criticalOptions.length === 0 &&
    certificate.validAfter <= nowSeconds &&
    nowSeconds < certificate.validBefore &&
    certificate.principals.some((principal) =>
      matchesPattern(hostName.toLowerCase(), principal.toLowerCase()),
    )
  );
}
