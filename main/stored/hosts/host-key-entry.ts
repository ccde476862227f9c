// One line of the person's host key files: which hosts have which key.
import { createHmac } from 'node:crypto';
import { matchesPattern } from '../../agent/facts/wildcard-pattern.ts';
import { equalBytes } from '../../keys/encoding/wire.ts';

/** A host name that known_hosts keeps as a salted hash, so that the file does not tell where the person goes. */
export interface HashedName {
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
}

export interface HostKeyEntry {
  readonly source: 'known_hosts' | 'putty';
  /** A key that signs host certificates, a key that must not be trusted any more, or a host's own. */
  readonly role: 'host' | 'certificate-authority' | 'revoked';
  /** Lower-case names and patterns, `[host]:port` where the port is not 22; `!` before those that are excepted. */
  readonly patterns: readonly string[];
  readonly hashedName?: HashedName;
  /** The key's blob in padded base64. */
  readonly key: string;
}

/** The blob as entries hold it. */
export function entryKey(blob: Uint8Array): string {
  return Buffer.from(blob.buffer, blob.byteOffset, blob.length).toString('base64');
}

/** How both files write a host at a port. */
export function hostAtPort(host: string, port: number): string {
  const lowerCased = host.toLowerCase();
  return port === 22 ? lowerCased : `[${lowerCased}]:${port}`;
}

export const isPattern = (name: string) => /[*?]/.test(name);

/** Whether the hash is of that name. */
export function isHashOf({ salt, hash }: HashedName, name: string): boolean {
  return equalBytes(createHmac('sha1', salt).update(name).digest(), hash);
}

/** `name` as `hostAtPort` writes it. sshd(8): one negated pattern that matches rules the whole entry out. */
export function entryIsFor(entry: HostKeyEntry, name: string): boolean {
  if (entry.hashedName) return isHashOf(entry.hashedName, name);
  let matches = false;
  for (const pattern of entry.patterns) {
    if (pattern.startsWith('!')) {
      if (matchesPattern(name, pattern.slice(1))) return false;
    } else if (matchesPattern(name, pattern)) matches = true;
  }
  return matches;
}
