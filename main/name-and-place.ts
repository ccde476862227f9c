// Errors that nobody expected, as the log has them.

const frame = /\(?((?:file:|node:|\/)[^\s()]*:\d+:\d+)\)?$/m;

/** Name, code and place, but not the message: nobody vouches for what a message of unknown origin quotes. */
export function nameAndPlace(error: unknown): string {
  if (!(error instanceof Error)) return 'something that is no error was thrown';
  const { code } = error as NodeJS.ErrnoException;
  const place = frame.exec(error.stack ?? '')?.[1];
  return [error.name, ...(code ? [`(${code})`] : []), ...(place ? [`at ${place}`] : [])].join(' ');
}
