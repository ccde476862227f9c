// Gives the agent a key that a person has chosen, in clear or as the encrypted file, with its certificate.

import type { EncryptedKeyFile } from '../keys/files/shared/key-file.ts';
import { certificateDate, certificateGraceMs } from '../keys/kinds/certificate-validity.ts';
import { isSecurityKey } from '../keys/kinds/security-key/security-key-public-key.ts';
import type { PrivateKeyFields } from '../keys/kinds/shared/private-key-fields.ts';
import type { PublicKey } from '../keys/kinds/shared/public-key.ts';
import type { AgentClient } from './agent-client.ts';
import type { AddConstraints } from './agent-requests.ts';

/** What is listed: the key itself, and a certificate of it where there is one. */
export interface KeyToHandOver {
  readonly publicKey: PublicKey;
  readonly certificate?: PublicKey | undefined;
  /** As clients are to get it; text is sent as UTF-8. */
  readonly comment: Uint8Array | string;
  readonly constraints: AddConstraints;
  /** Told of each identity when the agent has it. */
  readonly added?: (identity: PublicKey) => void | Promise<void>;
}

const identitiesOf = ({ publicKey, certificate }: KeyToHandOver) =>
  certificate ? [publicKey, certificate] : [publicKey];

/** OpenSSH's agent wants to know by which library a security key is reached, be it its own. */
const wayToSecurityKey = ({ type }: PublicKey) =>
  isSecurityKey(type) ? { securityKeyProvider: 'internal' } : {};

/** More than a century; what a lifetime may be at the most. */
const maxLifetimeSeconds = 2 ** 32 - 1;

/**
 * Other agents look at no dates, so a certificate gets a lifetime there that ends with it, as ssh-add asks for since
 * OpenSSH 10.1. Ours does what is to be done by itself, and tells the person of it.
 */
async function untilItsEnd(
  client: Pick<AgentClient, 'isSallyport'>,
  { certificate }: PublicKey,
  constraints: AddConstraints,
): Promise<AddConstraints> {
  const end = certificate && certificateDate(certificate.validBefore);
  if (!end || (await client.isSallyport())) return constraints;
  const seconds = Math.ceil((end.getTime() + certificateGraceMs - Date.now()) / 1000);
  const { lifetimeSeconds = maxLifetimeSeconds } = constraints;
  return { ...constraints, lifetimeSeconds: Math.max(1, Math.min(lifetimeSeconds, seconds)) };
}

/** Adds the key in clear. Does not wipe `fields`. Rejects with AgentRefusedError. */
export async function handOverClear(
  client: Pick<AgentClient, 'isSallyport' | 'add'>,
  key: KeyToHandOver,
  fields: PrivateKeyFields,
): Promise<void> {
  for (const identity of identitiesOf(key)) {
    using encoded = fields.encodeForAgent(identity.certificate && identity);
    const constraints = await untilItsEnd(client, identity, key.constraints);
    await client.add(encoded.bytes, key.comment, { ...constraints, ...wayToSecurityKey(identity) });
    await key.added?.(identity);
  }
}

/** Adds the file, to be decrypted at its first use. Rejects with AgentRefusedError. */
export async function handOverEncrypted(
  client: AgentClient,
  key: KeyToHandOver,
  file: EncryptedKeyFile,
): Promise<void> {
  for (const identity of identitiesOf(key)) {
    await client.addKeyFile(
      { bytes: file.bytes, publicBlob: identity.blob, comment: key.comment, isPpk: file.format === 'ppk' },
      key.constraints,
    );
    await key.added?.(identity);
  }
}
