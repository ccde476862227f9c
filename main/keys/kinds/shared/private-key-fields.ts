// A private key's numbers in clear, on their way from a file or a message into the agent.
import type { Authenticator } from '../../authenticator.ts';
import type { CryptoOffload } from '../../crypto-offload.ts';
import type { SecretBytes } from '../../encoding/secret-bytes.ts';
import { WireWriter } from '../../encoding/wire.ts';
import type { PrivateKey } from './private-key.ts';
import type { PublicKey } from './public-key.ts';

/** Owns the secret numbers until `wipe()`. */
export interface PrivateKeyFields {
  /** The plain public half, never a certificate. */
  readonly publicKey: PublicKey;
  /** Throws InconsistentKeyError unless the private numbers fit each other and the public half. */
  assertConsistent(offload: CryptoOffload): Promise<void>;
  /**
   * Checks consistency and imports the key for signing. The result is independent of these fields,
   * which may be wiped afterwards. Throws InconsistentKeyError, or UnsupportedKeyError when the
   * runtime's cryptography refuses the key. By `authenticator` a key signs that lives in a security key.
   */
  load(offload: CryptoOffload, authenticator?: Authenticator): Promise<PrivateKey>;
  /**
   * Algorithm name and private fields as in message 17 (RFC 9987 §3.2), without the comment. A certificate of this key
   * stands in for the public numbers (PROTOCOL.certkeys).
   */
  encodeForAgent(certificate?: PublicKey): SecretBytes;
  /** The private half as it stands in PuTTY's key files, without padding. Undefined where PuTTY has no such keys. */
  encodeForPpk?(): SecretBytes;
  wipe(): void;
}

/** The start of message 17's layout; that of a plain key is its blob, except for RSA. */
export function certificateOrBlob({ blob }: PublicKey, certificate: PublicKey | undefined): WireWriter {
  return certificate ? certificateHead(certificate) : new WireWriter().bytes(blob);
}

/** The start of message 17's layout for a certificate. */
export function certificateHead({ algorithm, blob }: PublicKey): WireWriter {
  return new WireWriter().text(algorithm).string(blob);
}
