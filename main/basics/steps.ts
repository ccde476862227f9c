// Work in steps that is done at once as far as nothing has to be waited for.

/** Gives what is waited for, one promise after the other, and returns what it makes. Goes on with what each resolves with. */
export type Steps<T> = Generator<Promise<unknown>, T, unknown>;

/** In steps (`yield*`): what it is, or what it resolves with; throws what it rejects with. */
export function* settled<T>(value: T | Promise<T>): Steps<T> {
  return value instanceof Promise ? ((yield value) as T) : value;
}

/** What the steps make: at once, or what they throw, while nothing is waited for; else a promise of it. */
export function inSteps<T>(steps: Steps<T>): T | Promise<T> {
  const first = steps.next();
  return first.done ? first.value : goOn(steps, first.value);
}

async function goOn<T>(steps: Steps<T>, waitedFor: Promise<unknown>): Promise<T> {
  for (let waits = waitedFor; ; ) {
    const next = await waits.then(
      (value) => steps.next(value),
      (error) => steps.throw(error),
    );
    if (next.done) return next.value;
    waits = next.value;
  }
}
