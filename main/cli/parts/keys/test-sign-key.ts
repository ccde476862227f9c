// Proves that the agent can use a key.
import type { AgentClient } from '../../../client/agent-client.ts';
import type { ListedKey } from '../../../client/agent-replies.ts';
import { testSignature } from '../../../client/test-signature.ts';
import { CommandError } from '../command.ts';
import { describeBlob } from './describe-key.ts';

/** Has random data signed and checks the signature; resolves with its algorithm. Rejects with CommandError. */
export async function testSignKey(client: AgentClient, { blob }: ListedKey): Promise<string> {
  const { publicKey, algorithm } = describeBlob(blob);
  if (!publicKey) throw new CommandError(`Signatures of ${algorithm} keys can't be checked here.`);
  const signed = await testSignature(client, blob, publicKey);
  if (signed === undefined)
    throw new CommandError('The agent signed, but the signature does not belong to the key and the data.');
  return signed;
}
