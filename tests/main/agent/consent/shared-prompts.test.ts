// One prompt for several requests by itself: who joins it and until when, and that somebody waits who can be shown.
import { expect, it } from 'vitest';
import { SharedPrompts, type SharedQuestion } from '../../../../main/agent/consent/shared-prompts.ts';
import type { Requester } from '../../../../main/agent/facts/requester.ts';
import { settle } from '../../../fakes/settle.ts';

const requester = (pid: number): Requester => ({
  transport: 't',
  pid,
  purpose: { kind: 'unknown' },
  forwarded: false,
  path: [],
});

/** Each question is put as the test says: by answering it. */
function prompts() {
  const shared = new SharedPrompts();
  const put: { question: SharedQuestion; signal: AbortSignal; answer: (reason: string) => void }[] = [];
  const ask = (pid: number, signal = new AbortController().signal) =>
    shared.ask(
      'kind',
      requester(pid),
      signal,
      (question, everybodyLeft) =>
        new Promise((answer) => put.push({ question, signal: everybodyLeft, answer })),
    );
  const shown = () => put.map(({ question }) => question.requesters().map(({ pid }) => pid));
  return { ask, put, shown };
}

it('a question that was closed to others leaves them the one that was opened after it', async () => {
  const { ask, put, shown } = prompts();
  const first = ask(1);
  await settle();
  put[0]?.question.stopJoining();
  const second = ask(2);
  await settle();
  put[0]?.answer('yes');
  expect(await first).toBe('yes');
  const third = ask(3);
  await settle();
  expect(shown()).toEqual([[1], [2, 3]]);
  put[1]?.answer('again');
  expect(await Promise.all([second, third])).toEqual(['again', 'again']);
});

it('a question tells of who comes and who leaves, and shows to the end who waited last', async () => {
  const { ask, put, shown } = prompts();
  const [first, second] = [new AbortController(), new AbortController()];
  const replies = [ask(1, first.signal), ask(2, second.signal)];
  await settle();
  const seen: (number | undefined)[][] = [];
  put[0]?.question.onRequestersChanged(() => seen.push(...shown()));
  replies.push(ask(3));
  first.abort(new Error('left'));
  await expect(replies[0]).rejects.toThrow('left');
  expect(seen).toEqual([
    [1, 2, 3],
    [2, 3],
  ]);
  expect(put[0]?.signal.aborted).toBe(false);
  put[0]?.answer('yes');
  expect(await replies[2]).toBe('yes');
});

it.each<[string, number, number]>([
  ['is put shows who waited last when all have left', 1, 2],
  ['was about to be put shows who opened it', 0, 1],
])('a question that %s', async (_, turns, last) => {
  const { ask, put, shown } = prompts();
  const leaving = [1, 2].map((pid) => {
    const left = new AbortController();
    return { left, reply: ask(pid, left.signal) };
  });
  for (let turn = 0; turn < turns; turn++) await settle();
  if (turns > 0) expect(shown()).toEqual([[1, 2]]);
  leaving[0]?.left.abort(new Error('left'));
  if (turns > 0) expect(shown()).toEqual([[2]]);
  leaving[1]?.left.abort(new Error('left'));
  for (const { reply } of leaving) await expect(reply).rejects.toThrow('left');
  await settle();
  expect(shown()).toEqual([[last]]);
  expect(put[0]?.signal.aborted).toBe(true);
});

it('a question that all have left is none for who comes then, though it is not gone yet', async () => {
  const { ask, shown } = prompts();
  const left = new AbortController();
  const first = ask(1, left.signal);
  await settle();
  left.abort(new Error('left'));
  void ask(2);
  await expect(first).rejects.toThrow('left');
  await settle();
  expect(shown()).toEqual([[1], [2]]);
});

it('nothing is put for who has left already', async () => {
  const { ask, put } = prompts();
  await expect(ask(1, AbortSignal.abort(new Error('left')))).rejects.toThrow('left');
  await settle();
  expect(put).toEqual([]);
});
