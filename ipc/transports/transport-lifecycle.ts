// What start() and stop() have in common for all doors: taking turns, the state, and what a failure becomes.
import type { OpenSession } from '../../main/agent/agent.ts';
import { ObservableState } from './observable-state.ts';
import { type Transport, TransportError } from './transport.ts';

/** The part of a transport that is its own. `Opened` is what it needs to close again. */
export interface Door<Opened> {
  /** What a client is told: a path or a pipe name. */
  readonly address: string;
  /**
   * Resolves when clients can come in. May reject with anything; leaves nothing open then. `onLost` is for
   * a door that shuts by itself later: it is closed then, and degraded until it is started again.
   */
  open(openSession: OpenSession, onLost: (reason: TransportError) => void): Promise<Opened>;
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

  function degrade({ message: reason, remedy, heldBy }: TransportError): void {
    state.set({ status: 'degraded', reason, remedy, ...(heldBy && { heldBy }) });
  }

  async function start(openSession: OpenSession): Promise<void> {
    if (opened !== undefined) return;
    state.set({ status: 'starting' });
    try {
      let current: Opened | undefined;
      current = await door.open(openSession, (reason) => {
        void inTurn(() => lose(current, reason));
      });
      opened = current;
    } catch (error: unknown) {
      const failure = error instanceof TransportError ? error : door.explain(error);
      degrade(failure);
      throw failure;
    }
    state.set({ status: 'listening', address: door.address });
  }

  async function lose(lost: Opened | undefined, reason: TransportError): Promise<void> {
    // It may have been stopped, and even started again, before its turn came.
    if (lost === undefined || opened !== lost) return;
    opened = undefined;
    await door.close(lost).catch(() => {});
    degrade(reason);
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
