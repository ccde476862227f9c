// Whoever has the agent verify a lot, with session-binds over many connections, holds up nobody else. Not among the
// tests of main/agent: it holds the cryptography still, which those can't that run in node.exe of Windows, too.
import { expect, it, vi } from 'vitest';
import { sid, testHost } from '../fakes/host-session.ts';
import { addRequest, bytes, signRequest, type TestClient, testAgent } from '../fakes/test-agent.ts';
import { ed25519Key } from '../fakes/test-key.ts';

vi.mock('node:crypto', async (original) => {
  const { cryptoInTurns } = await import('../fakes/crypto-in-turns.ts');
  return cryptoInTurns(await original());
});

const [success, signResponse] = [6, 14];
const key = ed25519Key();
const host = testHost();
const bind = (client: TestClient) => client.extension('session-bind@openssh.com', host.bind(sid(1), true));

it.each([
  ['a signature', signResponse, (client: TestClient) => client.send(signRequest(key.blob, bytes('data')))],
  ['one session-bind', success, bind],
])(
  'a hundred session-binds of one process hold up another’s one for few turns: %s',
  async (_what, type, ask) => {
    const { connect } = testAgent();
    const other = connect({ pid: 2 });
    expect(await other.status(addRequest(key, 'key'))).toBe(success);
    let verified = 0;
    const flood = Array.from({ length: 100 }, async () => {
      await bind(connect({ pid: 1 }));
      verified++;
    });
    // Until they wait: what comes before needs no more than promises.
    for (let n = 0; n < 20; n++) await Promise.resolve();
    expect((await ask(other))[0]).toBe(type);
    // Two are verified at a time.
    expect(verified).toBeLessThanOrEqual(6);
    await Promise.all(flood);
  },
);
