import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  COPYDATA_NAME,
  CopydataDoor,
  type CopydataDoorParts,
} from '../../../../ipc/transports/copydata/copydata-door.ts';
import type { WindowCommand } from '../../../../ipc/transports/copydata/copydata-messages.ts';
import type { WindowThread, WindowThreadEvents } from '../../../../ipc/transports/copydata/window-thread.ts';
import { type Transport, TransportError } from '../../../../ipc/transports/transport.ts';
import { createTransport } from '../../../../ipc/transports/transport-lifecycle.ts';
import type { OpenSession } from '../../../../main/agent/agent.ts';
import type { Peer } from '../../../../main/agent/facts/peer.ts';
import { systemClock } from '../../../../main/basics/clock.ts';
import { Doors } from '../../../../main/doors/doors.ts';
import { retryMs } from '../../../../main/doors/repair.ts';
import { FakeProcess } from '../../../fakes/observed-process.ts';

/** A window's thread that does what it is told, one turn later. */
class FakeThread implements WindowThread {
  inFront = false;
  stopped = false;
  /** The system refuses to move its window. */
  refuses = false;
  /** Keeps back what it has done until `confirm`. */
  confirmsLate = false;
  readonly #unconfirmed: WindowCommand[] = [];
  frontsAsked = 0;
  readonly replies = new Map<number, Uint8Array>();
  readonly events: WindowThreadEvents;

  constructor(events: WindowThreadEvents) {
    this.events = events;
    queueMicrotask(() => events.onEvent({ kind: 'ready' }));
  }

  send(command: WindowCommand): void {
    if (command.kind === 'reply') this.replies.set(command.id, command.body);
    if (command.kind !== 'front') return;
    this.frontsAsked += 1;
    if (this.refuses) {
      queueMicrotask(() => this.events.onEvent({ ...command, problem: 'SetWindowPos failed' }));
      return;
    }
    this.inFront = command.inFront;
    if (this.confirmsLate) this.#unconfirmed.push(command);
    else queueMicrotask(() => this.events.onEvent(command));
  }

  confirm(): void {
    this.confirmsLate = false;
    for (const command of this.#unconfirmed.splice(0))
      if (command.kind === 'front') this.events.onEvent(command);
  }

  async stop(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    this.events.onEnd(undefined);
  }

  stopAtExit(): void {
    this.stopped = true;
  }

  die(error?: Error): void {
    this.events.onEnd(error);
  }

  call(id: number, body = Uint8Array.of(11), pid?: number): Uint8Array {
    this.events.onEvent({
      kind: 'call',
      call: { id, body, maxReplyBytes: 8188, ...(pid !== undefined && { pid }) },
    });
    return body;
  }
}

interface FakeSession {
  readonly peer: Peer;
  readonly answer: (body: Uint8Array) => void;
  closed: boolean;
}

function fixture(parts: Partial<CopydataDoorParts> = {}) {
  const threads: FakeThread[] = [];
  const sessions: FakeSession[] = [];
  const callers: FakeProcess[] = [];
  const openSession: OpenSession = (peer) => {
    let answer: (body: Uint8Array) => void = () => {};
    const reply = new Promise<Uint8Array>((resolve) => {
      answer = resolve;
    });
    const session: FakeSession = { peer, answer, closed: false };
    sessions.push(session);
    return {
      handle: () => reply,
      end: () => {},
      close: () => {
        session.closed = true;
      },
    };
  };
  const door = new CopydataDoor({
    legacyClients: 'prompt',
    startThread: (events) => {
      const thread = new FakeThread(events);
      threads.push(thread);
      return thread;
    },
    noAgentStarts: async () => {},
    findOtherAgent: () => undefined,
    observeProcess: (pid) => {
      const caller = new FakeProcess({ pid, parents: [], connections: [] });
      callers.push(caller);
      return caller;
    },
    startOfProcess: (pid) => pid,
    ...parts,
  });
  const transport = createTransport(COPYDATA_NAME, door);
  opened.push(transport);
  const front = () => {
    const found = threads.filter((thread) => thread.inFront && !thread.stopped);
    expect(found).toHaveLength(1);
    return found[0] as FakeThread;
  };
  return { transport, threads, sessions, callers, openSession, front };
}

const opened: Transport[] = [];

/** Opens the door and repairs it, in the time that the tests hold. */
async function keepOpen(transport: Transport, openSession: OpenSession): Promise<void> {
  const now = () => performance.now();
  const clock = systemClock({ wallMs: now, monotonicMs: now });
  await new Doors({ transports: [transport], openSession, clock, log: () => {} }).open();
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});

