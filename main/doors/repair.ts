// When a door that is degraded is tried again.
import type { TransportState } from '../../ipc/transports/transport.ts';
import type { Clock } from '../basics/clock.ts';

/** Who holds a name may end at any time; a door that is free again is taken within this time. */
export const retryMs = 30_000;
/** A door that has shut by itself is opened again this soon, each time later while it goes on doing so. */
const firstRepairMs = 100;
/** A door that stood this long was not opened in vain: the next repair is quick again. */
const stableAfterMs = 60_000;

/** Of one door. It is told of each state, and calls back when the door is to be started. */
export class Repair {
  readonly #clock: Clock;
  readonly #start: () => void;
  #nextRepairMs = firstRepairMs;
  /** Undefined while the door is not open. */
  #openedAtMs: number | undefined;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, start: () => void) {
    this.#clock = clock;
    this.#start = start;
  }

  heed({ status }: TransportState): void {
    this.stop();
    if (status === 'degraded')
      this.#schedule(this.#openedAtMs === undefined ? retryMs : this.#takeRepairMs());
    this.#openedAtMs = status === 'listening' ? this.#clock.elapsedMs() : undefined;
  }

  /** Until the next state. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #schedule(delayMs: number): void {
    this.#cancel = this.#clock.schedule(delayMs, this.#start);
  }

  #takeRepairMs(): number {
    const stoodMs = this.#clock.elapsedMs() - (this.#openedAtMs ?? 0);
    const delayMs = stoodMs >= stableAfterMs ? firstRepairMs : this.#nextRepairMs;
    this.#nextRepairMs = Math.min(2 * delayMs, retryMs);
    return delayMs;
  }
}
