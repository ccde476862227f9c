// The doors while the program runs: opened and closed as the person wants, tried again when they failed.
import type { DoorView } from '../../ipc/contract/views.ts';
import type { Transport } from '../../ipc/transports/transport.ts';
import type { OpenSession } from '../agent/agent.ts';
import type { Clock } from '../agent/clock.ts';

export interface DoorsOptions {
  readonly transports: readonly Transport[];
  readonly openSession: OpenSession;
  readonly clock: Pick<Clock, 'schedule'>;
  /** For the person, by the transport's name. */
  readonly titles: Readonly<Record<string, string>>;
  /** Takes one line without secrets. */
  readonly log: (line: string) => void;
}

/** Who holds a name may end at any time; a door that is free again is taken within this time. */
const retryMs = 30_000;

export class Doors {
  readonly #options: DoorsOptions;
  readonly #closed = new Set<string>();
  readonly #listeners = new Set<() => void>();
  #stopRetrying: (() => void) | undefined;

  /** `closed` names the doors that the person wants closed; the others may be open already. */
  constructor(options: DoorsOptions, closed: readonly string[]) {
    this.#options = options;
    for (const name of closed) this.#closed.add(name);
    for (const transport of options.transports) transport.onStateChanged(() => this.#stateChanged());
    this.#stateChanged();
  }

  get views(): readonly DoorView[] {
    return this.#options.transports.map((transport) => this.#view(transport));
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
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tries a door again now; undefined when there is no such door. Resolves with what came of it. */
  async retry(name: string): Promise<DoorView | undefined> {
    const transport = this.#find(name);
    if (transport === undefined) return undefined;
    if (!this.#closed.has(name)) await this.#start(transport);
    return this.#view(transport);
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

  /** No more retries; the doors themselves are closed by the agent's end. */
  dispose(): void {
    this.#stopRetrying?.();
    this.#stopRetrying = undefined;
    this.#listeners.clear();
  }

  async #start(transport: Transport): Promise<void> {
    try {
      await transport.start(this.#options.openSession);
    } catch (error: unknown) {
      this.#options.log(`door ${transport.name}: ${error instanceof Error ? error.message : 'failed'}`);
    }
  }

  #find(name: string): Transport | undefined {
    return this.#options.transports.find((transport) => transport.name === name);
  }

  #view({ name, state }: Transport): DoorView {
    const title = this.#options.titles[name] ?? name;
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

  #stateChanged(): void {
    for (const listener of [...this.#listeners]) listener();
    const isWanted = ({ name, state }: Transport) => state.status === 'degraded' && !this.#closed.has(name);
    const degraded = this.#options.transports.filter(isWanted);
    if (degraded.length === 0) {
      this.#stopRetrying?.();
      this.#stopRetrying = undefined;
      return;
    }
    this.#stopRetrying ??= this.#options.clock.schedule(retryMs, () => {
      this.#stopRetrying = undefined;
      for (const transport of this.#options.transports.filter(isWanted)) void this.#start(transport);
    });
  }
}
