// A transport on a named pipe of Windows. The doors that use it differ in name and in what they advise.
import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { OpenSession } from '../../main/agent/agent.ts';
import { PipeAcceptor, type PipeClient } from '../win32/pipe-acceptor.ts';
import { findPipeHolder, type PipeHolder, pipeExists } from '../win32/pipe-holder.ts';
import { describeProcess } from '../win32/process-facts.ts';
import { MalformedSecurityError } from '../win32/sid.ts';
import { ERROR_ACCESS_DENIED, ERROR_PIPE_BUSY, Win32Error } from '../win32/win32-error.ts';
import { describeOnce } from './describe-once.ts';
import { ObservableState } from './observable-state.ts';
import { StreamConnections } from './stream-connections.ts';
import { type Transport, TransportError, type TransportState } from './transport.ts';

const TAKEN_CODES: readonly number[] = [ERROR_ACCESS_DENIED, ERROR_PIPE_BUSY];

export interface PipeDoor {
  /** `Transport.name`. */
  readonly name: string;
  /** Pipe names. The first must open; the others are for clients that compute another name. */
  readonly addresses: () => readonly [string, ...string[]];
  /** What to do when `holder` (undefined: not to be learnt) has the name. */
  readonly remedyWhenTaken: (holder: PipeHolder | undefined) => string;
  /** Runs the opening, which is over when it returns, at a moment when no other agent opens its doors. */
  readonly exclusively?: (open: () => void) => Promise<void>;
}

/** A transport that listens on the door's pipe names, for this user's programs alone. */
export function createNamedPipeTransport(door: PipeDoor): Transport {
  return new NamedPipeTransport(door);
}

class NamedPipeTransport implements Transport {
  readonly name: string;
  readonly #door: PipeDoor;
  readonly #state = new ObservableState();
  readonly #connections = new StreamConnections();
  #acceptors: PipeAcceptor[] = [];
  /** start() and stop() take turns, so that neither meets a half-open door. */
  #turn: Promise<void> = Promise.resolve();

  constructor(door: PipeDoor) {
    this.name = door.name;
    this.#door = door;
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
    if (this.#acceptors.length > 0) return;
    this.#state.set({ status: 'starting' });
    const exclusively = this.#door.exclusively ?? (async (open: () => void) => open());
    try {
      await exclusively(() => this.#open(openSession));
    } catch (error: unknown) {
      const failure = error instanceof TransportError ? error : unexpectedFailure(this.name, error);
      this.#degrade(failure);
      throw failure;
    }
  }

  #open(openSession: OpenSession): void {
    const [address, ...others] = this.#door.addresses();
    this.#acceptors = [this.#listen(address, openSession)];
    for (const other of others) {
      try {
        this.#acceptors.push(this.#listen(other, openSession));
      } catch {
        // PuTTY computes this name only while the directory does not answer, and then has WM_COPYDATA.
      }
    }
    this.#state.set({ status: 'listening', address });
  }

  #listen(address: string, openSession: OpenSession): PipeAcceptor {
    const acceptor = new PipeAcceptor(address, {
      onClient: (client) => this.#accept(client, openSession),
      onLost: (error) => {
        this.#acceptors = this.#acceptors.filter((other) => other !== acceptor);
        if (this.#acceptors.length === 0) this.#degrade(unexpectedFailure(this.name, error));
      },
    });
    // Asked first, so that a name that is taken is told from one that the system refuses.
    if (pipeExists(address)) throw this.#takenError(address);
    try {
      acceptor.open();
    } catch (error: unknown) {
      // The first-instance flag fails like this when another program was faster.
      const isTaken = error instanceof Win32Error && TAKEN_CODES.includes(error.code);
      throw isTaken ? this.#takenError(address, error) : error;
    }
    return acceptor;
  }

  #takenError(address: string, cause?: Win32Error): TransportError {
    const holder = findPipeHolder(address);
    const who = holder
      ? `process ${holder.pid}${holder.executable ? ` (${holder.executable})` : ''}`
      : 'another program';
    return new TransportError(`The pipe ${address} belongs to ${who}.`, this.#door.remedyWhenTaken(holder), {
      cause,
      ...(holder && { heldBy: holder }),
    });
  }

  #accept({ descriptor, pid }: PipeClient, openSession: OpenSession): void {
    const connectedAtMs = Date.now();
    let socket: Socket;
    try {
      socket = new Socket({ fd: descriptor, readable: true, writable: true, allowHalfOpen: true });
    } catch {
      closeSync(descriptor);
      return;
    }
    const describe = describeOnce(pid, (client) => describeProcess(client, connectedAtMs));
    this.#connections.serve(socket, () =>
      openSession({ transport: this.name, ...(pid !== undefined && { pid }), mayPrompt: true, describe }),
    );
  }

  #degrade({ message: reason, remedy, heldBy }: TransportError): void {
    this.#state.set({ status: 'degraded', reason, remedy, ...(heldBy && { heldBy }) });
  }

  async #stop(): Promise<void> {
    const acceptors = this.#acceptors;
    this.#acceptors = [];
    await Promise.all(acceptors.map((acceptor) => acceptor.close()));
    await this.#connections.destroyAll();
    if (this.#state.current.status !== 'stopped') this.#state.set({ status: 'stopped' });
  }
}

function unexpectedFailure(name: string, error: unknown): TransportError {
  const detail = error instanceof Error ? error.message : String(error);
  const isUnsafe = error instanceof MalformedSecurityError;
  return new TransportError(
    isUnsafe
      ? `The pipe of ${name} would not be safe to use: ${detail}.`
      : `The pipe of ${name} can't be opened: ${detail}.`,
    isUnsafe
      ? 'Sallyport does not serve a pipe that others may open. Tell the administrator of this computer.'
      : 'Start Sallyport again. If that does not help, report it with this message.',
    { cause: error },
  );
}
