// Errors that no boundary has caught.
import { nameAndPlace } from './error-name-and-place.ts';

/** What an exception leads to. */
export interface LastStep {
  /** As the log says it: `the agent ends`. */
  readonly inWords: string;
  readonly take: () => void;
}

/**
 * A rejection that nobody awaited has ended one task and left no half-done change behind: every request has its
 * own catch, so the agent goes on. An exception outside of any task may have left the key ring or a consent half
 * changed: SECURITY: the agent ends or is locked (fail closed) rather than sign in a state that nobody has thought of.
 */
export function installLastResort(log: (line: string) => void, { inWords, take }: LastStep): void {
  process.on('unhandledRejection', (reason) =>
    log(`Internal error, the agent goes on: ${nameAndPlace(reason)}`),
  );
  process.on('uncaughtException', (error) => {
    log(`Internal error, ${inWords}: ${nameAndPlace(error)}`);
    take();
  });
}
