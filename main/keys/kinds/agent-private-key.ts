// The private key layout of message 17 (RFC 9987 §3.2), which is also that of openssh-key-v1 files.

import { equalBytes, MalformedMessageError, type WireReader } from '../encoding/wire.ts';
import { InconsistentKeyError, UnsupportedKeyError } from '../key-errors.ts';
import { DsaPrivateKeyFields } from './dsa-private-key.ts';
import { EcdsaPrivateKeyFields } from './ecdsa-private-key.ts';
import { EdwardsPrivateKeyFields } from './edwards-private-key.ts';
import { curves, publicKeyAlgorithm } from './key-types.ts';
import { describeUnknownAlgorithm, parsePublicKey, publicKeyOf } from './parse-public-key.ts';
import type { PrivateKeyFields } from './private-key-fields.ts';
import type { PublicKey } from './public-key.ts';
import { assertCurveName, type EdwardsPoint, publicNumbersOf, uncompressedPoint } from './public-numbers.ts';
import { RsaPrivateKeyFields } from './rsa-private-key.ts';

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
 * Throws MalformedMessageError, UnsupportedKeyError (sk- keys among them) or InconsistentKeyError.
 */
export function readAgentPrivateKey(reader: WireReader): AgentPrivateKey {
  const givenName = reader.readText();
  const name = aliases.get(givenName) ?? givenName;
  const algorithm = publicKeyAlgorithm(name);
  if (algorithm === undefined) throw new UnsupportedKeyError(describeUnknownAlgorithm(name));
  if (algorithm.isCertificate) return readWithCertificate(name, reader);
  switch (algorithm.type) {
    case 'rsa':
      return readPlainRsa(reader);
    case 'dsa':
      return readPlainDsa(reader);
    case 'ed25519':
    case 'ed448': {
      const publicKey = publicKeyOf({ type: algorithm.type, point: reader.readString() });
      return plain(readEdwardsSecret(publicKey, reader));
    }
    default: {
      const curve = curves[algorithm.type];
      assertCurveName(curve, reader.readText());
      const point = uncompressedPoint(curve, reader.readString());
      const publicKey = publicKeyOf({ type: algorithm.type, point });
      return plain(new EcdsaPrivateKeyFields(publicKey, reader.readMpint()));
    }
  }
}

/** A certificate stands in for the public numbers; only the secret ones follow. */
function readWithCertificate(name: string, reader: WireReader): AgentPrivateKey {
  const publicKey = parsePublicKey(reader.readString());
  if (publicKey.algorithm !== name)
    throw new MalformedMessageError('certificate is of another kind than said');
  return { publicKey, fields: readSecretsAfterCertificate(publicKey.base, reader) };
}

function readSecretsAfterCertificate(base: PublicKey, reader: WireReader): PrivateKeyFields {
  switch (base.type) {
    case 'rsa':
      return readRsaSecrets(base, reader);
    case 'dsa':
      return new DsaPrivateKeyFields(base, reader.readMpint());
    case 'ed25519':
    case 'ed448': {
      const { point } = publicNumbersOf(base) as EdwardsPoint;
      if (!equalBytes(reader.readString(), point)) {
        throw new InconsistentKeyError('the certificate belongs to another key');
      }
      return readEdwardsSecret(base, reader);
    }
    default:
      return new EcdsaPrivateKeyFields(base, reader.readMpint());
  }
}

function readPlainRsa(reader: WireReader): AgentPrivateKey {
  const [n, e] = [reader.readMpint(), reader.readMpint()];
  return plain(readRsaSecrets(publicKeyOf({ type: 'rsa', n, e }), reader));
}

function readRsaSecrets(publicKey: PublicKey, reader: WireReader): PrivateKeyFields {
  const d = reader.readMpint();
  reader.readMpint(); // iqmp, never trusted
  const [p, q] = [reader.readMpint(), reader.readMpint()];
  return new RsaPrivateKeyFields(publicKey, { d, p, q });
}

function readPlainDsa(reader: WireReader): AgentPrivateKey {
  const [p, q, g, y] = [reader.readMpint(), reader.readMpint(), reader.readMpint(), reader.readMpint()];
  return plain(new DsaPrivateKeyFields(publicKeyOf({ type: 'dsa', p, q, g, y }), reader.readMpint()));
}

/** `string` seed‖public key, as OpenSSH has it for Ed25519 and PuTTY for Ed448. */
function readEdwardsSecret(publicKey: PublicKey, reader: WireReader): PrivateKeyFields {
  const { point } = publicNumbersOf(publicKey) as EdwardsPoint;
  const secret = reader.readString();
  if (secret.length !== 2 * point.length) throw new MalformedMessageError('private key has the wrong length');
  if (!equalBytes(secret.subarray(point.length), point)) {
    throw new InconsistentKeyError('the two copies of the public key differ');
  }
  return new EdwardsPrivateKeyFields(publicKey, secret.subarray(0, point.length));
}

function plain(fields: PrivateKeyFields): AgentPrivateKey {
  return { fields, publicKey: fields.publicKey };
}
