// `sallyport test-sign`: proves that the agent can use a key.
import { randomBytes } from 'node:crypto';
import { signFlag } from '../../agent/protocol/message-numbers.ts';
import type { AgentClient } from '../../client/agent-client.ts';
import type { ListedKey } from '../../client/agent-replies.ts';
import { createCryptoOffload } from '../../crypto-worker/crypto-offload-pool.ts';
import { WireReader, WireWriter } from '../../keys/encoding/wire.ts';
import { verifySignature } from '../../keys/kinds/verify-signature.ts';
import { parseArguments } from '../parts/arguments.ts';
import { type Command, CommandError, exitCode, UsageError } from '../parts/command.ts';
import { describeBlob } from '../parts/keys/describe-key.ts';
import { findKey } from '../parts/keys/find-key.ts';
import { keyWordHelp } from '../parts/keys/key-word-help.ts';
import { withAgent } from '../parts/with-agent.ts';

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

/** Signs random data and checks the signature; resolves with its algorithm. */
async function testSign(client: AgentClient, { blob }: ListedKey): Promise<string> {
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

export const testSignCommand: Command = {
  name: 'test-sign',
  usage: 'KEY',
  summary: 'let the agent sign random data with a key, and check the signature',
  options: {},
  operands: { list: ['key'] },
  help: keyWordHelp,
  async run(args, io) {
    const { positionals } = parseArguments({ args: [...args], options: {}, allowPositionals: true });
    const [word, ...others] = positionals;
    if (word === undefined || others.length > 0) throw new UsageError('Name one key.');
    await withAgent(io, async (client) => {
      const { entries } = await findKey(await client.list(), word);
      const algorithm = await testSign(client, entries[0]);
      await io.print(`ok: ${describeBlob(entries[0].blob).fingerprint} signed, ${algorithm} verified`);
    });
    return exitCode.ok;
  },
};
