// How long something takes, call by call.

export interface Measurement {
  readonly name: string;
  /** Milliseconds. */
  readonly median: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

const warmUpCalls = 200;

/** Calls `act` often and measures each call by itself. */
export async function measure(
  name: string,
  calls: number,
  act: (call: number) => unknown,
): Promise<Measurement> {
  for (let call = 0; call < Math.min(warmUpCalls, calls); call++) await act(call);
  const times: number[] = [];
  for (let call = 0; call < calls; call++) {
    const start = performance.now();
    const result = act(call);
    if (result instanceof Promise) await result;
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(Math.floor(times.length * share), times.length - 1)] ?? 0;
  return { name, median: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
}
