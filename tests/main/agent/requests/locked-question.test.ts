// Who has left a question about the unlock: before anybody saw it, or afterwards.
import { expect, it } from 'vitest';
import { identifyRequest } from '../../../../main/agent/consent/request-identity.ts';
import type { Requester } from '../../../../main/agent/facts/requester.ts';
import type { UnlockAgentRequest } from '../../../../main/agent/ports/approver.ts';
import { LockedQuestion } from '../../../../main/agent/requests/locked-question.ts';
import { parsePublicKey } from '../../../../main/keys/kinds/parse-public-key.ts';
import { ManualClock } from '../../../fakes/manual-clock.ts';
import { settle } from '../../../fakes/settle.ts';
import { ed25519Key } from '../../../fakes/test-key.ts';

const requester: Requester = {
  transport: 'unix-socket',
  pid: 1,
  purpose: { kind: 'unknown' },
  forwarded: false,
  path: [],
};
const key = { comment: '', fingerprint: 'SHA256:x', algorithm: 'ssh-ed25519' };

/** A question for which one waits, who may leave. */
async function setUp(isPut: boolean) {
  const question = new LockedQuestion('Locked by you.');
  const identity = identifyRequest(parsePublicKey(ed25519Key().blob), requester, new Uint8Array());
  const leaving = new AbortController();
  const joined = question.join({ key, requester }, identity, new Promise(() => {}), leaving.signal);
  joined.catch(() => {});
  const asked: UnlockAgentRequest[] = [];
  let answer = () => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const ask = (request: UnlockAgentRequest) => {
    asked.push(request);
    return answered;
  };
  if (isPut) void question.put(new ManualClock(), 60_000, () => {}, ask);
  await settle();
  const leave = () => leaving.abort(new Error('gone'));
  return { question, joined, leave, answer, waiting: () => asked[0]?.waiting() };
}

it.each([
  ['is abandoned when the last has left while the person was asked', true],
  ['is not when nobody was asked yet', false],
])('%s', async (_, isPut) => {
  const { question, joined, leave } = await setUp(isPut);
  expect(question.isAbandoned).toBe(false);
  leave();
  await expect(joined).rejects.toThrow('gone');
  expect([question.isAbandoned, question.signal.aborted]).toEqual([isPut, true]);
});

it('is not abandoned by who leaves after the answer', async () => {
  const { question, leave, answer } = await setUp(true);
  answer();
  await settle();
  leave();
  expect([question.isAbandoned, question.signal.aborted]).toEqual([false, true]);
});

it('tells who waited last while it closes, and has nobody left to tell a late “no”', async () => {
  const { question, leave, waiting } = await setUp(true);
  expect(waiting()).toEqual([{ key, requester }]);
  leave();
  expect(waiting()).toEqual([{ key, requester }]);
  const ended = await setUp(true);
  expect(ended.question.identities).toHaveLength(1);
  ended.question.end();
  expect([question.identities, ended.question.identities]).toEqual([[], []]);
});
