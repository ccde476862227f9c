// A signature that proves that the agent can use a key, and is good for nothing else.
import { randomBytes } from 'node:crypto';
import { signFlag } from '../agent/protocol/message-numbers.ts';
import { createCryptoOffload } from '../crypto-worker/crypto-offload-pool.ts';
import { WireReader, WireWriter } from '../keys/encoding/wire.ts';
import type { PublicKey } from '../keys/kinds/shared/public-key.ts';
import { verifySignature } from '../keys/kinds/verify-signature.ts';
import type { AgentClient } from './agent-client.ts';

/** A namespace of its own: whoever is asked can say what the signature is for. */
const namespace = 'test-sign@sallyport';

/** OpenSSH PROTOCOL.sshsig: what is signed, with random bytes in the place of the hash of a message. */
function randomTestData(): Uint8Array {
  return new WireWriter()
    .bytes(Buffer.from('SSHSIG'))
    .text(namespace)
    .text('')
    .text('sha512')
    .string(randomBytes(64))
    .finish();
}

/** Has random data signed; resolves with the signature's algorithm, or undefined where it does not belong to key and data. */
export async function testSignature(
  client: AgentClient,
  blob: Uint8Array,
  publicKey: PublicKey,
): Promise<string | undefined> {
  const data = randomTestData();
  const flags = publicKey.type === 'rsa' ? signFlag.SSH_AGENT_RSA_SHA2_512 : 0;
  const signature = await client.sign(blob, data, flags);
  const offload = createCryptoOffload();
  try {
    const isGood = await verifySignature(publicKey, signature, data, offload);
    return isGood ? new WireReader(signature).readText() : undefined;
  } finally {
    await offload.close();
  }
}
