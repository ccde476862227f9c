// The doors while the program runs: opened and closed as the person wants, tried again when they failed.

import type { Transport } from '../../ipc/transports/transport.ts';
import type { OpenSession } from '../agent/agent.ts';
import type { DoorReport } from '../agent/ports/host.ts';
import type { Clock } from '../basics/clock.ts';
import { Listeners } from '../basics/listeners.ts';
import { doorTitle } from './door-kinds.ts';
import { Repair } from './repair.ts';

export interface DoorsOptions {
  readonly transports: readonly Transport[];
  readonly openSession: OpenSession;
  readonly clock: Clock;
  /** Takes one sentence or two for the person, without secrets. */
  readonly log: (line: string) => void;
  /** Names of the transports that the person wants closed. */
  readonly closed?: readonly string[];
}

/** Owns the transports from its making on; what they are called here is `Transport.name`. */
export class Doors {
  readonly #options: DoorsOptions;
  readonly #closed: Set<string>;
  readonly #listeners = new Listeners();
  readonly #repairs: readonly Repair[];
  /** The reason last told for each door that is degraded; undefined until somebody wants to be told. */
  #told: Map<string, string> | undefined;
  #isClosed = false;

  constructor(options: DoorsOptions) {
    this.#options = options;
    this.#closed = new Set(options.closed);
    this.#repairs = options.transports.map((transport) => this.#keepOpen(transport));
  }

  /** What there is to tell of each door, in the order of the transports. */
  get views(): readonly DoorReport[] {
    return this.#options.transports.map(viewOf);
  }

  /** What clients of a door connect to; undefined while it is not open. */
  addressOf(name: string): string | undefined {
    const state = this.#find(name)?.state;
    return state?.status === 'listening' ? state.address : undefined;
  }

  get isDegraded(): boolean {
    return this.#options.transports.some(({ state }) => state.status === 'degraded');
  }

  /** Calls back when `views` has changed; returns the way to stop that. */
  onChanged(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Opens all doors that are wanted, each for itself. Resolves with the error of each that failed, in order. */
  async open(): Promise<readonly unknown[]> {
    const wanted = this.#options.transports.filter(({ name }) => !this.#closed.has(name));
    const outcomes = await Promise.allSettled(
      wanted.map((transport) => transport.start(this.#options.openSession)),
    );
    return outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  }

  /** Logs which doors are degraded, and from now on when one fails, fails for another reason, or opens again. */
  logProblems(): void {
    this.#told ??= new Map();
    this.#tellNews();
  }

  /** Tries a door again now; undefined when there is no such door. Resolves with what came of it. */
  async retry(name: string): Promise<DoorReport | undefined> {
    const transport = this.#find(name);
    if (transport === undefined) return undefined;
    if (!this.#closed.has(name)) await this.#start(transport);
    return viewOf(transport);
  }

  /** Closes the doors named and opens all others. */
  async setClosed(names: readonly string[]): Promise<void> {
    this.#closed.clear();
    for (const name of names) this.#closed.add(name);
    await Promise.all(
      this.#options.transports.map((transport) =>
        this.#closed.has(transport.name) ? transport.stop() : this.#start(transport),
      ),
    );
  }

  /** Closes all doors for good; nobody is told of it any more. Safe to call twice. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const repair of this.#repairs) repair.stop();
    await Promise.all(this.#options.transports.map((transport) => transport.stop()));
  }

  #keepOpen(transport: Transport): Repair {
    const repair = new Repair(this.#options.clock, () => {
      if (!this.#closed.has(transport.name)) void this.#start(transport);
    });
    transport.onStateChanged((state) => {
      if (this.#isClosed) return;
      repair.heed(state);
      this.#tellNews();
      this.#listeners.tell();
    });
    return repair;
  }

  async #start(transport: Transport): Promise<void> {
    // A retry that the person asked for may come while the program ends.
    if (this.#isClosed) return;
    // A failure is in the transport's state, from where it is told.
    await transport.start(this.#options.openSession).catch(() => {});
  }

  #find(name: string): Transport | undefined {
    return this.#options.transports.find((transport) => transport.name === name);
  }

  #tellNews(): void {
    const told = this.#told;
    if (!told) return;
    for (const view of this.views) {
      const news = newsOf(view, told.get(view.name));
      if (news) this.#options.log(news);
      if (view.status === 'degraded') told.set(view.name, view.reason ?? '');
      else if (view.status !== 'starting') told.delete(view.name);
    }
  }
}

/** In words; undefined for what is no news. */
function newsOf({ name, status, reason, remedy }: DoorReport, told: string | undefined): string | undefined {
  if (status === 'degraded' && reason !== told) return `The door ${name} is not open. ${reason} ${remedy}`;
  return status === 'listening' && told !== undefined ? `The door ${name} is open now.` : undefined;
}

function viewOf({ name, state }: Transport): DoorReport {
  const title = doorTitle(name);
  switch (state.status) {
    case 'listening':
      return { name, title, status: 'listening', address: state.address };
    case 'degraded': {
      const { status, reason, remedy, heldBy } = state;
      return { name, title, status, reason, remedy, ...(heldBy && { heldBy }) };
    }
    default:
      return { name, title, status: state.status };
  }
}
