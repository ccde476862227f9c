// The private key layout of message 17 (RFC 9987 §3.2), which is also that of openssh-key-v1 files.
import type { PrivateKeyFields } from './private-key-fields.ts';
import type { PublicKey } from './public-key.ts';
import type { WireReader } from './wire.ts';

export interface AgentPrivateKey {
  readonly fields: PrivateKeyFields;
  /** Plain or certificate: as the agent is to list it. */
  readonly publicKey: PublicKey;
}

/**
 * Reads from the algorithm name up to, not including, the comment. The caller wipes `fields`.
 * Throws MalformedMessageError, UnsupportedKeyError (sk- keys among them) or InconsistentKeyError.
 */
export function readAgentPrivateKey(reader: WireReader): AgentPrivateKey {
  throw new Error(`being written ${reader.remaining}`);
}
