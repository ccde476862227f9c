// Has the agent sign random data with a key, and checks the signature.
import { randomBytes } from 'node:crypto';
import { signFlag } from '../../../agent/protocol/message-numbers.ts';
import type { AgentClient } from '../../../client/agent-client.ts';
import type { ListedKey } from '../../../client/agent-replies.ts';
import { createCryptoOffload } from '../../../crypto-worker/crypto-offload-pool.ts';
import { WireReader, WireWriter } from '../../../keys/encoding/wire.ts';
import { verifySignature } from '../../../keys/kinds/verify-signature.ts';
import { CommandError } from '../command.ts';
import { describeBlob } from './describe-key.ts';

/** A namespace of its own: whoever asked for consent can say what the signature is for, and it is good for nothing else. */
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

/** Resolves with the algorithm of the signature. Rejects with CommandError, or as `AgentClient.sign`. */
export async function testSignKey(client: AgentClient, { blob }: ListedKey): Promise<string> {
  const { publicKey, algorithm } = describeBlob(blob);
  if (!publicKey) throw new CommandError(`Signatures of ${algorithm} keys can't be checked here.`);
  const data = randomTestData();
  const flags = publicKey.type === 'rsa' ? signFlag.SSH_AGENT_RSA_SHA2_512 : 0;
  const signature = await client.sign(blob, data, flags);
  const offload = createCryptoOffload();
  try {
    if (!(await verifySignature(publicKey, signature, data, offload)))
      throw new CommandError('The agent signed, but the signature does not belong to the key and the data.');
    return new WireReader(signature).readText();
  } finally {
    await offload.close();
  }
}
