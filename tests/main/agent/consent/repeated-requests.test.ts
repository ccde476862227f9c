// Requests again and again: one prompt for all who wait, few at a time, and a pause after each "no".
import { describe, expect, it } from 'vitest';
import { agentWithKey, login, ssh } from '../../../fakes/consent-agent.ts';
import { sid } from '../../../fakes/host-session.ts';
import { settle } from '../../../fakes/settle.ts';
import { constrain } from '../../../fakes/test-agent.ts';

describe('consent to many requests', () => {
  it('asks once for the same thing, and one answer serves all who wait', async () => {
    const { connect, key, approver, prompts } = await agentWithKey(constrain.confirm());
    const counts: number[] = [];
    const all = [1, 2, 3].map((n) => connect(ssh).sign(key.blob, login(key, 'git', sid(n))));
    const { request: asked, answer } = await approver.confirmPrompt(0);
    asked.onRequestCountChanged(() => counts.push(asked.requestCount()));
    await settle();
    expect(asked.requestCount()).toBe(3);
    answer('allow');
    expect((await Promise.all(all)).every((signature) => signature !== undefined)).toBe(true);
    expect(prompts()).toBe(1);
  });

  it('shows one prompt to a flood of 1,000 requests, and bounds the others', async () => {
    const { connect, key, approver, prompts, agent } = await agentWithKey(constrain.confirm());
    const all = Array.from({ length: 1000 }, () => connect(ssh).sign(key.blob, login(key)));
    const { request: asked, answer } = await approver.confirmPrompt(0);
    await settle();
    expect(asked.requestCount()).toBe(16);
    answer('allow');
    const signatures = await Promise.all(all);
    expect(signatures.filter((signature) => signature !== undefined)).toHaveLength(16);
    expect(prompts()).toBe(1);
    expect(agent.consent.missed.list()).toMatchObject([{ answer: 'suppressed', count: 984 }]);
    await settle();
    // The flood does not push everything else out of the activity.
    expect(agent.consent.activity.list().length).toBeLessThanOrEqual(17);
  });

  it('lets a program that varies its request have no more than three prompts waiting', async () => {
    const { connect, key, approver, prompts, answer } = await agentWithKey(constrain.confirm());
    const all = Array.from({ length: 100 }, (_, n) => connect(ssh).sign(key.blob, login(key, `user${n}`)));
    for (let n = 0; n < 3; n++) await answer(n, 'allow');
    const signatures = await Promise.all(all);
    expect(signatures.filter((signature) => signature !== undefined)).toHaveLength(3);
    expect(prompts()).toBe(3);
    expect(approver.confirms.every(({ request: { requestCount } }) => requestCount() === 1)).toBe(true);
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
    const { connect, key, approver, prompts } = await agentWithKey(constrain.confirm());
    const leave = async (n: number) => {
      const client = connect(ssh);
      const signed = client.sign(key.blob, login(key));
      const { signal } = await approver.confirmPrompt(n);
      client.session.close();
      expect(await signed).toBeUndefined();
      expect(signal.aborted).toBe(true);
    };
    for (let n = 0; n < 5; n++) await leave(n);
    expect(await connect(ssh).sign(key.blob, login(key))).toBeUndefined();
    expect(prompts()).toBe(5);
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
