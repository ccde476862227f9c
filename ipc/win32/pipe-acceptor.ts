// Waits for clients of one pipe name, with spare instances always ready, and hands each over as a descriptor.
import { completionWaiter } from './completion-waiter.ts';
import { fileDescriptorOf } from './host-executable.ts';
import { closeHandle, kernel32 } from './kernel32.ts';
import type { Handle } from './native-library.ts';
import { Overlapped } from './overlapped.ts';
import {
  assertPipeIsForUserAlone,
  createPipeInstance,
  pipeSecurity,
  type UserOnlySecurity,
} from './secure-pipe.ts';
import { ERROR_IO_PENDING, ERROR_PIPE_CONNECTED } from './win32-error.ts';

/**
 * Instances that wait at any time. A client that finds none is told "busy", and ssh.exe then sleeps a
 * whole second; a burst must therefore find room until this process gets its turn.
 */
const SPARE_INSTANCES = 32;

export interface PipeClient {
  /** An overlapped pipe, for `new Socket({ fd })`; the receiver owns it. */
  readonly descriptor: number;
  readonly pid: number | undefined;
}

export interface PipeEvents {
  onClient(client: PipeClient): void;
  /** No instance is left and none can be made: nobody can come in any more. Nothing follows. */
  onLost(error: unknown): void;
}

interface WaitingInstance {
  readonly pipe: Handle;
  readonly overlapped: Overlapped;
  /** A client came between creation and the wait for it; the OVERLAPPED is not used then. */
  readonly connectedAtOnce: boolean;
}

/** The server side of one pipe name. */
export class PipeAcceptor {
  readonly #name: string;
  readonly #events: PipeEvents;
  readonly #waiting = new Set<WaitingInstance>();
  readonly #onCompletion = () => this.#collect();
  #security: UserOnlySecurity | undefined;

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
      const first = createPipeInstance(this.#name, this.#security, true);
      try {
        assertPipeIsForUserAlone(first);
      } catch (error: unknown) {
        closeHandle(first);
        throw error;
      }
      this.#await(first);
      this.#replenish();
    } catch (error: unknown) {
      this.#closeWaiting();
      throw error;
    }
    completionWaiter.add(this.#onCompletion);
    completionWaiter.wake();
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
      if (!instance.connectedAtOnce && instance.overlapped.isPending) continue;
      changed = true;
      this.#waiting.delete(instance);
      const succeeded = instance.connectedAtOnce || instance.overlapped.hasSucceeded;
      instance.overlapped.free();
      if (succeeded) connected.push(instance.pipe);
      else closeHandle(instance.pipe);
    }
    if (!changed) return;
    // New instances first: somebody may be finding the name busy right now.
    const error = this.#tryReplenish();
    completionWaiter.wake();
    for (const pipe of connected) this.#handOver(pipe);
    if (error !== undefined && this.#waiting.size === 0) {
      void this.close();
      this.#events.onLost(error);
    }
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
    this.#events.onClient({ descriptor, pid: (known && pid[0]) || undefined });
  }

  #tryReplenish(): unknown {
    try {
      this.#replenish();
      return undefined;
    } catch (error: unknown) {
      return error;
    }
  }

  #replenish(): void {
    const security = this.#security;
    while (security && this.#waiting.size < SPARE_INSTANCES) {
      this.#await(createPipeInstance(this.#name, security, false));
    }
  }

  #await(pipe: Handle): void {
    const overlapped = new Overlapped(completionWaiter.event);
    // SAFETY: the OVERLAPPED stays until the operation has ended (Overlapped.free).
    const connectedNow = kernel32().ConnectNamedPipe(pipe, overlapped.address);
    // SAFETY: asks for the error of the call before.
    const error = connectedNow ? ERROR_PIPE_CONNECTED : kernel32().GetLastError();
    if (error === ERROR_PIPE_CONNECTED || error === ERROR_IO_PENDING) {
      this.#waiting.add({ pipe, overlapped, connectedAtOnce: error === ERROR_PIPE_CONNECTED });
    } else {
      // A client that came and left again, at once: make another instance.
      overlapped.free();
      closeHandle(pipe);
    }
  }

  #closeWaiting(): void {
    for (const { pipe, overlapped } of this.#waiting) {
      // SAFETY: both belong to the same operation, which may have ended already.
      kernel32().CancelIoEx(pipe, overlapped.address);
      closeHandle(pipe);
      overlapped.free();
    }
    this.#waiting.clear();
    this.#security?.dispose();
    this.#security = undefined;
  }
}
