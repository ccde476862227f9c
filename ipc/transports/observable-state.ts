// The `state` of a transport and those who want to know when it changes.
import type { TransportState } from './transport.ts';

export class ObservableState {
  #current: TransportState = { status: 'stopped' };
  readonly #listeners = new Set<(state: TransportState) => void>();

  get current(): TransportState {
    return this.#current;
  }

  set(state: TransportState): void {
    this.#current = state;
    for (const listener of [...this.#listeners]) listener(state);
  }

  /** Calls back after every change; returns the way to stop that. */
  onChanged(listener: (state: TransportState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
