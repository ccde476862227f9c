// Waiting for an answer inside a window procedure, while the same thread goes on answering other clients.
import { dispatchWaitingMessages, postQuitMessage, waitForMessage } from '../../win32/message-window.ts';
import {
  COMMANDS_SENT,
  type CopydataCall,
  type WindowCommand,
  type WindowEvent,
  type WindowSignals,
} from './copydata-messages.ts';

/**
 * An answer that comes within this time is waited for without letting other clients in: most do, and clients
 * that come in a crowd are then served one after another instead of inside each other.
 */
const QUICK_ANSWER_MS = 20;
/** How often is looked whether the clients that wait are still there. */
const ABANDONED_CHECK_MS = 500;

/** What a NestedCalls needs of its thread. */
export interface CallPorts {
  readonly signals: WindowSignals;
  /** The next command of the main thread, if there is one. Never waits. */
  nextCommand(): WindowCommand | undefined;
  post(event: WindowEvent): void;
  /** Gives the window Pageant's title or takes it away. */
  setFront(inFront: boolean): void;
}

interface WaitingCall {
  readonly id: number;
  readonly isAbandoned: () => boolean;
  reply?: Uint8Array;
  abandoned?: boolean;
}

/**
 * The calls that one thread is in the middle of. Each client's SendMessage is a call of the window
 * procedure; one that has to wait pumps messages, so the next client's call runs inside it. Therefore they
 * end in reverse order: an answer for an outer call waits until the inner ones have theirs. (ReplyMessage
 * does not help: it answers the innermost call only.) The main thread keeps that rare by moving new
 * clients to another window as soon as a call has to wait.
 */
export class NestedCalls {
  readonly #ports: CallPorts;
  readonly #waiting: WaitingCall[] = [];
  #lastCheck = 0;
  #ended = false;

  constructor(ports: CallPorts) {
    this.#ports = ports;
  }

  get depth(): number {
    return this.#waiting.length;
  }

  /** True once the thread has been told to end: calls in progress return without an answer. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Hands a call to the main thread and returns its reply; undefined when the client died or the thread ends. */
  ask(call: CopydataCall, isAbandoned: () => boolean): Uint8Array | undefined {
    const waiting: WaitingCall = { id: call.id, isAbandoned };
    this.#waiting.push(waiting);
    try {
      this.#ports.post({ kind: 'call', call });
      this.#awaitQuickAnswer(waiting);
      for (;;) {
        this.readCommands();
        if (waiting.reply || waiting.abandoned || this.#ended) return waiting.reply;
        waitForMessage(ABANDONED_CHECK_MS);
        if (!dispatchWaitingMessages()) this.#end();
        this.#noticeAbandoned();
      }
    } finally {
      this.#waiting.pop();
    }
  }

  #awaitQuickAnswer(waiting: WaitingCall): void {
    const { signals } = this.#ports;
    const deadline = performance.now() + QUICK_ANSWER_MS;
    for (let left = QUICK_ANSWER_MS; left > 0; left = deadline - performance.now()) {
      // Taken before the commands are read: one that comes meanwhile changes it.
      const seen = Atomics.load(signals, COMMANDS_SENT);
      this.readCommands();
      if (waiting.reply || this.#ended) return;
      Atomics.wait(signals, COMMANDS_SENT, seen, left);
    }
  }

  /** Carries out the commands that have come since the last time. */
  readCommands(): void {
    for (let command = this.#ports.nextCommand(); command; command = this.#ports.nextCommand()) {
      if (command.kind === 'reply') this.#keepReply(command.id, command.body);
      else if (command.kind === 'front') this.#ports.setFront(command.inFront);
      else this.#end();
    }
  }

  #keepReply(id: number, body: Uint8Array): void {
    const waiting = this.#waiting.find((call) => call.id === id);
    if (waiting) waiting.reply = body;
  }

  #end(): void {
    this.#ended = true;
    // For the thread's own loop, which sits below all calls. Also when the message that said so was taken here.
    postQuitMessage();
  }

  /** For all levels, since the outer ones can't look while an inner one runs. */
  #noticeAbandoned(): void {
    const now = performance.now();
    if (now - this.#lastCheck < ABANDONED_CHECK_MS) return;
    this.#lastCheck = now;
    for (const call of this.#waiting) {
      if (call.abandoned || call.reply || !call.isAbandoned()) continue;
      call.abandoned = true;
      this.#ports.post({ kind: 'abandoned', id: call.id });
    }
  }
}
