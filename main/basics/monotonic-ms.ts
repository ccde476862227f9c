// Milliseconds on a clock that is never set.

/** With fractions, since some fixed moment. Node.js has `performance` as well, but loads much for it that is else of no use. */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
