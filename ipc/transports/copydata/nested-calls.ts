// Waiting for an answer inside a window procedure, while the same thread goes on answering other clients.
import { FAILURE_BODY } from '../streams/message-framing.ts';
import {
  type CopydataCall,
  MAX_NESTED_CALLS,
  type WindowCommand,
  type WindowEvent,
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
  /** Milliseconds from any fixed moment. */
  now(): number;
  /** How many commands the main thread has sent so far. */
  commandsSent(): number;
  /** Waits, without answering messages, until that number is no longer `seen` or the time is over. */
  waitForCommand(seen: number, timeoutMs: number): void;
  /** The next command of the main thread, if there is one. Never waits. */
  nextCommand(): WindowCommand | undefined;
  post(event: WindowEvent): void;
  /** Makes the window the one that new clients find, or one behind it. */
  setFront(inFront: boolean): void;
  readonly pump: MessagePump;
}

/** The message queue of the calling thread; as in ipc/win32/desktop/message-window.ts. */
export interface MessagePump {
  waitForMessage(timeoutMs: number): void;
  dispatchWaitingMessages(): boolean;
  postQuitMessage(): void;
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
  #lastCheck = Number.NEGATIVE_INFINITY;
  #ended = false;

  constructor(ports: CallPorts) {
    this.#ports = ports;
  }

  /** True once the thread has been told to end: calls in progress return without an answer. */
  get ended(): boolean {
    return this.#ended;
  }

  /**
   * Hands a call to the main thread and returns its reply: a failure at once when too many are in progress,
   * undefined when the client has died or the thread is to end.
   */
  ask(call: CopydataCall, isAbandoned: () => boolean): Uint8Array | undefined {
    if (this.#waiting.length >= MAX_NESTED_CALLS) return FAILURE_BODY;
    const waiting: WaitingCall = { id: call.id, isAbandoned };
    this.#waiting.push(waiting);
    try {
      this.#ports.post({ kind: 'call', call });
      this.#awaitQuickAnswer(waiting);
      for (;;) {
        this.readCommands();
        if (waiting.reply || waiting.abandoned || this.#ended) return waiting.reply;
        this.#ports.pump.waitForMessage(ABANDONED_CHECK_MS);
        if (!this.#ports.pump.dispatchWaitingMessages()) this.#end();
        this.#noticeAbandoned();
      }
    } finally {
      this.#waiting.pop();
    }
  }

  #awaitQuickAnswer(waiting: WaitingCall): void {
    const deadline = this.#ports.now() + QUICK_ANSWER_MS;
    for (let left = QUICK_ANSWER_MS; left > 0; left = deadline - this.#ports.now()) {
      // Taken before the commands are read: one that comes meanwhile changes it.
      const seen = this.#ports.commandsSent();
      this.readCommands();
      if (waiting.reply || this.#ended) return;
      this.#ports.waitForCommand(seen, left);
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
    this.#ports.pump.postQuitMessage();
  }

  /** For all levels, since the outer ones can't look while an inner one runs. */
  #noticeAbandoned(): void {
    const now = this.#ports.now();
    if (now - this.#lastCheck < ABANDONED_CHECK_MS) return;
    this.#lastCheck = now;
    for (const call of this.#waiting) {
      if (call.abandoned || call.reply || !call.isAbandoned()) continue;
      call.abandoned = true;
      this.#ports.post({ kind: 'abandoned', id: call.id });
    }
  }
}
