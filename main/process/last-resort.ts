// Errors that no boundary has caught.
import { nameAndPlace } from './name-and-place.ts';

/**
 * A rejection that nobody awaited has ended one task and left no half-done change behind: every request has its
 * own catch, so the agent goes on. An exception outside of any task may have left the key ring or a consent half
 * changed: SECURITY: the agent ends (fail closed) rather than sign in a state that nobody has thought of.
 */
export function installLastResort(log: (line: string) => void, stop: () => void): void {
  process.on('unhandledRejection', (reason) =>
    log(`Internal error, the agent goes on: ${nameAndPlace(reason)}`),
  );
  process.on('uncaughtException', (error) => {
    log(`Internal error, the agent ends: ${nameAndPlace(error)}`);
    stop();
  });
}
