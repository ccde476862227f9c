// The old door of Windows: the hidden window `Pageant` that WM_COPYDATA clients look for.
import type { OpenSession, Session } from '../../../main/agent/agent.ts';
import { ObservableState } from '../observable-state.ts';
import { executableOf, type ObserveProcess, observeIfKnown } from '../observe-process.ts';
import { type Transport, TransportError, type TransportState } from '../transport.ts';
import { type CopydataCall, PAGEANT_WINDOW } from './copydata-messages.ts';
import { ForwardingSenders } from './forwarding-senders.ts';
import { WindowRow } from './window-row.ts';
import type { StartWindowThread } from './window-thread.ts';

const NAME = 'copydata';
const ADDRESS = `window “${PAGEANT_WINDOW}” (WM_COPYDATA)`;
const FIRST_RESTART_MS = 100;
const LONGEST_RESTART_MS = 30_000;
/** A window that stood this long was not opened in vain: the next restart is quick again. */
const STABLE_AFTER_MS = 60_000;

export interface CopydataTransportParts {
  /** `usable-keys-only`: such clients see and use the keys only that need no person. */
  readonly legacyClients: 'prompt' | 'usable-keys-only';
  readonly startThread: StartWindowThread;
  /** Resolves at a moment when no other agent is in the middle of its start, with a pipe and not yet a window. */
  readonly noAgentStarts: () => Promise<void>;
  /** The process of another agent's window, if there is one. */
  readonly findOtherAgent: () => { readonly pid: number } | undefined;
  readonly observeProcess: ObserveProcess;
  /** When a process was started, in any unit; undefined when it can't be learnt. */
  readonly startOfProcess: (pid: number) => number | undefined;
}

/** The transport over its parts; `createCopydataTransport` supplies those of Windows. */
export class CopydataTransport implements Transport {
  readonly name = NAME;
  readonly #parts: CopydataTransportParts;
  readonly #senders: ForwardingSenders;
  readonly #state = new ObservableState();
  #row: WindowRow | undefined;
  #openedAt = 0;
  #restartMs = FIRST_RESTART_MS;
  #restartTimer: NodeJS.Timeout | undefined;
  /** start() and stop() take turns, so that neither meets a half-open door. */
  #turn: Promise<void> = Promise.resolve();

  constructor(parts: CopydataTransportParts) {
    this.#parts = parts;
    this.#senders = new ForwardingSenders(parts.startOfProcess);
  }

  get state(): TransportState {
    return this.#state.current;
  }

  onStateChanged(listener: (state: TransportState) => void): () => void {
    return this.#state.onChanged(listener);
  }

  start(openSession: OpenSession): Promise<void> {
    const started = this.#turn.then(() => this.#start(openSession));
    this.#turn = started.catch(() => {});
    return started;
  }

  stop(): Promise<void> {
    const stopped = this.#turn.then(() => this.#stop());
    this.#turn = stopped.catch(() => {});
    return stopped;
  }

  async #start(openSession: OpenSession): Promise<void> {
    if (this.#state.current.status === 'listening') return;
    clearTimeout(this.#restartTimer);
    this.#state.set({ status: 'starting' });
    try {
      await this.#open(openSession);
    } catch (error: unknown) {
      const failure = error instanceof TransportError ? error : unexpectedFailure(error);
      const { message: reason, remedy, heldBy } = failure;
      this.#state.set({ status: 'degraded', reason, remedy, ...(heldBy && { heldBy }) });
      throw failure;
    }
    this.#openedAt = performance.now();
    this.#state.set({ status: 'listening', address: ADDRESS });
  }

  async #open(openSession: OpenSession): Promise<void> {
    // A repair does not wait: an agent that started since has seen our pipe.
    if (!this.#row) await this.#parts.noAgentStarts();
    const other = this.#parts.findOtherAgent();
    if (other) throw await this.#takenError(other.pid);
    // After a repair the row is there already, with clients that still wait behind the front.
    this.#row ??= this.#newRow(openSession);
    if (!this.#row.hasFront) await this.#row.openFront();
  }

  #newRow(openSession: OpenSession): WindowRow {
    process.once('exit', this.#closeAtExit);
    return new WindowRow({
      startThread: this.#parts.startThread,
      openSession: (call) => this.#openSession(openSession, call),
      onFrontLost: (error) => this.#repair(openSession, error),
    });
  }

  async #stop(): Promise<void> {
    clearTimeout(this.#restartTimer);
    await this.#row?.close();
    this.#row = undefined;
    process.removeListener('exit', this.#closeAtExit);
    if (this.#state.current.status !== 'stopped') this.#state.set({ status: 'stopped' });
  }

  /** process.exit() would wait for ever for a thread that waits for messages. */
  readonly #closeAtExit = (): void => this.#row?.closeAtExit();

  /** The window that new clients find has gone by no wish of ours: another one is opened. */
  #repair(openSession: OpenSession, error: Error | undefined): void {
    if (performance.now() - this.#openedAt >= STABLE_AFTER_MS) this.#restartMs = FIRST_RESTART_MS;
    const delay = this.#restartMs;
    this.#restartMs = Math.min(delay * 2, LONGEST_RESTART_MS);
    this.#state.set({
      status: 'degraded',
      reason: `The window for older programs has closed unexpectedly${error ? `: ${error.message}` : ''}.`,
      remedy:
        'It is being opened again. If this repeats, look for a program that ends other programs’ windows.',
    });
    this.#scheduleRestart(openSession, delay);
  }

  #scheduleRestart(openSession: OpenSession, delay: number): void {
    this.#restartTimer = setTimeout(() => {
      // A failure is in the state already, and whoever watches it tries again.
      this.start(openSession).catch(() => {});
    }, delay);
  }

  /** One session for each call. The client waits in SendMessage until it is answered, unless it is ended by force. */
  #openSession(openSession: OpenSession, { pid, maxReplyBytes }: CopydataCall): Session {
    const client = observeIfKnown(pid, this.#parts.observeProcess);
    try {
      const session = openSession({
        transport: NAME,
        ...(pid !== undefined && { pid }),
        mayPrompt: this.#parts.legacyClients === 'prompt',
        maxReplyBytes,
        sender: this.#senders.of(pid),
        describe: () => client.describe(),
      });
      return {
        handle: (message) => session.handle(message),
        end: () => session.end(),
        close() {
          session.close();
          client.close();
        },
      };
    } catch (error: unknown) {
      client.close();
      throw error;
    }
  }

  async #takenError(pid: number): Promise<TransportError> {
    const executable = await executableOf(pid, this.#parts.observeProcess);
    return new TransportError(
      `Another agent already answers older programs (process ${pid}${executable ? `, ${executable}` : ''}).`,
      'Quit that agent (Pageant: right-click its tray icon and choose Exit); this door then opens by itself.',
      { heldBy: { pid, ...(executable && { executable }) } },
    );
  }
}

function unexpectedFailure(cause: unknown): TransportError {
  const problem = cause instanceof Error ? cause.message : String(cause);
  return new TransportError(
    `The window for older programs can’t be opened: ${problem}.`,
    'Programs that use the named pipe still work. Sallyport needs a desktop session for this window: start it as a signed-in user, not as a service.',
    { cause },
  );
}
