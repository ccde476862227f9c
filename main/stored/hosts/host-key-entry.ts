// One line of the person's host key files: which hosts have which key.

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
