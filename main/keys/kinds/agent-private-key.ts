// The private key layout of message 17 (RFC 9987 §3.2), which is also that of openssh-key-v1 files.

import { MalformedMessageError, type WireReader } from '../encoding/wire.ts';
import { UnsupportedKeyError } from '../key-errors.ts';
import { keyKinds } from './key-kinds.ts';
import { describeUnknownAlgorithm, parsePublicKey } from './parse-public-key.ts';
import { publicKeyAlgorithm } from './shared/key-types.ts';
import type { PrivateKeyFields } from './shared/private-key-fields.ts';
import type { PublicKey } from './shared/public-key.ts';

export interface AgentPrivateKey {
  readonly fields: PrivateKeyFields;
  /** Plain or certificate: as the agent is to list it. */
  readonly publicKey: PublicKey;
}

/** Signature names that clients send where the key's own name belongs (PuTTY takes them, too). */
const aliases = new Map([
  ['rsa-sha2-256', 'ssh-rsa'],
  ['rsa-sha2-512', 'ssh-rsa'],
  ['rsa-sha2-256-cert-v01@openssh.com', 'ssh-rsa-cert-v01@openssh.com'],
  ['rsa-sha2-512-cert-v01@openssh.com', 'ssh-rsa-cert-v01@openssh.com'],
]);

/**
 * Reads from the algorithm name up to, not including, the comment. The caller wipes `fields`.
 * Throws MalformedMessageError, UnsupportedKeyError or InconsistentKeyError.
 */
export function readAgentPrivateKey(reader: WireReader): AgentPrivateKey {
  const givenName = reader.readText();
  const name = aliases.get(givenName) ?? givenName;
  const algorithm = publicKeyAlgorithm(name);
  if (algorithm === undefined) throw new UnsupportedKeyError(describeUnknownAlgorithm(name));
  if (algorithm.isCertificate) return readWithCertificate(name, reader);
  const fields = keyKinds[algorithm.type].readPrivateKey(reader);
  return { fields, publicKey: fields.publicKey };
}

/** A certificate stands in for the public numbers; only the secret ones follow. */
function readWithCertificate(name: string, reader: WireReader): AgentPrivateKey {
  const publicKey = parsePublicKey(reader.readString());
  if (publicKey.algorithm !== name)
    throw new MalformedMessageError('certificate is of another kind than said');
  return { publicKey, fields: keyKinds[publicKey.type].readAfterCertificate(publicKey.base, reader) };
}
