// Errors that nobody expected, as the log has them.

/** `    at name (place)` or `    at place`, as V8 writes them. */
const frame = /^(?:file:|node:|\/)[^\s()]{1,1000}$/;
const maxLookedAt = 10_000;

/** Where it was thrown. The message comes first in the stack and may be anybody's: it is taken off. */
function placeOf({ message, stack = '' }: Error): string | undefined {
  const start = Math.max(stack.indexOf(message), 0) + message.length;
  return stack
    .slice(start, start + maxLookedAt)
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .map((line) => line.slice(line.lastIndexOf(' ') + 1).replace(/^\(|\)$/g, ''))
    .find((place) => frame.test(place));
}

/** Name, code and place, but not the message: nobody vouches for what a message of unknown origin quotes. */
export function nameAndPlace(error: unknown): string {
  if (!(error instanceof Error)) return 'something that is no error was thrown';
  const { code } = error as NodeJS.ErrnoException;
  const place = placeOf(error);
  return [error.name, ...(code ? [`(${code})`] : []), ...(place ? [`at ${place}`] : [])].join(' ');
}
