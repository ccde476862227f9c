// One window and the calls that came through it: a session for each, its answer, and its end.
import type { Session } from '../../../main/agent/agent.ts';
import { FAILURE_BODY } from '../streams/message-framing.ts';
import type { CopydataCall, WindowEvent } from './copydata-messages.ts';
import type { StartWindowThread, WindowThread } from './window-thread.ts';

/**
 * A call may be waiting for a person when it has not been answered by then. Sooner than its thread lets other
 * clients in (NestedCalls), so that they have gone to another window by then.
 */
const LONG_CALL_MS = 10;

export interface ServedWindowOptions {
  readonly startThread: StartWindowThread;
  readonly openSession: (call: CopydataCall) => Session;
  /** A call has to wait: the window can't keep the order of answers for those that come now. */
  readonly onLongCall: () => void;
  /** The last call has been answered. */
  readonly onIdle: () => void;
  /** The thread is gone; its calls have been closed. */
  readonly onEnd: (error: Error | undefined) => void;
}

export class ServedWindow {
  /** Resolves when the window is there, not yet in front; rejects when it can't be made. */
  readonly ready: Promise<void>;
  readonly #options: ServedWindowOptions;
  readonly #thread: WindowThread;
  readonly #sessions = new Map<number, Session>();
  #openCalls = 0;
  #longCalls = 0;
  #ready = false;
  #awaited: { resolve: () => void; reject: (error: Error) => void } | undefined;
  #ended: Error | undefined;

  /** Starts the thread. Until `ready` resolves the window has no use. */
  constructor(options: ServedWindowOptions) {
    this.#options = options;
    this.#thread = options.startThread({
      onEvent: (event) => this.#receive(event),
      onEnd: (error) => this.#end(error),
    });
    this.ready = this.#confirmation().then(() => {
      this.#ready = true;
    });
    // Whoever waits for it is told; it may be nobody.
    this.ready.catch(() => {});
  }

  /** True while a client waits in this window for longer than a moment. */
  get hasLongCall(): boolean {
    return this.#longCalls > 0;
  }

  get isReady(): boolean {
    return this.#ready;
  }

  /** True when it has nothing to do. */
  get isIdle(): boolean {
    return this.#openCalls === 0;
  }

  /**
   * Makes this the window that new clients find, or no longer. Rejects when the system refuses, or the thread ends
   * meanwhile.
   */
  async setFront(inFront: boolean): Promise<void> {
    const confirmed = this.#confirmation();
    this.#thread.send({ kind: 'front', inFront });
    await confirmed;
  }

  /** Closes all calls and ends the thread. */
  async stop(): Promise<void> {
    this.#closeSessions();
    await this.#thread.stop();
  }

  stopAtExit(): void {
    this.#thread.stopAtExit();
  }

  /** Settles with the next event that answers what was asked of the thread: one thing at a time is asked. */
  #confirmation(): Promise<void> {
    if (this.#ended) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      this.#awaited = { resolve, reject };
    });
  }

  #receive(event: WindowEvent): void {
    if (event.kind === 'call') this.#serve(event.call);
    else if (event.kind === 'abandoned') this.#closeSession(event.id);
    else if (event.kind === 'front' && event.problem !== undefined)
      this.#awaited?.reject(new Error(event.problem));
    else this.#awaited?.resolve();
  }

  #serve(call: CopydataCall): void {
    let long = false;
    this.#openCalls += 1;
    const timer = setTimeout(() => {
      long = true;
      this.#longCalls += 1;
      this.#options.onLongCall();
    }, LONG_CALL_MS);
    const finish = (body: Uint8Array) => {
      clearTimeout(timer);
      if (long) this.#longCalls -= 1;
      this.#finish(call, body);
    };
    // The agent promises never to reject; if it does, the client must not hang.
    this.#answer(call).then(finish, () => finish(FAILURE_BODY));
  }

  #finish(call: CopydataCall, body: Uint8Array): void {
    this.#openCalls -= 1;
    this.#closeSession(call.id);
    // It may hold a private key that is being added.
    call.body.fill(0);
    if (!this.#ended) this.#thread.send({ kind: 'reply', id: call.id, body });
    if (this.isIdle) this.#options.onIdle();
  }

  async #answer(call: CopydataCall): Promise<Uint8Array> {
    const session = this.#options.openSession(call);
    this.#sessions.set(call.id, session);
    return session.handle(call.body);
  }

  #closeSession(id: number): void {
    const session = this.#sessions.get(id);
    this.#sessions.delete(id);
    session?.close();
  }

  #closeSessions(): void {
    for (const id of [...this.#sessions.keys()]) this.#closeSession(id);
  }

  #end(error: Error | undefined): void {
    this.#ended = error ?? new Error('its thread has ended');
    this.#awaited?.reject(this.#ended);
    this.#closeSessions();
    this.#options.onEnd(error);
  }
}
