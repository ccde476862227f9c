// The old door of Windows: the hidden window `Pageant` that WM_COPYDATA clients look for.
import type { OpenSession, Session } from '../../../main/agent/agent.ts';
import { executableOf, type ObserveProcess, observeIfKnown } from '../observe-process.ts';
import { TransportError } from '../transport.ts';
import type { Door } from '../transport-lifecycle.ts';
import { type CopydataCall, PAGEANT_WINDOW } from './copydata-messages.ts';
import { ForwardingSenders } from './forwarding-senders.ts';
import { WindowRow } from './window-row.ts';
import type { StartWindowThread } from './window-thread.ts';

export const COPYDATA_NAME = 'copydata';

export interface CopydataDoorParts {
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

/** The door over its parts; `createCopydataTransport` supplies those of Windows. */
export class CopydataDoor implements Door<WindowRow> {
  readonly address = `window “${PAGEANT_WINDOW}” (WM_COPYDATA)`;
  readonly #parts: CopydataDoorParts;
  readonly #senders: ForwardingSenders;

  constructor(parts: CopydataDoorParts) {
    this.#parts = parts;
    this.#senders = new ForwardingSenders(parts.startOfProcess);
  }

  async open(openSession: OpenSession, onLost: (reason: TransportError) => void): Promise<WindowRow> {
    await this.#parts.noAgentStarts();
    await this.#assertNoOtherAgent();
    const row = new WindowRow({
      startThread: this.#parts.startThread,
      openSession: (call) => this.#openSession(openSession, call),
      onFrontLost: (error) => onLost(lostFront(error)),
    });
    process.once('exit', row.closeAtExit);
    try {
      await row.openFront();
      return row;
    } catch (error: unknown) {
      await this.close(row);
      throw error;
    }
  }

  /** Clients that still wait in windows behind the front stay. An agent that has started since has seen our pipe. */
  async reopen(row: WindowRow): Promise<void> {
    await this.#assertNoOtherAgent();
    await row.openFront();
  }

  async close(row: WindowRow): Promise<void> {
    await row.close();
    process.removeListener('exit', row.closeAtExit);
  }

  explain(cause: unknown): TransportError {
    const problem = cause instanceof Error ? cause.message : String(cause);
    return new TransportError(
      `The window for older programs can’t be opened: ${problem}.`,
      'Programs that use the named pipe still work. Sallyport needs a desktop session for this window: start it as a signed-in user, not as a service.',
      { cause },
    );
  }

  /** One session for each call. The client waits in SendMessage until it is answered, unless it is ended by force. */
  #openSession(openSession: OpenSession, { pid, maxReplyBytes }: CopydataCall): Session {
    const client = observeIfKnown(pid, this.#parts.observeProcess);
    try {
      const session = openSession({
        transport: COPYDATA_NAME,
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

  async #assertNoOtherAgent(): Promise<void> {
    const other = this.#parts.findOtherAgent();
    if (!other) return;
    const { pid } = other;
    const executable = await executableOf(pid, this.#parts.observeProcess);
    throw new TransportError(
      `Another agent already answers older programs (process ${pid}${executable ? `, ${executable}` : ''}).`,
      'Quit that agent (Pageant: right-click its tray icon and choose Exit); this door then opens by itself.',
      { heldBy: { pid, ...(executable && { executable }) } },
    );
  }
}

/** The window that new clients find has gone by no wish of ours. */
function lostFront(error: Error | undefined): TransportError {
  return new TransportError(
    `The window for older programs has closed unexpectedly${error ? `: ${error.message}` : ''}.`,
    'It is being opened again. If this repeats, look for a program that ends other programs’ windows.',
  );
}
