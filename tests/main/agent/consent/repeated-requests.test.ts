// Requests again and again: one prompt for all who wait, few at a time, and a pause after each "no".
import { describe, expect, it } from 'vitest';
import { agentWithKey, bind, login, ssh, sshsig } from '../../../fakes/consent-agent.ts';
import { sid, testHost } from '../../../fakes/host-session.ts';
import { settle } from '../../../fakes/settle.ts';
import { addRequest, bytes, constrain } from '../../../fakes/test-agent.ts';
import { ed25519Key, type TestKey } from '../../../fakes/test-key.ts';

/** How many of the requests were answered by a signature. */
async function signed(all: readonly Promise<Uint8Array | undefined>[]): Promise<number> {
  return (await Promise.all(all)).filter((signature) => signature !== undefined).length;
}

describe('consent to many requests', () => {
  it('asks once for byte-identical data, and one answer serves all who wait', async () => {
    const { connect, key, approver, prompts } = await agentWithKey(constrain.confirm());
    const all = [1, 2, 3].map((pid) => connect({ ...ssh, pid }).sign(key.blob, login(key)));
    const { request: asked, answer } = await approver.confirmPrompt(0);
    await settle();
    expect(asked.requesters().map(({ pid }) => pid)).toEqual([1, 2, 3]);
    answer('allow');
    expect(await signed(all)).toBe(3);
    expect(prompts()).toBe(1);
  });

  it.each([
    ['signatures for "git"', (_: TestKey, n: number) => sshsig('git', n)],
    ['logins to one host', (key: TestKey, n: number) => login(key, 'git', sid(n))],
  ])('signs one of 16 %s for one "yes"', async (_, data) => {
    const { connect, key, answer, prompts } = await agentWithKey(constrain.confirm());
    const all = Array.from({ length: 16 }, (__, n) => connect(ssh).sign(key.blob, data(key, n)));
    await answer(0, 'allow');
    expect(await all[0]).toBeDefined();
    await answer(1, 'allow');
    // After two noes in a row the rest is refused: nobody has to say it sixteen times.
    await answer(2, 'deny');
    await answer(3, 'deny');
    expect(await signed(all)).toBe(2);
    expect(prompts()).toBe(4);
  });

  it('lets the logins of one command wait, and an answer that is remembered serves all', async () => {
    const { connect, key, answer, prompts } = await agentWithKey(constrain.confirm());
    const all = Array.from({ length: 100 }, (_, n) => connect(ssh).sign(key.blob, login(key, 'git', sid(n))));
    await answer(0, { kind: 'allow', remember: '5-minutes' });
    expect(await signed(all)).toBe(100);
    expect(prompts()).toBe(1);
  });

  it('does so where the person wants to be asked, too', async () => {
    const { connect, key, answer, agent } = await agentWithKey();
    await agent.consent.policies.setDefaultLevel('always');
    const all = [1, 2].map((n) => connect(ssh).sign(key.blob, sshsig('git', n)));
    await answer(0, 'allow');
    expect(await all[0]).toBeDefined();
    await answer(1, 'deny');
    expect(await all[1]).toBeUndefined();
  });

  it('shows who joins the question about a machine elsewhere, and one answer serves them', async () => {
    const { connect, key, approver, agent, prompts } = await agentWithKey();
    await agent.consent.policies.setDefaultLevel('forwarded');
    const bastion = testHost();
    const from = async (pid: number) => {
      const client = connect({ ...ssh, pid });
      await bind(client, bastion, sid(8), true);
      return client.sign(key.blob, sshsig('git', pid));
    };
    const first = from(1);
    const { request: asked, answer } = await approver.confirmPrompt(0);
    const seen: (number | undefined)[][] = [];
    asked.onRequestersChanged(() => seen.push(asked.requesters().map(({ pid }) => pid)));
    const second = from(2);
    await expect.poll(() => seen).toEqual([[1, 2]]);
    answer('allow');
    expect(await signed([first, second])).toBe(2);
    expect(prompts()).toBe(1);
  });

  it('lets nobody join that one with other data of an unknown kind, which could be anything', async () => {
    const { connect, key, approver, agent } = await agentWithKey();
    await agent.consent.policies.setDefaultLevel('forwarded');
    const [bastion, clients] = [testHost(), [connect(ssh), connect(ssh)] as const];
    for (const client of clients) await bind(client, bastion, sid(8), true);
    const one = clients[0].sign(key.blob, bytes('one'));
    const { request: asked, answer } = await approver.confirmPrompt(0);
    const other = clients[1].sign(key.blob, bytes('other'));
    await settle();
    expect(asked.requesters()).toHaveLength(1);
    answer('allow');
    expect(await one).toBeDefined();
    (await approver.confirmPrompt(1)).answer('deny');
    expect(await other).toBeUndefined();
  });

  it('gives who joins the question of another process here the whole time', async () => {
    const { connect, key, approver, clock } = await agentWithKey(constrain.confirm());
    const all = [connect(ssh).sign(key.blob, login(key))];
    const { request: asked, answer } = await approver.confirmPrompt(0);
    clock.advance(asked.timeLimitMs - 1);
    all.push(connect({ ...ssh, pid: 7 }).sign(key.blob, login(key)));
    await expect.poll(() => asked.requesters().map(({ pid }) => pid)).toEqual([42, 7]);
    expect(asked.remainingMs()).toBe(asked.timeLimitMs);
    clock.advance(asked.timeLimitMs - 1);
    answer('allow');
    expect(await signed(all)).toBe(2);
  });

  it('adds nothing to the time of a question for who leaves it', async () => {
    const { connect, key, approver, clock } = await agentWithKey(constrain.confirm());
    const join = (pid: number) => {
      const client = connect({ ...ssh, pid });
      void client.sign(key.blob, login(key));
      return client;
    };
    const first = join(1);
    const { request: asked } = await approver.confirmPrompt(0);
    const pids = () => asked.requesters().map(({ pid }) => pid);
    const second = join(2);
    await expect.poll(pids).toEqual([1, 2]);
    clock.advance(1000);
    second.session.close();
    expect([pids(), asked.remainingMs()]).toEqual([[1], asked.timeLimitMs - 1000]);
    join(3);
    await expect.poll(pids).toEqual([1, 3]);
    clock.advance(2000);
    first.session.close();
    expect([pids(), asked.remainingMs()]).toEqual([[3], asked.timeLimitMs - 2000]);
  });

  it('gives who joins the question of a machine elsewhere what is left of the time', async () => {
    const { connect, key, approver, clock } = await agentWithKey(constrain.confirm());
    const bastion = testHost();
    const from = async (pid: number) => {
      const client = connect({ ...ssh, pid });
      await bind(client, bastion, sid(8), true);
      void client.sign(key.blob, sshsig('git'));
    };
    await from(1);
    const { request: asked } = await approver.confirmPrompt(0);
    clock.advance(asked.timeLimitMs - 1000);
    await from(2);
    await expect.poll(() => asked.requesters().length).toBe(2);
    expect(asked.remainingMs()).toBe(1000);
  });

  it('asks anew for what comes after a question that can not be changed any more', async () => {
    const { connect, key, approver } = await agentWithKey(constrain.confirm());
    const first = connect(ssh).sign(key.blob, login(key));
    const { request: asked, answer } = await approver.confirmPrompt(0);
    asked.stopJoining();
    const second = connect(ssh).sign(key.blob, login(key));
    await settle();
    expect(asked.requesters()).toHaveLength(1);
    answer('allow');
    expect(await first).toBeDefined();
    (await approver.confirmPrompt(1)).answer('deny');
    expect(await second).toBeUndefined();
  });

  it('lets 16 join a prompt, those that have left again included', async () => {
    const { connect, key, approver } = await agentWithKey(constrain.confirm());
    const first = connect(ssh).sign(key.blob, login(key));
    const { answer } = await approver.confirmPrompt(0);
    for (let n = 2; n <= 16; n++) {
      const client = connect(ssh);
      const left = client.sign(key.blob, login(key));
      await settle();
      client.session.close();
      expect(await left).toBeUndefined();
    }
    expect(await connect(ssh).sign(key.blob, login(key))).toBeUndefined();
    answer('allow');
    expect(await first).toBeDefined();
  });

  it('shows one prompt to a flood of 1,000 requests, and bounds the others', async () => {
    const { connect, key, approver, prompts, agent } = await agentWithKey(constrain.confirm());
    const all = Array.from({ length: 1000 }, () => connect(ssh).sign(key.blob, login(key)));
    const { request: asked, answer } = await approver.confirmPrompt(0);
    await settle();
    expect(asked.requesters()).toHaveLength(16);
    answer('allow');
    const signatures = await Promise.all(all);
    expect(signatures.filter((signature) => signature !== undefined)).toHaveLength(16);
    expect(prompts()).toBe(1);
    expect(agent.consent.missed.list()).toMatchObject([{ answer: 'suppressed', count: 984 }]);
    await settle();
    // The flood does not push everything else out of the activity: one entry for each way of refusing it.
    expect(agent.consent.activity.list().length).toBeLessThanOrEqual(18);
  });

  it('lets a program that varies its request have no more than three prompts waiting', async () => {
    const { connect, key, approver, prompts, answer } = await agentWithKey(constrain.confirm());
    const all = Array.from({ length: 100 }, (_, n) => connect(ssh).sign(key.blob, login(key, `user${n}`)));
    for (let n = 0; n < 3; n++) await answer(n, 'allow');
    const signatures = await Promise.all(all);
    expect(signatures.filter((signature) => signature !== undefined)).toHaveLength(3);
    expect(prompts()).toBe(3);
    expect(approver.confirms.every(({ request: { requesters } }) => requesters().length === 1)).toBe(true);
  });

  it('answers "no" at once for a while after a "no", and longer each time', async () => {
    const { connect, key, answer, prompts, clock } = await agentWithKey(constrain.confirm());
    const deny = async () => {
      const n = prompts();
      const signed = connect(ssh).sign(key.blob, login(key));
      await answer(n, 'deny');
      expect(await signed).toBeUndefined();
    };
    await deny();
    expect(await connect(ssh).sign(key.blob, login(key))).toBeUndefined();
    expect(prompts()).toBe(1);
    clock.advance(2000);
    await deny();
    clock.advance(2000);
    expect(await connect(ssh).sign(key.blob, login(key))).toBeUndefined();
    expect(prompts()).toBe(2);
    clock.advance(2000);
    await deny();
  });

  it.each([
    ['a program with a key', 1],
    ['a program with many keys', 6],
  ])('forgets at a "yes" all "no" to %s', async (_, count) => {
    const { connect, prompts, answer } = await agentWithKey();
    const keys = Array.from({ length: count }, () => ed25519Key());
    for (const key of keys) expect(await connect().status(addRequest(key, '', constrain.confirm()))).toBe(6);
    const ask = async (key: TestKey | undefined, given: 'allow' | 'deny') => {
      const n = prompts();
      const signed = key && connect(ssh).sign(key.blob, login(key, `user${n}`));
      await answer(n, given);
      await signed;
    };
    // As many as cost nothing, before and after it.
    const before = keys.slice(0, Math.ceil(count / 2));
    const after = keys.slice(-before.length);
    for (const key of before) for (let n = 0; n < 4; n++) await ask(key, 'deny');
    await ask(after[0], 'allow');
    for (const key of after) for (let n = 0; n < 4; n++) await ask(key, 'deny');
    await ask(after[0], 'deny');
    const [key] = after;
    expect(key && (await connect(ssh).sign(key.blob, login(key)))).toBeUndefined();
    expect(prompts()).toBe(8 * before.length + 2);
  });

  it('asks after a lock about what the person said "no" to before it', async () => {
    const { connect, key, answer, agent } = await agentWithKey(constrain.confirm());
    for (const n of [0, 1]) {
      const signed = connect(ssh).sign(key.blob, login(key));
      await answer(n, 'deny');
      expect(await signed).toBeUndefined();
      agent.pause();
      agent.resume();
    }
  });

  it('holds nobody for one that asks and leaves where the question could not be put', async () => {
    const answers = [...Array(6).fill('fail'), 'allow'];
    const confirm = () => {
      const answer = answers.shift();
      return answer === 'allow' ? Promise.resolve(answer) : Promise.reject(new Error('no display'));
    };
    const askPassphrase = () => Promise.reject(new Error('no display'));
    const { connect, key } = await agentWithKey(constrain.confirm(), {
      approver: { confirm, askPassphrase },
    });
    for (let n = 0; n < 6; n++) expect(await connect(ssh).sign(key.blob, login(key))).toBeUndefined();
    expect(await connect(ssh).sign(key.blob, login(key))).toBeDefined();
  });

  it('lets the person allow the next time for a minute, once', async () => {
    const { connect, key, answer, agent, clock, prompts } = await agentWithKey(constrain.confirm());
    const { missed } = agent.consent;
    const refused = connect(ssh).sign(key.blob, login(key));
    await answer(0, 'deny');
    await refused;
    const [entry] = missed.list();
    expect(entry).toMatchObject({ answer: 'denied', count: 1, time: '2026-11-22T12:00:00.000Z' });
    expect(missed.allowNextTime(entry!.id)).toBe(true);
    expect(missed.list()).toEqual([]);
    expect(await connect(ssh).sign(key.blob, login(key))).toBeDefined();
    const next = connect(ssh).sign(key.blob, login(key));
    await answer(1, 'deny');
    expect(await next).toBeUndefined();
    missed.allowNextTime(missed.list()[0]!.id);
    clock.advance(60_000);
    const late = connect(ssh).sign(key.blob, login(key));
    await answer(2, 'deny');
    expect(await late).toBeUndefined();
    expect(prompts()).toBe(3);
  });

  it('puts what nobody answered into the inbox', async () => {
    const { connect, key, approver, agent, clock } = await agentWithKey(constrain.confirm());
    const signed = connect(ssh).sign(key.blob, login(key));
    await approver.confirmPrompt(0);
    clock.advance(60_000);
    expect(await signed).toBeUndefined();
    expect(agent.consent.missed.list()).toMatchObject([{ answer: 'missed', count: 1 }]);
  });

  it('closes the prompt of a client that disconnects, and quietens one that does so again and again', async () => {
    const { connect, key, approver, prompts, agent } = await agentWithKey(constrain.confirm());
    const leave = async (n: number) => {
      const client = connect(ssh);
      const signed = client.sign(key.blob, login(key));
      const { signal } = await approver.confirmPrompt(n);
      client.session.close();
      expect(await signed).toBeUndefined();
      expect(signal.aborted).toBe(true);
    };
    for (let n = 0; n < 5; n++) await leave(n);
    expect(agent.consent.missed.list()).toEqual([]);
    expect(await connect(ssh).sign(key.blob, login(key))).toBeUndefined();
    expect(prompts()).toBe(5);
  });

  it('has nobody in the inbox who left before it was known who they are', async () => {
    const { connect, key, answer, agent } = await agentWithKey(constrain.confirm());
    const denied = connect(ssh).sign(key.blob, login(key));
    await answer(0, 'deny');
    await denied;
    let see = () => {};
    const described = ssh.describe?.();
    const slow = connect({
      pid: 42,
      describe: () => new Promise((resolve) => (see = () => resolve(described))),
    });
    const left = slow.sign(key.blob, login(key));
    await settle();
    slow.session.close();
    see();
    expect(await left).toBeUndefined();
    await settle();
    expect(agent.consent.missed.list()).toMatchObject([{ count: 1 }]);
  });

  it('looks out for other answers only as long as a request waits for its question', async () => {
    const { connect, key, approver, agent } = await agentWithKey(constrain.confirm());
    const { approvals } = agent.consent;
    const listen = approvals.onChanged.bind(approvals);
    const listening = new Set<object>();
    Object.assign(approvals, {
      onChanged: (listener: () => void) => {
        const stop = listen(listener);
        listening.add(stop);
        return () => {
          listening.delete(stop);
          stop();
        };
      },
    });
    void connect(ssh).sign(key.blob, login(key));
    const { answer } = await approver.confirmPrompt(0);
    expect(listening.size).toBe(0);
    const waiting = connect(ssh);
    const left = waiting.sign(key.blob, login(key, 'root'));
    await expect.poll(() => listening.size).toBe(1);
    waiting.session.close();
    expect(await left).toBeUndefined();
    await expect.poll(() => listening.size).toBe(0);
    answer('deny');
  });

  it('keeps the prompt while another client waits for the same answer', async () => {
    const { connect, key, approver } = await agentWithKey(constrain.confirm());
    const leaving = connect(ssh);
    const left = leaving.sign(key.blob, login(key));
    const staying = connect(ssh).sign(key.blob, login(key));
    const { answer, signal } = await approver.confirmPrompt(0);
    await settle();
    leaving.session.close();
    expect(await left).toBeUndefined();
    expect(signal.aborted).toBe(false);
    answer('allow');
    expect(await staying).toBeDefined();
  });
});
