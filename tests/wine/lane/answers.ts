// What both C clients print about many requests.
import type { WindowsResult } from './windows-program.ts';

export interface Answers {
  readonly answered: number;
  /** Milliseconds of the slowest answer. */
  readonly slowest: number;
  /** How many took 100 ms or more. */
  readonly late: number;
  /** All that was printed, for the message of a test that fails. */
  readonly output: string;
}

/** From a client that has ended; throws when it did not come to its last line. */
export function answersOf({ output, exitCode, errorOutput }: WindowsResult): Answers {
  const found = /answered=(\d+) slowest=(\d+) late=(\d+)/.exec(output);
  if (!found) throw new Error(`the client ended with ${exitCode ?? 'its time'}: ${output}${errorOutput}`);
  const [answered = 0, slowest = 0, late = 0] = found.slice(1).map(Number);
  return { answered, slowest, late, output };
}
