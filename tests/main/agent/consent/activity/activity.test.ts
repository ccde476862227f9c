// The record of what keys were used for: bounded, searchable, without secrets, and with first uses told.
import { describe, expect, it } from 'vitest';
import {
  Activity,
  type ActivitySink,
  type Use,
  wantsNotification,
} from '../../../../../main/agent/consent/activity/activity.ts';
import { readActivityLine } from '../../../../../main/agent/consent/activity/activity-entry.ts';
import type { ProcessFacts } from '../../../../../main/agent/facts/peer.ts';
import { testHost } from '../../../../fakes/host-session.ts';
import { settle } from '../../../../fakes/settle.ts';
import { addRequest, bytes, testAgent } from '../../../../fakes/test-agent.ts';
import { ed25519Key } from '../../../../fakes/test-key.ts';

class MemorySink implements ActivitySink {
  readonly lines: string[] = [];
  load(): readonly string[] {
    return [...this.lines];
  }
  append(line: string): void {
    this.lines.push(line);
  }
}

const noon = new Date('2026-11-22T12:00:00Z');

function use(change: Partial<Use> = {}, executable = '/usr/bin/ssh', host = 'SHA256:host'): Use {
  return {
    requestId: 'r',
    key: { comment: 'me@work', fingerprint: 'SHA256:key', algorithm: 'ssh-ed25519' },
    requester: {
      transport: 'unix-socket',
      pid: 42,
      process: { pid: 42, executable, parents: [], connections: [] },
      purpose: { kind: 'ssh-login', user: 'git', service: 'ssh-connection' },
      forwarded: false,
      path: [],
      destination: {
        trust: 'verified',
        basis: 'session-bind',
        host: { fingerprint: host, algorithm: 'ssh-ed25519' },
      },
    },
    answer: 'allowed',
    reason: 'Because.',
    ...change,
  };
}

const activityWith = (sink: ActivitySink = new MemorySink(), now = () => noon) => new Activity(sink, now);

describe('what former agents have stored', () => {
  function storedOf(agents: number): MemorySink & { loads: number } {
    const sink = Object.assign(new MemorySink(), { loads: 0 });
    for (let agent = 0; agent < agents; agent++) activityWith(sink).add(use());
    const { load } = sink;
    sink.load = () => {
      sink.loads++;
      return load.call(sink);
    };
    return sink;
  }

  it('is read when it is first of use, and once', () => {
    const sink = storedOf(1);
    const activity = activityWith(sink);
    expect(sink.loads).toBe(0);
    expect(activity.list()).toHaveLength(1);
    activity.add(use());
    expect(activity.export().split('\n')).toHaveLength(3);
    expect(sink.loads).toBe(1);
  });

  it('is not read by an agent that lists one key', async () => {
    const sink = storedOf(1);
    const { connect } = testAgent({ activitySink: sink });
    await connect().send(addRequest(ed25519Key(), 'me'));
    expect(await connect().list()).toHaveLength(1);
    expect(sink.loads).toBe(0);
  });

  it('is there where nothing but an export was asked for', () => {
    expect(activityWith(storedOf(2)).export().split('\n')).toHaveLength(3);
  });

  it('comes before what is added first, which is no first use for it, and is numbered after it', () => {
    const activity = activityWith(storedOf(2));
    expect(activity.add(use())).toMatchObject({ id: 3, firstUseBy: [] });
    expect(activity.list().map(({ id }) => id)).toEqual([3, 2, 1]);
  });
});

