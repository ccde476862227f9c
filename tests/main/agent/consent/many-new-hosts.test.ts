// A program that logs in to many new hosts at once, at the level "when something is new".
import { describe, expect, it } from 'vitest';
import { agentWithKey, bind, login, program, ssh } from '../../../fakes/consent-agent.ts';
import { sid, testHost } from '../../../fakes/host-session.ts';
import { settle } from '../../../fakes/settle.ts';
import { bytes, constrain } from '../../../fakes/test-agent.ts';
import type { TestKey } from '../../../fakes/test-key.ts';

const untilLocked = { kind: 'allow', remember: 'until-locked' } as const;

async function agentThatAsks(constraints?: Uint8Array) {
  const test = await agentWithKey(constraints);
  await test.agent.consent.policies.setDefaultLevel('new');
  const toNewHost = (key: TestKey = test.key) => login(key, 'git', sid(1), testHost().key.blob);
  const suppressed = () =>
    test.agent.consent.missed
      .list()
      .filter(({ answer }) => answer === 'suppressed')
      .reduce((sum, { count }) => sum + count, 0);
  /** Logs in to as many new hosts at once. */
  const start = async (count: number, peer = ssh) => {
    const all = Array.from({ length: count }, () => test.connect(peer).sign(test.key.blob, toNewHost()));
    await settle();
    return all;
  };
  const signedOf = async (all: readonly Promise<Uint8Array | undefined>[]) =>
    (await Promise.all(all)).filter((signature) => signature !== undefined).length;
  return { ...test, toNewHost, suppressed, start, signedOf };
}

describe('a program that logs in to many new hosts at once', () => {
  it('is asked about twenty of them, one after the other, and not again', async () => {
    const { connect, key, signedOf, answer, prompts, agent, suppressed } = await agentThatAsks();
    const hosts = Array.from({ length: 20 }, () => login(key, 'git', sid(1), testHost().key.blob));
    const run = () => hosts.map((data) => connect(ssh).sign(key.blob, data));
    const all = run();
    await settle();
    expect(prompts()).toBe(1);
    // What the prompt shows as “19 more questions follow”.
    expect(agent.prompts.waiting).toBe(19);
    for (let n = 0; n < 20; n++) await answer(n, untilLocked);
    expect(await signedOf(all)).toBe(20);
    expect(await signedOf(run())).toBe(20);
    expect(prompts()).toBe(20);
    expect(suppressed()).toBe(0);
  });

  it('goes behind the questions of other programs, however many of its own wait', async () => {
    const { start, answer, approver } = await agentThatAsks();
    await start(20);
    await start(1, program('/usr/bin/git'));
    // The one shown and the two more that each program may have waiting.
    for (let n = 0; n < 3; n++) await answer(n, untilLocked);
    const { request } = await approver.confirmPrompt(3);
    expect(request.requesters()).toMatchObject([{ process: { executable: '/usr/bin/git' } }]);
    await answer(3, untilLocked);
    const { request: next } = await approver.confirmPrompt(4);
    expect(next.requesters()).toMatchObject([{ process: { executable: '/usr/bin/ssh' } }]);
  });

  it('goes before the questions of machines elsewhere, however long those wait', async () => {
    const { connect, key, start, answer, approver } = await agentThatAsks();
    await start(3);
    const remote = connect(ssh);
    await bind(remote, testHost(), sid(9), true);
    void remote.sign(key.blob, login(key, 'git', sid(1), testHost().key.blob));
    await settle();
    await start(2);
    for (let n = 0; n < 5; n++) {
      const { request } = await approver.confirmPrompt(n);
      expect(request.requesters()).toMatchObject([{ forwarded: false }]);
      await answer(n, untilLocked);
    }
    expect((await approver.confirmPrompt(5)).request.requesters()).toMatchObject([{ forwarded: true }]);
  });

  it('is refused all that wait after two “no” in a row, and none after a “yes” between', async () => {
    const { start, signedOf, answer, prompts } = await agentThatAsks();
    const all = await start(20);
    await answer(0, 'deny');
    await answer(1, untilLocked);
    await answer(2, 'deny');
    await answer(3, untilLocked);
    await answer(4, 'deny');
    await answer(5, 'deny');
    expect(await signedOf(all)).toBe(2);
    expect(prompts()).toBe(6);
  });

  it('has 67 hosts waiting and no more, and leaves other programs their own places', async () => {
    const { start, suppressed } = await agentThatAsks();
    await start(100);
    expect(suppressed()).toBe(33);
    await start(100, program('/usr/bin/git'));
    expect(suppressed()).toBe(66);
    // The places for what is new are full; each has its three nevertheless.
    await start(4, program('/usr/bin/scp'));
    expect(suppressed()).toBe(67);
  });

  it('is not held for one that asks and leaves where its logins end while they wait', async () => {
    const { connect, key, toNewHost, start, suppressed, answer, signedOf } = await agentThatAsks();
    const shown = await start(3);
    const clients = Array.from({ length: 17 }, () => connect(ssh));
    for (const client of clients) void client.sign(key.blob, toNewHost()).catch(() => {});
    await settle();
    for (const client of clients) client.session.close();
    await settle();
    const more = await start(1);
    expect(suppressed()).toBe(0);
    const all = [...shown, ...more];
    for (let n = 0; n < all.length; n++) await answer(n, untilLocked);
    expect(await signedOf(all)).toBe(4);
  });

  it('has three waiting with a key that is to be confirmed each time', async () => {
    const { start, suppressed } = await agentThatAsks(constrain.confirm());
    await start(20);
    expect(suppressed()).toBe(17);
  });

  it('has three waiting that are unknown data', async () => {
    const { connect, key, suppressed } = await agentThatAsks();
    for (let n = 0; n < 20; n++) void connect(ssh).sign(key.blob, bytes(`data ${n}`));
    await settle();
    expect(suppressed()).toBe(17);
  });
});
