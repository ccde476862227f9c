// What a kind of key does: the one interface that the rest of the program knows all kinds by.
import type { WireReader } from '../../encoding/wire.ts';
import type { PrivateKeyFields } from './private-key-fields.ts';
import type { PublicKey } from './public-key.ts';
import type { SignatureVerifier } from './signature-blob.ts';

/** The readers throw as parsePublicKey and readAgentPrivateKey do; the caller wipes private fields. */
export interface KeyKind extends SignatureVerifier {
  /**
   * Reads what follows the algorithm name of a public key (in a certificate: the nonce), and computes nothing. The
   * result checks what was read and makes the key; it throws MalformedMessageError for impossible numbers,
   * UnsupportedKeyError for sizes out of bounds.
   */
  readPublicKey(reader: WireReader): () => PublicKey;
  /** Reads what follows the algorithm name of a private key in message 17 (RFC 9987 §3.2). */
  readPrivateKey(reader: WireReader): PrivateKeyFields;
  /** The same where a certificate of `base` stands in for the public numbers (PROTOCOL.certkeys). */
  readAfterCertificate(base: PublicKey, reader: WireReader): PrivateKeyFields;
  /**
   * Reads the private half of `base` in PuTTY's key files of this version, and leaves what follows: padding. Undefined
   * where PuTTY has no keys of this kind.
   */
  readPpk?(base: PublicKey, reader: WireReader, version: 1 | 2 | 3): PrivateKeyFields;
}
