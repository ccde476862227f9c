// Adding keys: what is left of one that is not taken, and what may change while one waits for its turn.
import { describe, expect, it } from 'vitest';
import { onKeyDropped } from '../../../../main/keys/dropped-keys.ts';
import { WireReader } from '../../../../main/keys/encoding/wire.ts';
import { bind, ssh } from '../../../fakes/consent-agent.ts';
import { restrict } from '../../../fakes/destination-constraint.ts';
import { sid, testHost } from '../../../fakes/host-session.ts';
import { clearPpk3, encryptedPpk3 } from '../../../fakes/pageant-vectors.ts';
import { addFile } from '../../../fakes/planted-file.ts';
import { copiesOf } from '../../../fakes/secret-copies.ts';
import { addRequest, type TestClient, testAgent } from '../../../fakes/test-agent.ts';
import { ed25519Key } from '../../../fakes/test-key.ts';

const [failure, success, extensionFailure] = [5, 6, 28];
type Test = ReturnType<typeof testAgent>;

/** The secret half of an Ed25519 key. */
function seedOf(privateFields: Uint8Array): Uint8Array {
  const reader = new WireReader(privateFields);
  for (const _ of ['algorithm', 'public half']) reader.readString();
  return reader.readString().subarray(0, 32);
}

/** A machine elsewhere, which an agent is forwarded to. */
async function fromElsewhere({ connect }: Test, machine = testHost()): Promise<TestClient> {
  const client = connect(ssh);
  expect(await bind(client, machine, sid(1), true)).toBe(true);
  return client;
}

describe('what comes with a key that is added', () => {
  it.each<[string, number, (test: Test, key: ReturnType<typeof ed25519Key>) => Promise<number>]>([
    ['', success, ({ connect }, key) => connect().status(addRequest(key, 'k'))],
    [
      ' with what nobody knows',
      failure,
      ({ connect }, key) => connect().status(addRequest(key, 'k', Uint8Array.of(77))),
    ],
    [
      ' while the agent gets locked',
      failure,
      ({ agent, connect }, key) => {
        const adding = connect().status(addRequest(key, 'k'));
        agent.pause();
        return adding;
      },
    ],
  ])('is wiped: a message%s', async (_, status, add) => {
    const test = testAgent();
    const key = ed25519Key();
    using copies = copiesOf(seedOf(key.privateFields));
    expect(await add(test, key)).toBe(status);
    expect(copies.count()).toBeGreaterThan(0);
    expect(copies.left()).toBe(0);
  });

  const base64 = clearPpk3.split('\n').at(-3) ?? '';
  const privateHalf = new Uint8Array(Buffer.from(base64, 'base64'));
  it.each<[string, number, (test: Test) => Promise<number>]>([
    ['', success, ({ connect }) => addFile(connect(), clearPpk3)],
    [
      ' beside another public key',
      extensionFailure,
      ({ connect }) => addFile(connect(), clearPpk3, { blob: ed25519Key().blob }),
    ],
    [
      ' while the agent gets locked',
      extensionFailure,
      ({ agent, connect }) => {
        const adding = addFile(connect(), clearPpk3);
        agent.pause();
        return adding;
      },
    ],
  ])('is wiped: a file in clear%s', async (_, status, add) => {
    const test = testAgent();
    using file = copiesOf(privateHalf);
    using seed = copiesOf(privateHalf.subarray(4));
    expect(await add(test)).toBe(status);
    expect(file.count()).toBeGreaterThan(0);
    expect([file.left(), seed.left()]).toEqual([0, 0]);
  });
});

describe('a key that its client may not see', () => {
  const elsewhere = testHost();

  it('is not even loaded for it', async () => {
    const test = testAgent();
    const key = ed25519Key();
    expect(await test.connect().status(addRequest(key, 'mine', restrict({ to: ['host', testHost()] })))).toBe(
      success,
    );
    const remote = await fromElsewhere(test);
    let drops = 0;
    onKeyDropped(() => drops++);
    try {
      expect(await remote.status(addRequest(key, 'taken'))).toBe(failure);
      expect(drops).toBe(0);
    } finally {
      onKeyDropped(() => {});
    }
  });

  it('is not replaced by it, also where it came only while that waited', async () => {
    const test = testAgent();
    const key = ed25519Key();
    const [first, second] = [await fromElsewhere(test, elsewhere), await fromElsewhere(test)];
    const onlyFromThere = restrict({ to: ['elsewhere', elsewhere] });
    const statuses = [
      first.status(addRequest(key, 'theirs', onlyFromThere)),
      second.status(addRequest(key, 'taken')),
    ];
    expect(await Promise.all(statuses)).toEqual([success, failure]);
    expect(test.agent.keys.list().map(({ comment }) => comment)).toEqual(['theirs']);
  });
});

it('takes no encrypted file into an agent that was locked while it was read', async () => {
  const { agent, connect } = testAgent();
  const adding = addFile(connect(), encryptedPpk3);
  agent.pause();
  expect(await adding).toBe(extensionFailure);
  expect(agent.keys.list()).toEqual([]);
});
