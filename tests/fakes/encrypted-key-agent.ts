// An agent that keeps a key encrypted, and what its clients see of it.
import { WireReader, WireWriter } from '../../main/keys/encoding/wire.ts';
import { encryptedPpk3, signHelloRequest } from './pageant-vectors.ts';
import { type TestClient, testAgent } from './test-agent.ts';

/** Adds a PuTTY key file as Pageant's own clients do. */
export const addPpk = (client: TestClient, ppk: string) =>
  client.extension('add-ppk@putty.projects.tartarus.org', new WireWriter().text(ppk).finish());

/** The list-extended flags of the first key. */
export async function flagsOf(client: TestClient): Promise<number> {
  const reader = new WireReader(await client.extension('list-extended@putty.projects.tartarus.org'));
  if (reader.readByte() !== 6 || reader.readUint32() === 0) throw new Error('no key is listed');
  reader.readString();
  reader.readString();
  return new WireReader(reader.readString()).readUint32();
}

export async function withEncryptedKey(file = encryptedPpk3) {
  const agent = testAgent();
  const client = agent.connect({ pid: 1 });
  if ((await addPpk(client, file))[0] !== 6) throw new Error('the agent refused the key file');
  const signHello = async (from: TestClient = client) =>
    Buffer.from(await from.session.handle(signHelloRequest.slice())).toString('hex');
  return { ...agent, client, signHello };
}
