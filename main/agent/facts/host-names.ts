// The port to the names that the person's own files give to host keys (known_hosts, PuTTY's host keys).
import type { PublicKey, UncheckedPublicKey } from '../../keys/kinds/shared/public-key.ts';

/** What the person's files say about one host key. */
export interface HostName {
  /** Best first, as the file writes them (`[host]:2222` for other ports); empty when the file keeps them hashed. */
  readonly names: readonly string[];
  readonly source: 'known_hosts' | 'putty';
  /** The file says that this key must not be trusted any more. */
  readonly isRevoked: boolean;
}

/** Look-ups never reject; what can't be read is not known. */
export interface HostNames {
  /** What is known of a host key, by its bytes, or of a host certificate whose signature was verified. */
  nameOf(hostKey: PublicKey | UncheckedPublicKey): Promise<HostName | undefined>;
  /** What is known of the host at this end of a TCP connection; `address` is numeric. */
  nameAt(address: string, port: number): Promise<HostName | undefined>;
}

/** Knows no host. */
export const noHostNames: HostNames = {
  nameOf: () => Promise.resolve(undefined),
  nameAt: () => Promise.resolve(undefined),
};