describe('the activity', () => {
  it('says of each request who, what for, where to, which key, the answer, why and when', () => {
    const activity = activityWith();
    const entry = activity.add(use());
    expect(activity.list()).toEqual([entry]);
    expect(entry).toMatchObject({
      key: use().key,
      requester: use().requester,
      answer: 'allowed',
      reason: 'Because.',
      id: 1,
      time: '2026-11-22T12:00:00.000Z',
      count: 1,
    });
  });

  it('is searched in all that it says, the latest first', () => {
    const activity = activityWith();
    activity.add(use({}, '/usr/bin/rsync'));
    activity.add(use({ answer: 'denied' }));
    expect(activity.list('RSYNC').map(({ id }) => id)).toEqual([1]);
    expect(activity.list('denied').map(({ id }) => id)).toEqual([2]);
    expect(activity.list('git').map(({ id }) => id)).toEqual([2, 1]);
    expect(activity.list('', 1).map(({ id }) => id)).toEqual([2]);
    expect(activity.list('nothing of the kind')).toEqual([]);
  });

  it('is exported as JSON lines that can be read back', () => {
    const activity = activityWith();
    activity.add(use());
    activity.add(use({ answer: 'missed' }));
    const lines = activity.export().split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.map(readActivityLine)).toEqual([...activity.list()].reverse());
  });

  it('keeps the latest 2,000 entries', () => {
    const activity = activityWith();
    for (let n = 0; n < 2100; n++) activity.add(use());
    expect(activity.list()).toHaveLength(2000);
    expect(activity.list().at(-1)?.id).toBe(101);
    expect(activity.list('me@work')).toHaveLength(2000);
    activity.add(use());
    expect(activity.export().split('\n')).toHaveLength(2001);
  });

  it('tells of each use of one requester by its own user and key, however many share a line', () => {
    const sink = new MemorySink();
    const activity = activityWith(sink);
    const shared = use();
    const others = Array.from({ length: 300 }, (_, n) => use({}, `/usr/bin/program-${n}`));
    for (const each of [shared, shared, ...others, shared]) activity.add(each);
    expect(activityWith(sink).list()).toEqual(activity.list());
    expect(activity.list()[1]?.requester.process?.executable).toBe('/usr/bin/program-299');
  });

  it.each([
    ['now', (_: MemorySink, activity: Activity) => activity],
    ['after a restart', (sink: MemorySink) => activityWith(sink)],
  ])('keeps three quarters of the places for this machine, and a quarter for others: %s', (_, later) => {
    const sink = new MemorySink();
    const activity = activityWith(sink);
    const remote = { ...use().requester, forwarded: true };
    const counts = () => {
      const kept = later(sink, activity)
        .list()
        .map(({ requester }) => requester.forwarded);
      return [kept.filter((forwarded) => !forwarded).length, kept.filter(Boolean).length];
    };
    for (let n = 0; n < 2100; n++) activity.add(use());
    for (let n = 0; n < 2100; n++) activity.add(use({ requester: remote }));
    expect(counts()).toEqual([1500, 500]);
    for (let n = 0; n < 2100; n++) activity.add(use());
    expect(counts()).toEqual([1500, 500]);
  });

  it('cuts what strangers wrote', () => {
    const long = 'x'.repeat(100_000);
    const requester = {
      ...use().requester,
      purpose: { kind: 'ssh-login', user: long, service: 'ssh-connection' } as const,
      process: {
        pid: 1,
        executable: long,
        parents: Array.from({ length: 100 }, () => ({ pid: 1, executable: long })),
        connections: [],
      },
    };
    const entry = activityWith().add(use({ key: { ...use().key, comment: long }, requester, reason: long }));
    expect(JSON.stringify(entry).length).toBeLessThan(10_000);
  });

  it('counts more of the same "no" instead of listing it, and stores it at 1, 10, 100', () => {
    const sink = new MemorySink();
    const activity = activityWith(sink);
    for (let n = 0; n < 150; n++) activity.add(use({ answer: 'suppressed' }));
    expect(activity.list()).toMatchObject([{ count: 150 }]);
    expect(sink.lines.map((line) => JSON.parse(line).count)).toEqual([1, 10, 100]);
    expect(activityWith(sink).list()).toMatchObject([{ id: 1, count: 100 }]);
    activity.add(use({ answer: 'suppressed', requestId: 'other' }));
    expect(activity.list()).toHaveLength(2);
  });

  it('lists every use that was allowed', () => {
    const activity = activityWith();
    for (let n = 0; n < 5; n++) activity.add(use());
    expect(activity.list()).toHaveLength(5);
  });

  it('comes back after a restart, without the lines that are not its own', () => {
    const sink = new MemorySink();
    activityWith(sink).add(use());
    sink.lines.push(
      '',
      '{',
      '{"id":7}',
      'null',
      JSON.stringify({ ...JSON.parse(sink.lines[0]!), answer: 'maybe' }),
    );
    const again = activityWith(sink);
    expect(again.list()).toHaveLength(1);
    expect(again.add(use()).id).toBe(2);
  });

  it('tells listeners until they stop', () => {
    const activity = activityWith();
    const seen: number[] = [];
    const stop = activity.onAdded(({ id }) => seen.push(id));
    activity.add(use());
    stop();
    activity.add(use());
    expect(seen).toEqual([1]);
  });
});

describe('the first use', () => {
  it('by a program or a host is flagged once, also over a restart', () => {
    const sink = new MemorySink();
    const activity = activityWith(sink);
    expect(activity.add(use()).firstUseBy).toEqual(['program', 'host']);
    expect(activity.add(use()).firstUseBy).toEqual([]);
    expect(activity.add(use({}, '/usr/bin/git')).firstUseBy).toEqual(['program']);
    expect(activity.add(use({}, '/usr/bin/git', 'SHA256:other')).firstUseBy).toEqual(['host']);
    expect(activityWith(sink).add(use({}, '/usr/bin/git')).firstUseBy).toEqual([]);
  });

  it('by a program for another machine is another than its own, also after a restart', () => {
    const sink = new MemorySink();
    const activity = activityWith(sink);
    activity.add(use());
    const forAnother = () => use({ requester: { ...use().requester, forwarded: true } });
    expect(activity.add(forAnother()).firstUseBy).toEqual(['program']);
    expect(activityWith(sink).add(forAnother()).firstUseBy).toEqual([]);
  });

  it('of another key is another first use', () => {
    const activity = activityWith();
    activity.add(use());
    const other = { ...use().key, fingerprint: 'SHA256:other-key' };
    expect(activity.add(use({ key: other })).firstUseBy).toEqual(['program', 'host']);
  });

  it('is still to come while uses were denied', () => {
    const activity = activityWith();
    activity.add(use({ answer: 'denied' }));
    expect(activity.add(use()).firstUseBy).toEqual(['program', 'host']);
  });

  it('decides on notifications as the person wants them', () => {
    const activity = activityWith();
    const first = activity.add(use());
    const second = activity.add(use());
    const denied = activity.add(use({ answer: 'denied' }));
    const levels = ['off', 'first-time', 'always'] as const;
    expect(levels.map((level) => wantsNotification(first, level))).toEqual([false, true, true]);
    expect(levels.map((level) => wantsNotification(second, level))).toEqual([false, false, true]);
    expect(levels.map((level) => wantsNotification(denied, level))).toEqual([false, false, false]);
  });
});

