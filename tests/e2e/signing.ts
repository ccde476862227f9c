// What clients of these tests sign, and how they see whether the signature is good.
import { randomBytes } from 'node:crypto';
import type { AgentClient } from '../../main/client/agent-client.ts';
import type { AddConstraints } from '../../main/client/agent-requests.ts';
import { inlineCryptoOffload } from '../../main/crypto-worker/inline-crypto-offload.ts';
import { WireWriter } from '../../main/keys/encoding/wire.ts';
import { loadKeyFile } from '../../main/keys/files/load-key-file.ts';
import { parsePublicKey } from '../../main/keys/kinds/parse-public-key.ts';
import type { PublicKey } from '../../main/keys/kinds/shared/public-key.ts';
import { verifySignature } from '../../main/keys/kinds/verify-signature.ts';
import { keyFile } from './driver/fixtures.ts';
import type { RunningApp } from './driver/running-app.ts';
import { PromptPage } from './pages/prompt-page.ts';

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

/** Asks for a login's signature and waits for the window that asks the person; `signed` is as of `signLogin`. */
export async function signAndPrompt(app: RunningApp, client: AgentClient, blob: Uint8Array) {
  const signed = signLogin(client, blob);
  // A refusal may come before the test gets to look at it.
  signed.catch(() => {});
  return { signed, prompt: new PromptPage(await app.page('prompt')) };
}

/** Adds a fixture key file as `sallyport add --encrypted` does. */
export async function addEncrypted(
  client: AgentClient,
  home: string,
  name = 'ed25519.openssh-aes256-ctr',
): Promise<Uint8Array> {
  const { file, comment } = await loadKeyFile(keyFile(name, home));
  if (file.kind !== 'encrypted' || file.publicKey === undefined)
    throw new Error('not a file to keep encrypted');
  const { bytes, format, publicKey } = file;
  await client.addKeyFile({ bytes, publicBlob: publicKey.blob, comment, isPpk: format === 'ppk' }, {});
  return publicKey.blob;
}

/** Adds a fixture key file without a passphrase, as `ssh-add` does. */
export async function addClear(
  client: AgentClient,
  home: string,
  constraints: AddConstraints,
  name = 'ed25519.openssh',
  otherComment?: string,
): Promise<Uint8Array> {
  const { file, comment } = await loadKeyFile(keyFile(name, home));
  if (file.kind !== 'clear') throw new Error('the file has a passphrase');
  const fields = await file.fields(inlineCryptoOffload);
  using encoded = fields.encodeForAgent();
  await client.add(encoded.bytes, otherComment ?? comment, constraints);
  return file.publicKey.blob;
}