afterEach(async () => {
  for (const transport of opened.splice(0)) await transport.stop();
  vi.useRealTimers();
});

const settle = () => vi.advanceTimersByTimeAsync(0);

describe('the WM_COPYDATA transport', () => {
  test('has one window in front and one in reserve', async () => {
    const { transport, threads, openSession, front } = fixture();
    await transport.start(openSession);
    expect(transport.state.status).toBe('listening');
    expect(threads).toHaveLength(2);
    expect(front()).toBe(threads[0]);
  });

  test('hands each call to a session of its own and wipes the request after the answer', async () => {
    const { transport, sessions, openSession, front } = fixture();
    await transport.start(openSession);
    const body = front().call(1, Uint8Array.of(17, 1, 2, 3), 42);
    expect(sessions[0]?.peer).toMatchObject({
      transport: 'copydata',
      pid: 42,
      mayPrompt: true,
      maxReplyBytes: 8188,
    });
    expect(await sessions[0]?.peer.describe()).toMatchObject({ pid: 42 });
    sessions[0]?.answer(Uint8Array.of(6));
    await settle();
    expect(front().replies.get(1)).toEqual(Uint8Array.of(6));
    expect(sessions[0]?.closed).toBe(true);
    expect([...body]).toEqual([0, 0, 0, 0]);
  });

  test('takes hold of each caller’s process before anything is asked, and lets go after the answer', async () => {
    const { transport, sessions, callers, openSession, front } = fixture();
    await transport.start(openSession);
    front().call(1, Uint8Array.of(11), 42);
    expect(callers).toMatchObject([{ lookUps: 0, closed: 0 }]);
    sessions[0]?.answer(Uint8Array.of(12));
    await settle();
    expect(callers).toMatchObject([{ lookUps: 0, closed: 1 }]);
  });

  test('may not prompt for older programs when they get usable keys only', async () => {
    const { transport, sessions, openSession, front } = fixture({ legacyClients: 'usable-keys-only' });
    await transport.start(openSession);
    front().call(1);
    expect(sessions[0]?.peer.mayPrompt).toBe(false);
  });

  test('answers a failure when the agent breaks its promise not to throw', async () => {
    const { transport, front } = fixture();
    await transport.start(() => {
      throw new Error('broken');
    });
    front().call(1);
    await settle();
    expect(front().replies.get(1)).toEqual(Uint8Array.of(5));
  });

  test('puts the reserve in front while a call waits, and keeps each window for who has found it before', async () => {
    const { transport, threads, sessions, openSession, front } = fixture();
    await transport.start(openSession);
    const busy = front();
    busy.call(1);
    await vi.advanceTimersByTimeAsync(9);
    expect(front()).toBe(busy);
    await vi.advanceTimersByTimeAsync(1);
    expect(front()).not.toBe(busy);
    await vi.advanceTimersByTimeAsync(300);
    expect(threads).toHaveLength(3);
    sessions[0]?.answer(Uint8Array.of(14));
    await vi.advanceTimersByTimeAsync(7 * 24 * 3_600_000);
    expect(busy.replies.get(1)).toEqual(Uint8Array.of(14));
    expect(threads.map(({ stopped }) => stopped)).toEqual([false, false, false]);
    busy.call(2);
    sessions[1]?.answer(Uint8Array.of(12));
    await settle();
    expect(busy.replies.get(2)).toEqual(Uint8Array.of(12));
  });

  test('keeps a busy window in front while the system refuses to move the reserve, and tries with the next call', async () => {
    const { transport, threads, openSession, front } = fixture();
    await transport.start(openSession);
    const [busy, reserve] = threads as [FakeThread, FakeThread];
    reserve.refuses = true;
    busy.call(1);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(front()).toBe(busy);
    expect(reserve.frontsAsked).toBe(1);
    reserve.refuses = false;
    busy.call(2);
    await vi.advanceTimersByTimeAsync(10);
    expect(front()).toBe(reserve);
  });

  test('goes on with the window in front when the system refuses to move the busy one back', async () => {
    const { transport, threads, openSession } = fixture();
    await transport.start(openSession);
    const [busy, reserve] = threads as [FakeThread, FakeThread];
    busy.refuses = true;
    busy.call(1);
    await vi.advanceTimersByTimeAsync(300);
    reserve.call(1);
    await vi.advanceTimersByTimeAsync(300);
    expect(threads.map(({ inFront }) => inFront)).toEqual([true, false, true, false]);
  });

  test('never has more than eight windows, none of which it ends', async () => {
    const { transport, threads, sessions, openSession, front } = fixture();
    await transport.start(openSession);
    for (let id = 1; id <= 12; id++) {
      front().call(id);
      await vi.advanceTimersByTimeAsync(500);
    }
    expect(threads).toHaveLength(8);
    for (const session of sessions) session.answer(Uint8Array.of(14));
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(threads.filter((thread) => !thread.stopped)).toHaveLength(8);
    expect(threads.flatMap((thread) => [...thread.replies.keys()])).toHaveLength(12);
  });

  test('closes the session of a client that died', async () => {
    const { transport, sessions, openSession, front } = fixture();
    await transport.start(openSession);
    front().call(1);
    front().events.onEvent({ kind: 'abandoned', id: 1 });
    expect(sessions[0]?.closed).toBe(true);
  });

  test('reports a lost window, closes its calls only, and opens the reserve soon', async () => {
    const { transport, sessions, openSession, front } = fixture();
    await keepOpen(transport, openSession);
    front().call(1);
    await vi.advanceTimersByTimeAsync(300);
    const lost = front();
    lost.call(2);
    lost.inFront = false;
    lost.die(new Error('out of memory'));
    expect(sessions.map((session) => session.closed)).toEqual([false, true]);
    await settle();
    expect(transport.state).toMatchObject({
      status: 'degraded',
      reason: expect.stringContaining('out of memory'),
    });
    await vi.advanceTimersByTimeAsync(100);
    expect(transport.state.status).toBe('listening');
    expect(front()).not.toBe(lost);
    expect(sessions[0]?.closed).toBe(false);
  });

  test.each([
    ['before', 0],
    ['during', 100],
  ])(
    'has one window in front when the old one is lost in a take-over that ends %s the repair',
    async (_, confirmAfterMs) => {
      const { transport, threads, sessions, openSession, front } = fixture();
      await keepOpen(transport, openSession);
      const [lost, next] = threads as [FakeThread, FakeThread];
      next.confirmsLate = true;
      lost.call(1);
      await vi.advanceTimersByTimeAsync(10);
      expect(next.frontsAsked).toBe(1);
      lost.inFront = false;
      lost.die();
      await vi.advanceTimersByTimeAsync(confirmAfterMs);
      next.confirm();
      await vi.advanceTimersByTimeAsync(1000);
      expect(transport.state.status).toBe('listening');
      expect(threads.map(({ inFront }) => inFront)).toEqual([false, true, false]);
      expect(next.frontsAsked).toBe(1);
      next.call(2);
      await vi.advanceTimersByTimeAsync(10);
      expect(front()).toBe(threads[2]);
      expect(sessions.map(({ closed }) => closed)).toEqual([true, false]);
    },
  );

  test('opens another window when the one that was taking over is lost after the front', async () => {
    const { transport, threads, openSession, front } = fixture();
    await keepOpen(transport, openSession);
    const [lost, next] = threads as [FakeThread, FakeThread];
    next.confirmsLate = true;
    lost.call(1);
    await vi.advanceTimersByTimeAsync(10);
    lost.inFront = false;
    lost.die();
    await vi.advanceTimersByTimeAsync(100);
    next.inFront = false;
    next.die();
    await vi.advanceTimersByTimeAsync(1000);
    expect(transport.state.status).toBe('listening');
    expect(front()).toBe(threads[2]);
    expect(threads).toHaveLength(4);
  });

  test('relieves a window of a call that has come to wait while the window was put in front', async () => {
    const { transport, threads, sessions, openSession, front } = fixture();
    await keepOpen(transport, openSession);
    threads[0]?.call(1);
    await vi.advanceTimersByTimeAsync(300);
    sessions[0]?.answer(Uint8Array.of(14));
    await settle();
    const lost = front();
    const [next, spare] = threads.filter((thread) => thread !== lost) as [FakeThread, FakeThread];
    next.confirmsLate = true;
    lost.inFront = false;
    lost.die();
    await vi.advanceTimersByTimeAsync(100);
    next.call(2);
    await vi.advanceTimersByTimeAsync(50);
    next.confirm();
    await settle();
    expect(front()).toBe(spare);
  });

  test('waits longer each time a window is lost again', async () => {
    const { transport, openSession, front } = fixture();
    await keepOpen(transport, openSession);
    for (const delay of [100, 200, 400]) {
      const lost = front();
      lost.inFront = false;
      lost.die();
      await vi.advanceTimersByTimeAsync(delay - 1);
      expect(transport.state.status).toBe('degraded');
      await vi.advanceTimersByTimeAsync(1);
      expect(transport.state.status).toBe('listening');
    }
    await vi.advanceTimersByTimeAsync(60_000);
    const lost = front();
    lost.inFront = false;
    lost.die();
    await vi.advanceTimersByTimeAsync(100);
    expect(transport.state.status).toBe('listening');
  });

  test('names another agent’s process and opens once it is gone', async () => {
    let other: { pid: number } | undefined = { pid: 77 };
    const { transport, openSession, threads } = fixture({
      findOtherAgent: () => other,
      observeProcess: (pid) =>
        new FakeProcess({ pid, executable: 'C:\\PuTTY\\pageant.exe', parents: [], connections: [] }),
    });
    await expect(transport.start(openSession)).rejects.toThrow(TransportError);
    expect(transport.state).toMatchObject({
      status: 'degraded',
      reason: expect.stringContaining('process 77, C:\\PuTTY\\pageant.exe'),
      heldBy: { pid: 77, executable: 'C:\\PuTTY\\pageant.exe' },
    });
    expect(threads).toHaveLength(0);
    other = undefined;
    await transport.start(openSession);
    expect(transport.state.status).toBe('listening');
  });

  test('leaves the window to another agent that has taken it, and its clients where they wait', async () => {
    let other: { pid: number } | undefined;
    const { transport, sessions, openSession, front } = fixture({ findOtherAgent: () => other });
    await keepOpen(transport, openSession);
    front().call(1);
    await vi.advanceTimersByTimeAsync(300);
    const lost = front();
    lost.inFront = false;
    other = { pid: 77 };
    lost.die();
    await vi.advanceTimersByTimeAsync(100);
    expect(transport.state).toMatchObject({ status: 'degraded', heldBy: { pid: 77 } });
    expect(sessions[0]?.closed).toBe(false);
    other = undefined;
    await vi.advanceTimersByTimeAsync(retryMs);
    expect(transport.state.status).toBe('listening');
    expect(front()).not.toBe(lost);
    expect(sessions[0]?.closed).toBe(false);
  });

  test('looks for another agent when none is in the middle of its start', async () => {
    let other: { pid: number } | undefined;
    const { transport, openSession } = fixture({
      findOtherAgent: () => other,
      noAgentStarts: async () => {
        other = { pid: 77 };
      },
    });
    await expect(transport.start(openSession)).rejects.toThrow(/process 77/);
  });

  test('a thread that can’t make its window is an error that can be told', async () => {
    const { transport, openSession } = fixture({
      startThread: (events) => {
        const thread = new FakeThread({ onEvent: () => {}, onEnd: events.onEnd });
        queueMicrotask(() => thread.die(new Error('CreateWindowExW failed')));
        return thread;
      },
    });
    await expect(transport.start(openSession)).rejects.toThrow(/CreateWindowExW failed/);
    expect(transport.state.status).toBe('degraded');
    await transport.stop();
    expect(transport.state.status).toBe('stopped');
  });

  test('a window that the system does not let to the front is an error that can be told, and tried again', async () => {
    let refuses = true;
    const { transport, threads, openSession } = fixture({
      startThread: (events) => {
        const thread = new FakeThread(events);
        thread.refuses = refuses;
        threads.push(thread);
        return thread;
      },
    });
    await expect(transport.start(openSession)).rejects.toThrow(/SetWindowPos failed/);
    expect(transport.state.status).toBe('degraded');
    expect(threads.map(({ stopped }) => stopped)).toEqual([true]);
    refuses = false;
    await transport.start(openSession);
    expect(transport.state.status).toBe('listening');
  });

  test('stop closes every call and window and restarts nothing', async () => {
    const { transport, threads, sessions, openSession, front } = fixture();
    await transport.start(openSession);
    front().call(1);
    await vi.advanceTimersByTimeAsync(500);
    await transport.stop();
    expect(sessions[0]?.closed).toBe(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(threads.every((thread) => thread.stopped)).toBe(true);
    expect(transport.state.status).toBe('stopped');
    await transport.start(openSession);
    expect(transport.state.status).toBe('listening');
  });

  test('leaves no exit listener behind', async () => {
    const before = process.listenerCount('exit');
    const { transport, openSession } = fixture();
    await transport.start(openSession);
    expect(process.listenerCount('exit')).toBe(before + 1);
    await transport.stop();
    expect(process.listenerCount('exit')).toBe(before);
  });
});
