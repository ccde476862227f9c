// OpenSSH's known_hosts (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"), line by line.
import { entryKey, type HashedName, type HostKeyEntry } from './host-key-entry.ts';

const roles: Readonly<Record<string, HostKeyEntry['role']>> = {
  '@cert-authority': 'certificate-authority',
  '@revoked': 'revoked',
};
const maxPatterns = 64;
const maxPatternLength = 512;
const sha1Bytes = 20;

function parseHashedName(text: string): HashedName | undefined {
  const [, kind, salt = '', hash = ''] = text.split('|');
  if (kind !== '1') return undefined;
  const hashed = { salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') };
  return hashed.hash.length === sha1Bytes && hashed.salt.length > 0 ? hashed : undefined;
}

/** Undefined for an empty line, a comment, and what is not understood: one bad line must not hide the others. */
export function parseKnownHostsLine(line: string): HostKeyEntry | undefined {
  const fields = line.trim().split(/[ \t]+/, 4);
  const first = fields[0] ?? '';
  if (first === '' || first.startsWith('#')) return undefined;
  const role = first.startsWith('@') ? roles[first] : 'host';
  if (role === undefined) return undefined;
  const [hosts, , base64] = role === 'host' ? fields : fields.slice(1);
  if (hosts === undefined || base64 === undefined) return undefined;
  const key = entryKey(Buffer.from(base64, 'base64'));
  if (key === '') return undefined;
  const common = { source: 'known_hosts', role, key } as const;
  if (hosts.startsWith('|')) {
    const hashedName = parseHashedName(hosts);
    return hashedName && { ...common, patterns: [], hashedName };
  }
  const patterns = hosts
    .toLowerCase()
    .split(',')
    .filter((pattern) => pattern !== '' && pattern.length <= maxPatternLength)
    .slice(0, maxPatterns);
  return { ...common, patterns };
}