describe('what an agent records', () => {
  it('holds neither the signature nor the data, nor session ids', async () => {
    const sink = new MemorySink();
    const { agent, connect } = testAgent({ activitySink: sink });
    const key = ed25519Key();
    await connect().send(addRequest(key, 'me'));
    const secret = bytes('data that is nobody else’s business');
    const signature = await connect().sign(key.blob, secret);
    await agent.consent.activitySettled();
    const text = sink.lines.join('\n');
    expect(sink.lines).toHaveLength(1);
    for (const hidden of [secret, signature!.subarray(-64)])
      for (const encoding of ['latin1', 'base64', 'hex'] as const)
        expect(text).not.toContain(Buffer.from(hidden).toString(encoding).slice(0, 24));
  });

  it('names what failed, and nothing for keys that are not there', async () => {
    const { agent, connect } = testAgent({ allowSha1: false });
    const key = ed25519Key();
    await connect().send(addRequest(key, 'me'));
    expect(await connect().sign(ed25519Key().blob, bytes('x'))).toBeUndefined();
    expect(await connect().sign(key.blob, bytes('x'), 128)).toBeUndefined();
    await agent.consent.activitySettled();
    expect(agent.consent.activity.list()).toMatchObject([{ answer: 'failed', reason: 'Unknown sign flag.' }]);
  });

  it('is not held up by a look-up that never ends', async () => {
    const { agent, connect, clock } = testAgent({});
    const key = ed25519Key();
    await connect().send(addRequest(key, 'me'));
    const never = () => new Promise<never>(() => {});
    const signature = connect({ describe: never }).sign(key.blob, bytes('x'));
    await settle();
    clock.advance(100);
    expect(await signature).toBeDefined();
    const settled = agent.consent.activitySettled();
    await Promise.resolve();
    clock.advance(2000);
    await settled;
    expect(agent.consent.activity.list()).toHaveLength(1);
  });

  it('has who asked, since no signature leaves before the process has been seen', async () => {
    const { agent, connect } = testAgent({});
    const key = ed25519Key();
    await connect().send(addRequest(key, 'me'));
    let see = () => {};
    const seen = new Promise<ProcessFacts>((resolve) => {
      see = () => resolve({ pid: 7, executable: '/usr/bin/ssh-keygen', parents: [], connections: [] });
    });
    let hasLeft = false;
    const signature = connect({ describe: () => seen })
      .sign(key.blob, bytes('x'))
      .finally(() => {
        hasLeft = true;
      });
    await settle();
    // By now it has been made.
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(hasLeft).toBe(false);
    see();
    expect(await signature).toBeDefined();
    await agent.consent.activitySettled();
    expect(agent.consent.activity.list()).toMatchObject([
      { requester: { process: { executable: '/usr/bin/ssh-keygen' } }, firstUseBy: ['program'] },
    ]);
  });

  it('tells a file of the same path in another mount namespace as another program, also over a restart', async () => {
    const sink = new MemorySink();
    const process = { pid: 1, executable: '/usr/bin/ssh', parents: [], connections: [] };
    const inContainer = { ...process, otherFile: 'other-mount-namespace', fileId: 'x' } as const;
    const { requester } = use();
    const uses = [process, inContainer].map((each) => use({ requester: { ...requester, process: each } }));
    const activity = new Activity(sink, () => noon);
    expect(uses.map((each) => activity.add(each).firstUseBy.includes('program'))).toEqual([true, true]);
    const again = new Activity(sink, () => noon);
    expect(again.list()[0]?.requester.process).toEqual({
      ...process,
      otherFile: 'other-mount-namespace',
    });
    expect(uses.map((each) => again.add(each).firstUseBy)).toEqual([[], []]);
  });

  it('says that a request came through another machine', async () => {
    const { agent, connect } = testAgent({});
    const key = ed25519Key();
    await connect().send(addRequest(key, 'me'));
    const client = connect();
    await client.extension('session-bind@openssh.com', testHost().bind(new Uint8Array(32).fill(1), true));
    await client.sign(key.blob, bytes('x'));
    await agent.consent.activitySettled();
    expect(agent.consent.activity.list()).toMatchObject([{ requester: { forwarded: true, path: [{}] } }]);
  });
});
