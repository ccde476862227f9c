// What start() and stop() have in common for all doors: taking turns, the state, and what a failure becomes.
import type { OpenSession } from '../../main/agent/agent.ts';
import { ObservableState } from './observable-state.ts';
import { type Transport, TransportError } from './transport.ts';

/** The part of a transport that is its own. `Opened` is what it needs to close again. */
export interface Door<Opened> {
  /** What a client is told: a path or a pipe name. */
  readonly address: string;
  /** Resolves when clients can come in. May reject with anything; leaves nothing open then. */
  open(openSession: OpenSession): Promise<Opened>;
  close(opened: Opened): Promise<void>;
  /** Words for a failure that is no TransportError. */
  explain(cause: unknown): TransportError;
}

/** A transport from a door. start() of an open one changes nothing; start() and stop() wait for each other. */
export function createTransport<Opened>(name: string, door: Door<Opened>): Transport {
  const state = new ObservableState();
  let opened: Opened | undefined;
  let turn: Promise<void> = Promise.resolve();

  function inTurn(action: () => Promise<void>): Promise<void> {
    const done = turn.then(action);
    turn = done.catch(() => {});
    return done;
  }

  async function start(openSession: OpenSession): Promise<void> {
    if (opened !== undefined) return;
    state.set({ status: 'starting' });
    try {
      opened = await door.open(openSession);
    } catch (error: unknown) {
      const failure = error instanceof TransportError ? error : door.explain(error);
      const { message: reason, remedy, heldBy } = failure;
      state.set({ status: 'degraded', reason, remedy, ...(heldBy && { heldBy }) });
      throw failure;
    }
    state.set({ status: 'listening', address: door.address });
  }

  async function stop(): Promise<void> {
    const closing = opened;
    opened = undefined;
    try {
      if (closing !== undefined) await door.close(closing);
    } finally {
      if (state.current.status !== 'stopped') state.set({ status: 'stopped' });
    }
  }

  return {
    name,
    get state() {
      return state.current;
    },
    onStateChanged: (listener) => state.onChanged(listener),
    start: (openSession) => inTurn(() => start(openSession)),
    stop: () => inTurn(stop),
  };
}
