// How long something takes on the event loop when nothing else is in its way.

/** Milliseconds of the quickest of five runs: a busy machine slows some, not all. */
export async function cheapestRunMs(run: () => unknown): Promise<number> {
  let cheapest = Number.POSITIVE_INFINITY;
  for (let n = 0; n < 5; n++) {
    const started = performance.now();
    await run();
    cheapest = Math.min(cheapest, performance.now() - started);
  }
  return cheapest;
}
