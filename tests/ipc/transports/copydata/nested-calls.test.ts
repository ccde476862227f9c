import { describe, expect, test } from 'vitest';
import {
  type CopydataCall,
  MAX_NESTED_CALLS,
  type WindowCommand,
  type WindowEvent,
} from '../../../../ipc/transports/copydata/copydata-messages.ts';
import { NestedCalls } from '../../../../ipc/transports/copydata/nested-calls.ts';

const call = (id: number): CopydataCall => ({ id, body: Uint8Array.of(11), maxReplyBytes: 8188 });
const here = () => false;

/** A thread whose messages are functions: each wait runs the next one, as a dispatched message would. */
function fakeThread() {
  const commands: WindowCommand[] = [];
  const events: WindowEvent[] = [];
  const messages: (() => void)[] = [];
  const fronts: boolean[] = [];
  let now = 0;
  let quitPosted = 0;
  let quitTaken = false;
  const nested = new NestedCalls({
    now: () => now,
    commandsSent: () => 0,
    waitForCommand: (_, timeoutMs) => {
      now += timeoutMs;
    },
    nextCommand: () => commands.shift(),
    post: (event) => events.push(event),
    setFront: (inFront) => fronts.push(inFront),
    pump: {
      waitForMessage: (timeoutMs) => {
        if (messages.length > 0 || quitTaken) return;
        now += timeoutMs;
        if (now > 60_000) throw new Error('waits for ever');
      },
      dispatchWaitingMessages: () => {
        messages.shift()?.();
        return !quitTaken;
      },
      postQuitMessage: () => {
        quitPosted += 1;
      },
    },
  });
  return {
    nested,
    commands,
    events,
    messages,
    fronts,
    quit: () => {
      quitTaken = true;
    },
    get quitPosted() {
      return quitPosted;
    },
  };
}

const reply = (id: number, ...body: number[]): WindowCommand => ({
  kind: 'reply',
  id,
  body: Uint8Array.from(body),
});

describe('calls nested in one thread', () => {
  test('a quick answer is taken without letting other messages in', () => {
    const thread = fakeThread();
    thread.messages.push(() => {
      throw new Error('dispatched');
    });
    thread.commands.push(reply(1, 12));
    expect(thread.nested.ask(call(1), here)).toEqual(Uint8Array.of(12));
    expect(thread.events).toEqual([{ kind: 'call', call: call(1) }]);
  });

  test('a call that comes while another waits is answered inside it, and both get their own answer', () => {
    const thread = fakeThread();
    let inner: Uint8Array | undefined;
    thread.messages.push(() => {
      thread.commands.push(reply(1, 14, 1), reply(2, 14, 2));
      inner = thread.nested.ask(call(2), here);
    });
    expect(thread.nested.ask(call(1), here)).toEqual(Uint8Array.of(14, 1));
    expect(inner).toEqual(Uint8Array.of(14, 2));
  });

  test('an answer to nobody is dropped', () => {
    const thread = fakeThread();
    thread.commands.push(reply(9, 6), reply(1, 12));
    expect(thread.nested.ask(call(1), here)).toEqual(Uint8Array.of(12));
  });

  test('a dead client’s call ends without an answer and is reported once', () => {
    const thread = fakeThread();
    let looks = 0;
    expect(thread.nested.ask(call(1), () => ++looks === 3)).toBeUndefined();
    expect(thread.events.filter((event) => event.kind === 'abandoned')).toEqual([
      { kind: 'abandoned', id: 1 },
    ]);
  });

  test('an outer call’s client that dies is noticed while an inner call waits', () => {
    const thread = fakeThread();
    let innerWaits = true;
    thread.messages.push(() => {
      const innerGone = () => thread.events.some((event) => event.kind === 'abandoned' && event.id === 1);
      thread.nested.ask(call(2), innerGone);
      innerWaits = false;
    });
    expect(thread.nested.ask(call(1), () => innerWaits)).toBeUndefined();
    expect(thread.events.filter((event) => event.kind === 'abandoned').map(({ id }) => id)).toEqual([1, 2]);
  });

  test('one call more than may be nested fails at once', () => {
    const thread = fakeThread();
    let deepest: Uint8Array | undefined;
    const nest = (id: number) => {
      if (id <= MAX_NESTED_CALLS) thread.messages.unshift(() => nest(id + 1));
      else for (let each = 1; each < id; each++) thread.commands.push(reply(each, 12));
      const answer = thread.nested.ask(call(id), here);
      if (id > MAX_NESTED_CALLS) deepest = answer;
    };
    nest(1);
    expect(deepest).toEqual(Uint8Array.of(5));
    expect(thread.events).toHaveLength(MAX_NESTED_CALLS);
  });

  test.each(['a stop command', 'WM_QUIT from outside'])('%s ends all levels and the thread’s loop', (way) => {
    const thread = fakeThread();
    const answers: (Uint8Array | undefined)[] = [];
    thread.messages.push(() => {
      thread.messages.push(() => {
        if (way === 'a stop command') thread.commands.push({ kind: 'stop' });
        else thread.quit();
      });
      answers.push(thread.nested.ask(call(2), here));
    });
    answers.push(thread.nested.ask(call(1), here));
    expect(answers).toEqual([undefined, undefined]);
    expect(thread.nested.ended).toBe(true);
    // The loop below has not seen the message that was taken up here.
    expect(thread.quitPosted).toBeGreaterThan(0);
  });

  test('the window is told to come to the front and to step back', () => {
    const thread = fakeThread();
    thread.commands.push({ kind: 'front', inFront: true }, { kind: 'front', inFront: false });
    thread.nested.readCommands();
    expect(thread.fronts).toEqual([true, false]);
  });
});
