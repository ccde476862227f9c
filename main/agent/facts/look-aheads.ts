// Looks soon at who will sign next, so that it need not wait for what can be read before.
import type { Clock } from '../../basics/clock.ts';
import type { Connection } from './connection.ts';

/** By then a client that only wanted a list has gone, and one that signs next has not asked its server yet. */
const afterMs = 5;

/**
 * One timer for all: most clients have gone before it is due, and a timer for each would cost them more than their list, and
 * keep all that is known of them until then.
 */
export class LookAheads {
  readonly #clock: Clock;
  /** When each is due, on the clock's scale; the first is due first. */
  readonly #waiting = new Map<Connection, number>();
  #isTimed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Looks ahead at the client of this connection in a while, where it is still there then. */
  add(connection: Connection): void {
    this.#waiting.set(connection, this.#clock.elapsedMs() + afterMs);
    if (!this.#isTimed) this.#lookIn(afterMs);
  }

  /** Keeps nothing of a client that has gone. */
  delete(connection: Connection): void {
    this.#waiting.delete(connection);
  }

  #lookIn(delayMs: number): void {
    this.#isTimed = true;
    this.#clock.schedule(delayMs, () => {
      this.#isTimed = false;
      this.#look();
    });
  }

  #look(): void {
    const nowMs = this.#clock.elapsedMs();
    for (const [connection, dueMs] of this.#waiting) {
      if (dueMs > nowMs) {
        this.#lookIn(dueMs - nowMs);
        return;
      }
      this.#waiting.delete(connection);
      connection.peer.lookAhead?.();
    }
  }
}
