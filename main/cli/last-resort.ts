// Errors that no boundary has caught.

const frame = /\(?((?:file:|node:|\/)[^\s()]*:\d+:\d+)\)?$/m;

/** Name, code and place, but not the message: nobody vouches for what a message of unknown origin quotes. */
export function nameAndPlace(error: unknown): string {
  if (!(error instanceof Error)) return 'something that is no error was thrown';
  const { code } = error as NodeJS.ErrnoException;
  const place = frame.exec(error.stack ?? '')?.[1];
  return [error.name, ...(code ? [`(${code})`] : []), ...(place ? [`at ${place}`] : [])].join(' ');
}

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
