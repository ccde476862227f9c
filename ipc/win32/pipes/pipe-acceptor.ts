// Waits for clients of one pipe name, with spare instances always ready, and hands each over as a descriptor.

import { fileDescriptorOf } from '../libraries/host-executable.ts';
import { closeHandle, kernel32 } from '../libraries/kernel32.ts';
import type { Handle } from '../libraries/native-library.ts';
import { Overlapped } from '../libraries/overlapped.ts';
import {
  ERROR_IO_PENDING,
  ERROR_NO_DATA,
  ERROR_PIPE_CONNECTED,
  Win32Error,
} from '../libraries/win32-error.ts';
import type { UserOnlySecurity } from '../security/user-only-security.ts';
import { completionWaiter } from './completion-waiter.ts';
import { hasPipeClientLeft } from './pipe-peer.ts';
import { assertPipeIsForUserAlone, createPipeInstance, pipeSecurity } from './secure-pipe.ts';

/**
 * Instances that wait at any time. A client that finds none is told "busy": ssh.exe then sleeps a whole second, and JGit
 * and npiperelay give up. A burst, such as a build that fetches 200 repositories, must therefore find room until this
 * process gets its turn.
 */
const SPARE_INSTANCES = 256;
/** Of these are made at once; the others by so many in a turn of the event loop, as each takes a tenth of a millisecond. */
const URGENT_INSTANCES = 32;
const INSTANCES_PER_TURN = 8;

export interface PipeClient {
  /** An overlapped pipe, for `new Socket({ fd })`; the receiver owns it. */
  readonly descriptor: number;
  readonly pid: number | undefined;
  /** Asks the system, for as long as the descriptor is open, whether the client has closed its end. */
  readonly hasLeft: () => boolean;
}

export interface PipeEvents {
  onClient(client: PipeClient): void;
  /** No instance is left and none can be made: nobody can come in any more. Nothing follows. */
  onLost(error: unknown): void;
}

interface WaitingInstance {
  readonly pipe: Handle;
  /** Undefined when a client came between creation and the wait for it. */
  readonly overlapped: Overlapped | undefined;
}

/** The server side of one pipe name. */
export class PipeAcceptor {
  readonly #name: string;
  readonly #events: PipeEvents;
  readonly #waiting = new Set<WaitingInstance>();
  readonly #onCompletion = () => this.#collect();
  #security: UserOnlySecurity | undefined;
  #growing: NodeJS.Immediate | undefined;

  constructor(name: string, events: PipeEvents) {
    this.#name = name;
    this.#events = events;
  }

  /**
   * Takes the name. Throws Win32Error when somebody else has it, MalformedSecurityError when the system
   * did not give the pipe the protection that was asked for. All of it happens before it returns.
   */
  open(): void {
    this.#security = pipeSecurity();
    try {
      this.#addInstance(this.#security, true);
      this.#fillTo(URGENT_INSTANCES);
    } catch (error: unknown) {
      this.#closeWaiting();
      throw error;
    }
    completionWaiter.add(this.#onCompletion);
    completionWaiter.wake();
    this.#growSoon();
  }

  /** Gives the name back; clients that are connected are not touched. Safe to call twice. */
  async close(): Promise<void> {
    this.#closeWaiting();
    await completionWaiter.remove(this.#onCompletion);
  }

  #collect(): void {
    const connected: Handle[] = [];
    let changed = false;
    for (const instance of this.#waiting) {
      const { pipe, overlapped } = instance;
      if (overlapped?.isPending) continue;
      changed = true;
      this.#waiting.delete(instance);
      const succeeded = overlapped?.hasSucceeded ?? true;
      overlapped?.free();
      if (succeeded) connected.push(pipe);
      else closeHandle(pipe);
    }
    if (!changed) return;
    // New instances first: somebody may be finding the name busy right now.
    const error = this.#tryToFillTo(URGENT_INSTANCES);
    completionWaiter.wake();
    for (const pipe of connected) this.#handOver(pipe);
    if (error !== undefined && this.#waiting.size === 0) {
      void this.close();
      this.#events.onLost(error);
    } else this.#growSoon();
  }

  #growSoon(): void {
    const isOpen = this.#security !== undefined;
    if (isOpen && this.#waiting.size < SPARE_INSTANCES) this.#growing ??= setImmediate(() => this.#grow());
  }

  #grow(): void {
    this.#growing = undefined;
    const error = this.#tryToFillTo(Math.min(this.#waiting.size + INSTANCES_PER_TURN, SPARE_INSTANCES));
    completionWaiter.wake();
    // With an error it goes on after the next client.
    if (error === undefined) this.#growSoon();
  }

  #handOver(pipe: Handle): void {
    const pid = [0];
    // SAFETY: writes one uint32; the instance is open and connected.
    const known = kernel32().GetNamedPipeClientProcessId(pipe, pid);
    let descriptor: number;
    try {
      descriptor = fileDescriptorOf(pipe);
    } catch {
      // This client is refused; the others are served.
      closeHandle(pipe);
      return;
    }
    this.#events.onClient({
      descriptor,
      pid: (known && pid[0]) || undefined,
      hasLeft: () => hasPipeClientLeft(pipe),
    });
  }

  #tryToFillTo(count: number): unknown {
    try {
      this.#fillTo(count);
      return undefined;
    } catch (error: unknown) {
      return error;
    }
  }

  #fillTo(count: number): void {
    const security = this.#security;
    while (security && this.#waiting.size < count) this.#addInstance(security, false);
  }

  #addInstance(security: UserOnlySecurity, first: boolean): void {
    const pipe = createPipeInstance(this.#name, security, first);
    try {
      // SECURITY: each one. When all instances were gone for a moment, another user may have taken the name since.
      assertPipeIsForUserAlone(pipe);
    } catch (error: unknown) {
      closeHandle(pipe);
      throw error;
    }
    this.#await(pipe);
  }

  #await(pipe: Handle): void {
    const overlapped = new Overlapped(completionWaiter.event);
    // SAFETY: the OVERLAPPED stays until the operation has ended (Overlapped.free).
    const connectedNow = kernel32().ConnectNamedPipe(pipe, overlapped.address);
    // SAFETY: asks for the error of the call before.
    const error = connectedNow ? ERROR_PIPE_CONNECTED : kernel32().GetLastError();
    if (error === ERROR_IO_PENDING) {
      this.#waiting.add({ pipe, overlapped });
      return;
    }
    overlapped.freeUnused();
    if (error === ERROR_PIPE_CONNECTED) {
      this.#waiting.add({ pipe, overlapped: undefined });
      return;
    }
    closeHandle(pipe);
    // A client that came and left again: another instance is made. Anything else would fail for that one as well.
    if (error !== ERROR_NO_DATA) throw new Win32Error('ConnectNamedPipe', error);
  }

  #closeWaiting(): void {
    if (this.#growing) clearImmediate(this.#growing);
    this.#growing = undefined;
    for (const { pipe, overlapped } of this.#waiting) {
      // SAFETY: both belong to the same operation, which may have ended already.
      if (overlapped) kernel32().CancelIoEx(pipe, overlapped.address);
      closeHandle(pipe);
      overlapped?.free();
    }
    this.#waiting.clear();
    this.#security?.dispose();
    this.#security = undefined;
  }
}
