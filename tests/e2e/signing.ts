// What clients of these tests sign, and how they see whether the signature is good.
import { randomBytes } from 'node:crypto';
import type { AgentClient } from '../../main/client/agent-client.ts';
import type { AddConstraints } from '../../main/client/agent-requests.ts';
import { inlineCryptoOffload } from '../../main/crypto-worker/inline-crypto-offload.ts';
import type { LoadedKeyFile } from '../../main/keys/load-key-file.ts';
import type { PublicKey } from '../../main/keys/public-key.ts';
import { parsePublicKey } from '../../main/keys/public-key.ts';
import { verifySignature } from '../../main/keys/signature.ts';
import { WireWriter } from '../../main/keys/wire.ts';

/** The data of an SSH login (RFC 4252 §7). */
export function loginData(key: PublicKey, user: string): Uint8Array {
  return new WireWriter()
    .string(randomBytes(32))
    .byte(50)
    .text(user)
    .text('ssh-connection')
    .text('publickey')
    .byte(1)
    .text(key.algorithm)
    .string(key.blob)
    .finish();
}

/** Asks for a login's signature; resolves with whether the signature is good, rejects when the agent says no. */
export async function signLogin(client: AgentClient, blob: Uint8Array, user = 'alice'): Promise<boolean> {
  const key = parsePublicKey(blob);
  const data = loginData(key, user);
  const signature = await client.sign(key.blob, data, 0);
  return await verifySignature(key, signature, data, inlineCryptoOffload);
}

/** Adds a key file as `sallyport add --encrypted` does. */
export async function addEncrypted(
  client: AgentClient,
  { file, comment }: LoadedKeyFile,
  confirm = false,
): Promise<Uint8Array> {
  if (file.kind !== 'encrypted' || file.publicKey === undefined)
    throw new Error('not a file to keep encrypted');
  const { bytes, format, publicKey } = file;
  await client.addKeyFile(
    { bytes, publicBlob: publicKey.blob, comment, isPpk: format === 'ppk' },
    { confirm },
  );
  return publicKey.blob;
}

/** Adds a key file without a passphrase, as `ssh-add` does. */
export async function addClear(
  client: AgentClient,
  { file, comment }: LoadedKeyFile,
  constraints: AddConstraints,
): Promise<Uint8Array> {
  if (file.kind !== 'clear') throw new Error('the file has a passphrase');
  const fields = await file.fields(inlineCryptoOffload);
  using encoded = fields.encodeForAgent();
  await client.add(encoded.bytes, comment, constraints);
  return file.publicKey.blob;
}
