// What is written down after the answer: by whom, for what and where to, as it was at that moment.
import { describe, expect, it } from 'vitest';
import type { HostName, HostNames } from '../../../../main/agent/facts/host-names.ts';
import type { ProcessFacts } from '../../../../main/agent/facts/peer.ts';
import { sha256Fingerprint } from '../../../../main/keys/kinds/shared/fingerprint.ts';
import { loginData, sid, testHost } from '../../../fakes/host-session.ts';
import { ManualClock } from '../../../fakes/manual-clock.ts';
import { settle } from '../../../fakes/settle.ts';
import { addRequest, bytes, constrain, signRequest, testAgent } from '../../../fakes/test-agent.ts';
import { ed25519Key } from '../../../fakes/test-key.ts';

const ssh: ProcessFacts = {
  pid: 7,
  executable: '/usr/bin/ssh',
  parents: [],
  connections: [{ address: '192.0.2.1', port: 22 }],
};

/** Names that may change, and how often they were asked for. */
function changingNames() {
  const names = { current: 'old.example', asked: 0 };
  const nameOf = (): Promise<HostName> => {
    names.asked++;
    return Promise.resolve({ names: [names.current], source: 'known_hosts', isRevoked: false });
  };
  const hostNames: HostNames = { nameOf, nameAt: nameOf };
  return { names, hostNames };
}

async function withKey(options: Parameters<typeof testAgent>[0] = {}) {
  const parts = testAgent(options);
  const key = ed25519Key();
  await parts.connect().send(addRequest(key, 'me'));
  const written = async () => {
    await parts.agent.consent.activitySettled();
    return [...parts.agent.consent.activity.list()].reverse();
  };
  return { ...parts, key, written };
}

