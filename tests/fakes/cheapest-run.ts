// How much of the processor something takes, whatever else the machine does meanwhile.

/** Milliseconds of CPU time that this process has had so far. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Milliseconds of CPU time of the cheapest of five runs: caches that others have emptied slow some, not all. */
export async function cheapestRunMs(run: () => unknown): Promise<number> {
  let cheapest = Number.POSITIVE_INFINITY;
  for (let n = 0; n < 5; n++) {
    const started = cpuMs();
    await run();
    cheapest = Math.min(cheapest, cpuMs() - started);
  }
  return cheapest;
}
