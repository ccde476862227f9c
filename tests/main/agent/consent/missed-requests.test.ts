// The inbox by itself: what an entry says of several requests of a kind, and which entries there are.
import { describe, expect, it } from 'vitest';
import type { Question } from '../../../../main/agent/consent/approvals.ts';
import { MissedRequests } from '../../../../main/agent/consent/missed-requests.ts';
import { agentWithKey, login, ssh } from '../../../fakes/consent-agent.ts';
import { constrain } from '../../../fakes/test-agent.ts';

function question(id: string): Question {
  const source = { id: 'p', group: 'p', isHere: true };
  return {
    identity: { id, keyFingerprint: 'SHA256:k', source, isRecognizable: true },
    strictness: 2,
    keyRemoved: new AbortController().signal,
    key: { comment: id, fingerprint: 'SHA256:k', algorithm: 'ssh-ed25519' },
    requester: { transport: 't', purpose: { kind: 'unknown' }, forwarded: false, path: [] },
  };
}

function inbox() {
  const log: string[] = [];
  const missed = new MissedRequests(
    () => new Date('2026-11-22T12:00:00Z'),
    (line) => log.push(line),
  );
  const comments = () => missed.list().map(({ key }) => key.comment);
  return { missed, log, comments };
}

describe('the inbox', () => {
  it('has the latest first, one of which there was another before, too', () => {
    const { missed, comments } = inbox();
    for (const id of ['a', 'b', 'a']) missed.add(question(id), 'denied');
    expect(comments()).toEqual(['a', 'b']);
    expect(missed.list()).toMatchObject([{ count: 2 }, { count: 1 }]);
  });

  it('tells of the latest answer of the person, and not of those that were not asked about', () => {
    const { missed } = inbox();
    const answers = (['suppressed', 'denied', 'suppressed', 'missed'] as const).map((answer) => {
      missed.add(question('a'), answer);
      return missed.list()[0]?.answer;
    });
    expect(answers).toEqual(['suppressed', 'denied', 'denied', 'missed']);
  });

  it('says of the latest whether it was refused for the lock', () => {
    const { missed } = inbox();
    missed.add(question('a'), 'denied', true);
    expect(missed.list()).toMatchObject([{ wasLocked: true }]);
    missed.add(question('a'), 'denied');
    expect(missed.list()).toMatchObject([{ wasLocked: false }]);
  });

  it('forgets the oldest of more than 100', () => {
    const { missed, comments } = inbox();
    for (let n = 0; n <= 100; n++) missed.add(question(`${n}`), 'denied');
    expect([comments().length, comments().at(-1)]).toEqual([100, '1']);
  });

  it('gives away the one entry that is asked for, once, and else none', () => {
    const { missed, comments } = inbox();
    for (const id of ['a', 'b', 'c']) missed.add(question(id), 'denied');
    const id = missed.list()[1]?.id ?? '';
    expect(missed.take(id)?.identity.id).toBe('b');
    for (const gone of [id, 'c']) expect(missed.take(gone)).toBeUndefined();
    expect(comments()).toEqual(['c', 'a']);
  });

  it('tells of each change all who listen, whatever one of them throws', () => {
    const { missed, log } = inbox();
    missed.onChanged(() => {
      throw new TypeError('no');
    });
    const counts: number[] = [];
    missed.onChanged(() => counts.push(missed.list().length));
    missed.add(question('a'), 'denied');
    missed.take(missed.list()[0]?.id ?? '');
    expect(counts).toEqual([1, 0]);
    expect(log[0]).toBe('whoever is told of missed requests failed: TypeError');
  });

  it('lets the person dismiss an entry once, which allows nothing', async () => {
    const { connect, key, answer, agent, clock } = await agentWithKey(constrain.confirm());
    const { missed } = agent.consent;
    const denied = connect(ssh).sign(key.blob, login(key));
    await answer(0, 'deny');
    await denied;
    const id = missed.list()[0]?.id ?? '';
    expect([missed.dismiss(id), missed.dismiss(id), missed.allowNextTime(id)]).toEqual([true, false, false]);
    expect(missed.list()).toEqual([]);
    expect(agent.consent.approvals.list()).toEqual([]);
    clock.advance(2000);
    const asked = connect(ssh).sign(key.blob, login(key));
    await answer(1, 'deny');
    expect(await asked).toBeUndefined();
  });
});