describe('what is written down of many uses of one connection', () => {
  it('is looked up once a second, and has what holds by then', async () => {
    const { names, hostNames } = changingNames();
    const { connect, key, clock, written } = await withKey({ hostNames });
    const client = connect({ describe: () => Promise.resolve(ssh) });
    for (let n = 0; n < 50; n++) await client.sign(key.blob, loginData(key.blob, 'git', sid(n)));
    expect(await written()).toHaveLength(50);
    expect(names.asked).toBe(1);
    names.current = 'new.example';
    clock.advance(1000);
    for (let n = 50; n < 60; n++) await client.sign(key.blob, loginData(key.blob, 'git', sid(n)));
    expect(await written()).toHaveLength(60);
    expect(names.asked).toBe(2);
    const named = (await written()).map(({ requester: { destination } }) => destination);
    expect(named[49]).toMatchObject({ name: { names: ['old.example'] } });
    expect(named[50]).toMatchObject({ name: { names: ['new.example'] } });
  });

  it('is each for its own user, and for unknown data none', async () => {
    const { connect, key, written } = await withKey();
    const client = connect();
    for (const user of ['git', 'root', 'git']) await client.sign(key.blob, loginData(key.blob, user, sid(1)));
    await client.sign(key.blob, bytes('x'));
    expect((await written()).map(({ requester: { purpose } }) => purpose)).toEqual([
      { kind: 'ssh-login', user: 'git', service: 'ssh-connection' },
      { kind: 'ssh-login', user: 'root', service: 'ssh-connection' },
      { kind: 'ssh-login', user: 'git', service: 'ssh-connection' },
      { kind: 'unknown' },
    ]);
  });

  it('has the session that a use was made in, also when another was announced at once', async () => {
    const { agent, connect, key, written } = await withKey();
    await agent.consent.policies.setDefaultLevel('never');
    const client = connect();
    const [first, second] = [testHost(), testHost()];
    const replies = [
      client.sign(key.blob, loginData(key.blob, 'git', sid(1))),
      client.extension('session-bind@openssh.com', first.bind(sid(1), true)),
      client.sign(key.blob, loginData(key.blob, 'git', sid(1))),
      client.extension('session-bind@openssh.com', second.bind(sid(2), false)),
      client.sign(key.blob, loginData(key.blob, 'git', sid(2))),
    ];
    await Promise.all(replies);
    const hop = { fingerprint: sha256Fingerprint(first.key.blob) };
    expect((await written()).map(({ requester }) => requester)).toMatchObject([
      { forwarded: false, path: [] },
      { forwarded: true, path: [hop] },
      {
        forwarded: true,
        path: [hop],
        destination: { trust: 'claimed', host: { fingerprint: sha256Fingerprint(second.key.blob) } },
      },
    ]);
  });

  it('has who asked from when that is known, though the first look took too long', async () => {
    const { connect, key, clock, written } = await withKey();
    let see = (_: ProcessFacts) => {};
    const seen = new Promise<ProcessFacts>((resolve) => {
      see = resolve;
    });
    const client = connect({ describe: () => seen });
    const early = client.sign(key.blob, bytes('x'));
    await settle();
    clock.advance(100);
    await early;
    await settle();
    clock.advance(2000);
    await settle();
    see(ssh);
    await client.sign(key.blob, bytes('x'));
    expect((await written()).map(({ requester }) => requester.process?.executable)).toEqual([
      undefined,
      '/usr/bin/ssh',
    ]);
  });

  it('tells unknown data apart that was refused, though the messages are wiped once they are answered', async () => {
    const { connect, key, written } = await withKey();
    await connect().send(addRequest(key, 'me', constrain.confirm()));
    const { session } = connect({ mayPrompt: false, describe: () => Promise.resolve(ssh) });
    for (const data of ['x', 'x', 'y']) {
      const message = signRequest(key.blob, bytes(data)).finish();
      expect(await session.handle(message)).toEqual(Uint8Array.of(5));
      message.fill(0);
    }
    expect((await written()).map(({ count }) => count)).toEqual([2, 1]);
  });

  it('is the business of no client: one that can’t be told of is in the log, and all is signed', async () => {
    const { agent, connect, key, log, written } = await withKey();
    let told = 0;
    agent.consent.activity.onAdded(() => {
      if (++told === 1) throw new TypeError('no window');
    });
    const client = connect({ describe: () => Promise.resolve(ssh) });
    for (let n = 0; n < 2; n++)
      expect(await client.sign(key.blob, loginData(key.blob, 'git', sid(n)))).toBeDefined();
    expect(await written()).toHaveLength(2);
    expect(told).toBe(2);
    expect(log).toEqual(["the activity can't be written: no window"]);
  });

  it('decides nothing: rules meet the name that the host has now', async () => {
    const { names, hostNames } = changingNames();
    const { agent, approver, connect, key } = await withKey({ hostNames });
    const client = connect({ describe: () => Promise.resolve(ssh) });
    await agent.consent.policies.addRule({ action: 'deny', destination: 'new.example' });
    const ask = (n: number) => client.sign(key.blob, loginData(key.blob, 'git', sid(n)));
    expect(await ask(1)).toBeDefined();
    names.current = 'new.example';
    expect(await ask(2)).toBeUndefined();
    expect(approver.confirms).toHaveLength(0);
  });
});

/** Counts the timers that are begun. */
class CountingClock extends ManualClock {
  scheduled = 0;

  override schedule(delayMs: number, callback: () => void): () => void {
    this.scheduled++;
    return super.schedule(delayMs, callback);
  }
}

describe('who asks', () => {
  it('needs no timer once it is known', async () => {
    const clock = new CountingClock();
    const { connect, key } = await withKey({ clock });
    const client = connect({ describe: () => Promise.resolve(ssh) });
    await client.sign(key.blob, bytes('x'));
    await settle();
    const before = clock.scheduled;
    for (let n = 0; n < 20; n++) await client.sign(key.blob, bytes('x'));
    await settle();
    expect(clock.scheduled).toBe(before);
  });
});
