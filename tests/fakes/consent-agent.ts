// An agent with one key, programs that ask for its use, and the data that they want signed.
import type { AgentOptions } from '../../main/agent/create-agent.ts';
import type { HostNames } from '../../main/agent/facts/host-names.ts';
import type { Peer } from '../../main/agent/facts/peer.ts';
import type { Program } from '../../main/agent/facts/program.ts';
import { WireWriter } from '../../main/keys/encoding/wire.ts';
import { loginData, sid, type TestHost } from './host-session.ts';
import { addRequest, bytes, type TestClient, testAgent } from './test-agent.ts';
import { ed25519Key, type TestKey } from './test-key.ts';

export function program(executable: string, file: Pick<Program, 'otherFile' | 'fileId'> = {}): Partial<Peer> {
  const facts = { pid: 42, executable, ...file, parents: [], connections: [] };
  return { pid: 42, describe: () => Promise.resolve(facts) };
}
export const ssh = program('/usr/bin/ssh');

/** What `ssh-keygen -Y sign` has signed; another number, another message. */
export const sshsig = (namespace: string, message = 0) =>
  new WireWriter()
    .bytes(bytes('SSHSIG'))
    .text(namespace)
    .text('')
    .text('sha512')
    .string(new Uint8Array(64).fill(message))
    .finish();

export const login = (key: TestKey, user = 'git', session = sid(1), hostKey?: Uint8Array) =>
  loginData(key.blob, user, session, hostKey);

export async function agentWithKey(constraints?: Uint8Array, options: Partial<AgentOptions> = {}) {
  const test = testAgent({ now: () => new Date('2026-11-22T12:00:00Z'), ...options });
  const key = ed25519Key();
  const add = () => test.connect().status(addRequest(key, 'me@work', constraints));
  if ((await add()) !== 6) throw new Error('the agent refused the key');
  /** Answers the n-th confirm prompt. */
  const answer = async (n: number, ...[given]: Parameters<(typeof test.approver.confirms)[0]['answer']>) =>
    (await test.approver.confirmPrompt(n)).answer(given);
  return { ...test, key, add, answer, prompts: () => test.approver.confirms.length };
}

/** Whether the agent took the session-bind. */
export async function bind(client: TestClient, host: TestHost, session: Uint8Array, forwarded: boolean) {
  return (await client.extension('session-bind@openssh.com', host.bind(session, forwarded)))[0] === 6;
}

/** Knows these host keys, and every address as seen.example. */
export const namesOf = (names: ReadonlyMap<TestKey, string>): HostNames => ({
  nameOf: (hostKey) => {
    for (const [key, name] of names)
      if (Buffer.compare(key.blob, hostKey.blob) === 0)
        return Promise.resolve({ names: [name], source: 'known_hosts', isRevoked: false });
    return Promise.resolve(undefined);
  },
  nameAt: () => Promise.resolve({ names: ['seen.example'], source: 'putty', isRevoked: false }),
});
