// What is known of one connection: who is at its other end, what it was bound to, and whether anybody is still there.
import type { Clock } from '../../basics/clock.ts';
import type { Claimant } from '../../basics/fair-queue.ts';
import { LateSignal } from '../../basics/late-signal.ts';
import { withinLimit } from '../../basics/waiting.ts';
import type { CryptoOffload } from '../../keys/crypto-offload.ts';
import { limits } from '../limits/limits.ts';
import { timeLimits } from '../limits/time-limits.ts';
import { RefusedError } from '../protocol/errors.ts';
import { type HostNames, noHostNames } from './host-names.ts';
import type { Peer, ProcessFacts } from './peer.ts';
import { comparablePath } from './program-path.ts';
import type { Relayed, RelayedProgram } from './relayed-program.ts';
import { isSameUse, nameFacts, readSignedFacts, type SignedFacts } from './request-facts.ts';
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

/** How old what a use is written down with may be: as old as the names of hosts are anyway. */
const maxRecentMs = 1000;

/** One for all connections: an error for each would be made with its stack, and read by nobody. */
const gone = new RefusedError('the client has gone');

/** What was found about the latest use of a connection. */
interface RecentRequester {
  readonly signed: SignedFacts;
  /** As it was known when this was made. */
  readonly seen: Promise<ProcessFacts | undefined> | undefined;
  readonly atMs: number;
  readonly requester: Promise<Requester>;
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
  #described: Promise<ProcessFacts | undefined> | undefined;
  /** The same, once it is there. */
  #seen: Promise<ProcessFacts | undefined> | undefined;
  #recent: RecentRequester | undefined;
  readonly #sources: FactSources;
  readonly #closed = new LateSignal(gone);
  readonly #gone = new LateSignal(gone);

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
    this.#recent = undefined;
  }

  /** Aborted when the client has gone, or sends nothing more, which may be the same: nobody is asked for it then. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /** Whether it is. */
  get isClosed(): boolean {
    return this.#closed.isAborted;
  }

  /** Throws when the client has gone for sure. */
  assertHere(): void {
    if (this.#gone.isAborted) throw gone;
  }

  /** The client sends nothing more, and may be gone. */
  end(): void {
    this.#closed.abort();
  }

  /** The client is gone. */
  close(): void {
    this.end();
    this.#gone.abort();
  }

  /** Whether `process` is there already. */
  get hasSeenProcess(): boolean {
    return this.#seen !== undefined;
  }

  /** The process that asks, as far as it can be seen within the time. Never rejects. */
  process(limitMs?: number): Promise<ProcessFacts | undefined> {
    return this.#seen ?? this.withinLimit(this.#describe(), limitMs);
  }

  /** Who asks and what for, as the person is told. Slow or failing look-ups cost facts, never the request. */
  requester(purpose: SignPurpose): Promise<Requester> {
    return this.#named(readSignedFacts(purpose, this.bindings));
  }

  /**
   * The same for a use that is only written down: what was found for the latest of its kind on this connection, where that
   * is no older than a second. SECURITY: nothing is judged by it. It is begun at once, while the client is still there.
   */
  recentRequester(purpose: SignPurpose): Promise<Requester> {
    const signed = readSignedFacts(purpose, this.bindings);
    const atMs = this.#sources.clock.elapsedMs();
    const recent = this.#recent;
    if (
      recent &&
      recent.seen === this.#seen &&
      atMs - recent.atMs < maxRecentMs &&
      isSameUse(recent.signed, signed)
    )
      return recent.requester;
    const requester = this.#named(signed);
    this.#recent = { signed, seen: this.#seen, atMs, requester };
    return requester;
  }

  #describe(): Promise<ProcessFacts | undefined> {
    if (this.#described === undefined) {
      const described = this.peer.describe();
      this.#described = described;
      const noteSeen = () => {
        this.#seen = described;
      };
      described.then(noteSeen, () => undefined);
    }
    return this.#described;
  }

  async #named(signed: SignedFacts): Promise<Requester> {
    const { transport, pid } = this.peer;
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
