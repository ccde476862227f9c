// What start() and stop() have in common for all doors: taking turns, the state, and what a failure becomes.
import type { OpenSession } from '../../main/agent/agent.ts';
import { Listeners } from '../../main/basics/listeners.ts';
import { OneAtATime } from '../../main/basics/one-at-a-time.ts';
import { type Transport, TransportError, type TransportState } from './transport.ts';

/** The part of a transport that is its own. `Opened` is what it needs to close again. */
export interface Door<Opened> {
  /** What a client is told: a path or a pipe name. */
  readonly address: string;
  /**
   * Resolves when clients can come in. May reject with anything; leaves nothing open then. `onLost` is for
   * a door that shuts by itself later: it is degraded until it is started again, and closed if it can't be reopened.
   */
  open(openSession: OpenSession, onLost: (reason: TransportError) => void): Promise<Opened>;
  /**
   * For a door whose clients inside stay when it shuts by itself: lets new ones come in again. Rejects as `open`
   * does, and may be called again then.
   */
  reopen?(lost: Opened): Promise<void>;
  close(opened: Opened): Promise<void>;
  /** Words for a failure that is no TransportError. */
  explain(cause: unknown): TransportError;
}

/** A transport from a door. start() of an open one changes nothing; start() and stop() wait for each other. */
export function createTransport<Opened>(name: string, door: Door<Opened>): Transport {
  const listeners = new Listeners<[TransportState]>();
  const turns = new OneAtATime();
  let state: TransportState = { status: 'stopped' };
  let opened: Opened | undefined;
  /** Of what is open nothing but the clients inside is left. */
  let isLost = false;

  function change(to: TransportState): void {
    state = to;
    listeners.tell(to);
  }

  function degrade({ message: reason, remedy, heldBy }: TransportError): void {
    change({ status: 'degraded', reason, remedy, ...(heldBy && { heldBy }) });
  }

  async function start(openSession: OpenSession): Promise<void> {
    if (opened !== undefined && !isLost) return;
    change({ status: 'starting' });
    try {
      if (opened === undefined) opened = await open(openSession);
      else await door.reopen?.(opened);
    } catch (error: unknown) {
      const failure = error instanceof TransportError ? error : door.explain(error);
      degrade(failure);
      throw failure;
    }
    isLost = false;
    change({ status: 'listening', address: door.address });
  }

  async function open(openSession: OpenSession): Promise<Opened> {
    let current: Opened | undefined;
    current = await door.open(openSession, (reason) => {
      void turns.run(() => lose(current, reason));
    });
    return current;
  }

  async function lose(lost: Opened | undefined, reason: TransportError): Promise<void> {
    // It may have been stopped, and even started again, before its turn came.
    if (lost === undefined || opened !== lost) return;
    if (door.reopen) isLost = true;
    else {
      opened = undefined;
      await door.close(lost).catch(() => {});
    }
    degrade(reason);
  }

  async function stop(): Promise<void> {
    const closing = opened;
    opened = undefined;
    isLost = false;
    try {
      if (closing !== undefined) await door.close(closing);
    } finally {
      if (state.status !== 'stopped') change({ status: 'stopped' });
    }
  }

  return {
    name,
    get state() {
      return state;
    },
    onStateChanged: (listener) => listeners.add(listener),
    start: (openSession) => turns.run(() => start(openSession)),
    stop: () => turns.run(stop),
  };
}
