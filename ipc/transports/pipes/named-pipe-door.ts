// A transport on a named pipe of Windows. The doors that use it differ in name and in what they advise.
import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { OpenSession } from '../../../main/agent/agent.ts';
import type { Peer } from '../../../main/agent/facts/peer.ts';
import { ERROR_ACCESS_DENIED, ERROR_PIPE_BUSY, Win32Error } from '../../win32/libraries/win32-error.ts';
import { withStartupMutex } from '../../win32/mutexes/named-mutex.ts';
import { PipeAcceptor, type PipeClient } from '../../win32/pipes/pipe-acceptor.ts';
import { findPipeHolder, type PipeHolder, pipeExists } from '../../win32/pipes/pipe-holder.ts';
import { ObservedProcess } from '../../win32/processes/process-facts.ts';
import { MalformedSecurityError } from '../../win32/security/sid.ts';
import { factsOf, observeIfKnown } from '../observe-process.ts';
import { StreamConnections } from '../streams/open-streams.ts';
import { type Transport, TransportError } from '../transport.ts';
import { createTransport, type Door } from '../transport-lifecycle.ts';

const TAKEN_CODES: readonly number[] = [ERROR_ACCESS_DENIED, ERROR_PIPE_BUSY];

export interface PipeDoorOptions {
  /** `Transport.name`. */
  readonly name: string;
  /** What the door is called now; asked for at each opening. */
  readonly names: () => PipeNames | Promise<PipeNames>;
  /** What to do when `holder` (undefined: not to be learnt) has the name. */
  readonly remedyWhenTaken: (holder: PipeHolder | undefined) => string;
}

export interface PipeNames {
  /** The first must open; the others are for clients that compute another name. */
  readonly addresses: readonly [string, ...string[]];
  /** A mutex that other agents hold while they open their doors, so that we don't at the same time. */
  readonly startupMutex?: string;
}

/** A transport that listens on the door's pipe names, for this user's programs alone. */
export function createNamedPipeTransport(options: PipeDoorOptions): Transport {
  return createTransport(options.name, new NamedPipeDoor(options));
}

class NamedPipeDoor implements Door<readonly PipeAcceptor[]> {
  /** Known once it is open: the directory is asked for the user's name each time. */
  address = '';
  readonly #options: PipeDoorOptions;
  readonly #connections = new StreamConnections();

  constructor(options: PipeDoorOptions) {
    this.#options = options;
  }

  async open(
    openSession: OpenSession,
    onLost: (reason: TransportError) => void,
  ): Promise<readonly PipeAcceptor[]> {
    const { addresses, startupMutex } = await this.#options.names();
    const [address, ...others] = addresses;
    const acceptors: PipeAcceptor[] = [];
    const listen = () => {
      acceptors.push(this.#listen(address, openSession, (error) => onLost(this.explain(error))));
      for (const other of others) {
        try {
          acceptors.push(this.#listen(other, openSession, () => {}));
        } catch {
          // PuTTY computes this name only while the directory does not answer, and then has WM_COPYDATA.
        }
      }
    };
    if (startupMutex === undefined) listen();
    else await withStartupMutex(startupMutex, listen);
    this.address = address;
    return acceptors;
  }

  #listen(address: string, openSession: OpenSession, onLost: (error: unknown) => void): PipeAcceptor {
    const acceptor = new PipeAcceptor(address, {
      onClient: (client) => this.#accept(client, openSession),
      onLost,
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
    return new TransportError(
      `The pipe ${address} belongs to ${who}.`,
      this.#options.remedyWhenTaken(holder),
      {
        cause,
        ...(holder && { heldBy: holder }),
      },
    );
  }

  #accept({ descriptor, pid, hasLeft }: PipeClient, openSession: OpenSession): void {
    let socket: Socket;
    try {
      socket = new Socket({ fd: descriptor, readable: true, writable: true, allowHalfOpen: true });
    } catch {
      closeSync(descriptor);
      return;
    }
    const client = observeIfKnown(pid, (known) => new ObservedProcess(known));
    socket.once('close', () => client.close());
    const peer: Peer = {
      transport: this.#options.name,
      ...(pid !== undefined && { pid }),
      mayPrompt: true,
      ...factsOf(client),
    };
    // A pipe has no half to close. Asked before libuv closes the handle: `destroyed` comes first.
    const look = () => (!socket.destroyed && hasLeft() ? 'gone' : 'there');
    this.#connections.serve(socket, () => openSession(peer), { pid, look });
  }

  async close(acceptors: readonly PipeAcceptor[]): Promise<void> {
    await Promise.all(acceptors.map((acceptor) => acceptor.close()));
    await this.#connections.destroyAll();
  }

  explain(cause: unknown): TransportError {
    const detail = cause instanceof Error ? cause.message : String(cause);
    const { name } = this.#options;
    if (cause instanceof MalformedSecurityError) {
      return new TransportError(
        `The pipe of ${name} would not be safe to use: ${detail}.`,
        'Sallyport does not serve a pipe that others may open. Tell the administrator of this computer.',
        { cause },
      );
    }
    return new TransportError(
      `The pipe of ${name} can’t be opened: ${detail}.`,
      'Start Sallyport again. If that does not help, report it with this message.',
      { cause },
    );
  }
}
