// What is known of one connection: who is at its other end, what it was bound to, and whether anybody is still there.
import type { Clock } from '../../basics/clock.ts';
import type { Claimant } from '../../basics/fair-queue.ts';
import { withinLimit } from '../../basics/waiting.ts';
import type { CryptoOffload } from '../../keys/crypto-offload.ts';
import { limits } from '../limits/limits.ts';
import { timeLimits } from '../limits/time-limits.ts';
import { RefusedError } from '../protocol/errors.ts';
import { type HostNames, noHostNames } from './host-names.ts';
import type { Peer, ProcessFacts } from './peer.ts';
import { comparablePath } from './program-path.ts';
import type { Relayed, RelayedProgram } from './relayed-program.ts';
import { nameFacts, readSignedFacts } from './request-facts.ts';
import type { Requester } from './requester.ts';
import { SessionBindings } from './session-bind.ts';
import type { SignPurpose } from './sign-purpose.ts';

/** By what the facts are checked and looked up. */
export interface FactSources {
  readonly clock: Clock;
  readonly hostNames: HostNames;
  readonly offload: CryptoOffload;
  readonly host: {
    /** The program that our own relays run in, by its path; undefined: not known, or none. */
    readonly relayProgram?: string | undefined;
  };
}

export class Connection {
  readonly peer: Peer;
  /** Largest reply body that the channel carries. */
  readonly maxReplyBytes: number;
  readonly bindings: SessionBindings;
  /** The connection among those that wait for a turn. Its signal is aborted when the client has gone for sure. */
  readonly claimant: Claimant;
  #isOfAgent = false;
  #messages = 0;
  #relayed: RelayedProgram | undefined;
  readonly #sources: FactSources;
  readonly #closed = new AbortController();
  readonly #gone = new AbortController();

  /** `allowSha1` says whether RSA host keys may sign with SHA-1. */
  constructor(peer: Peer, sources: FactSources, allowSha1: () => boolean) {
    this.peer = peer;
    this.maxReplyBytes = peer.maxReplyBytes ?? limits.replyBytes;
    this.claimant = { process: peer.pid, connection: this, signal: () => this.#gone.signal };
    this.bindings = new SessionBindings(sources.offload, this.claimant, allowSha1, peer.sender);
    this.#sources = sources;
  }

  /** The client is another agent that offers our keys beside its own, as it has said. */
  get isOfAgent(): boolean {
    return this.#isOfAgent;
  }

  noteAgent(): void {
    this.#isOfAgent = true;
  }

  /** A message has come. */
  noteMessage(): void {
    this.#messages++;
  }

  get isAtFirstMessage(): boolean {
    return this.#messages === 1;
  }

  /** The client is a relay, which says for whom. */
  noteRelayed(program: RelayedProgram): void {
    this.#relayed = program;
  }

  /** Aborted when the client has gone, or sends nothing more, which may be the same: nobody is asked for it then. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /** The client sends nothing more, and may be gone. */
  end(): void {
    this.#closed.abort(new RefusedError('the client has gone'));
  }

  /** The client is gone. */
  close(): void {
    this.end();
    this.#gone.abort(new RefusedError('the client has gone'));
  }

  /** The process that asks, as far as it can be seen within the time. Never rejects. */
  process(limitMs?: number): Promise<ProcessFacts | undefined> {
    return this.withinLimit(this.peer.describe(), limitMs);
  }

  /** Who asks and what for, as the person is told. Slow or failing look-ups cost facts, never the request. */
  async requester(purpose: SignPurpose): Promise<Requester> {
    const { transport, pid } = this.peer;
    const signed = readSignedFacts(purpose, this.bindings);
    const process = await this.process();
    const named = await this.withinLimit(nameFacts(signed, process, this.#sources.hostNames));
    return {
      ...(named ?? (await nameFacts(signed, undefined, noHostNames))),
      transport,
      ...(pid !== undefined && { pid }),
      ...(process && { process }),
      ...this.#relayedBy(process),
    };
  }

  #relayedBy(relay: ProcessFacts | undefined): { readonly relayed?: Relayed } {
    if (this.#relayed === undefined) return {};
    const own = this.#sources.host.relayProgram;
    const byOwnRelay =
      own !== undefined &&
      relay?.executable !== undefined &&
      relay.otherFile === undefined &&
      comparablePath(relay.executable) === comparablePath(own);
    return { relayed: { ...this.#relayed, byOwnRelay } };
  }

  /** The result of `lookUp`, or undefined when it takes too long or fails. */
  withinLimit<T>(lookUp: Promise<T>, limitMs: number = timeLimits.lookUpMs): Promise<T | undefined> {
    const looked = lookUp.catch(() => undefined);
    return withinLimit(looked, limitMs, () => undefined, this.#sources.clock);
  }
}
