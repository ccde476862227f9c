// The signals that ask a program to end: caught while there is something to tidy up.
import { constants } from 'node:os';

/** On Windows SIGBREAK is Ctrl-Break, and SIGHUP the closing of the console. */
const stopSignals = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGBREAK'] as const;
export type StopSignal = (typeof stopSignals)[number];

const known: readonly StopSignal[] = stopSignals.filter((signal) => signal in constants.signals);

/** 128 + n, as a shell reports a program that a signal has ended. */
export function exitCodeOfSignal(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

/** Takes the stop signals until it is disposed; `listener` is told of each. */
export class StopSignals implements Disposable {
  readonly #listener: (signal: NodeJS.Signals) => void;

  constructor(listener: (signal: StopSignal) => void) {
    this.#listener = (signal) => listener(signal as StopSignal);
    for (const signal of known) process.on(signal, this.#listener);
  }

  [Symbol.dispose](): void {
    for (const signal of known) process.off(signal, this.#listener);
  }
}
