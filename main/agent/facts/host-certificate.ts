// Whether a host certificate is good for a host name, as destination constraints and known_hosts ask.
import { validityOf } from '../../keys/kinds/certificate-validity.ts';
import type { Certificate } from '../../keys/kinds/shared/public-key.ts';
import { mayBacktrack, patternMatcher } from './wildcard-pattern.ts';

/** A host name has 253 characters at most (RFC 1035 §2.3.4); with brackets and a port, and room to spare. */
export const maxHostNameLength = 300;
/** Of a certificate's principals that are patterns; the others are looked up by their name. */
const maxPatterns = 4;

interface Principals {
  readonly names: ReadonlySet<string>;
  readonly patterns: readonly ((hostName: string) => boolean)[];
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
    known = { names: new Set(all), patterns: patterns.slice(0, maxPatterns).map(patternMatcher) };
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
  return (
    certificate.type === 'host' &&
    hostName.length <= maxHostNameLength &&
    certificate.criticalOptions.length === 0 &&
    validityOf(certificate, new Date(nowMs)) === 'valid' &&
    isNamed(principals(certificate), hostName.toLowerCase())
  );
}

function isNamed({ names, patterns }: Principals, hostName: string): boolean {
  return names.has(hostName) || patterns.some((matches) => matches(hostName));
}
