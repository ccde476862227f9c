// A signal of several, for a time whose end is known.

/**
 * Aborted when one of several signals is, with its reason, until it is disposed of. AbortSignal.any costs several times as much
 * where these live long, as it holds all weakly.
 */
export class JoinedSignal implements Disposable {
  readonly #sources: () => readonly AbortSignal[];
  #joined: { readonly controller: AbortController; readonly leave: () => void } | undefined;

  /** `sources` is asked when somebody wants the signal, and once at the most. */
  constructor(sources: () => readonly AbortSignal[]) {
    this.#sources = sources;
  }

  /** The same one always. Not to be asked for any more when it was disposed of. */
  get signal(): AbortSignal {
    this.#joined ??= join(this.#sources());
    return this.#joined.controller.signal;
  }

  [Symbol.dispose](): void {
    this.#joined?.leave();
  }
}

/** Who heeds a signal: all by one listener to it, since Node.js before 24 takes the eleventh for a leak. */
const heeding = new WeakMap<AbortSignal, { readonly all: Set<() => void>; readonly tell: () => void }>();

function heedSource(source: AbortSignal, heed: () => void): void {
  let heeded = heeding.get(source);
  if (heeded === undefined) {
    const all = new Set<() => void>();
    heeded = {
      all,
      tell: () => {
        for (const one of all) one();
      },
    };
    heeding.set(source, heeded);
    source.addEventListener('abort', heeded.tell);
  }
  heeded.all.add(heed);
}

function leaveSource(source: AbortSignal, heed: () => void): void {
  const heeded = heeding.get(source);
  if (heeded === undefined) return;
  heeded.all.delete(heed);
  if (heeded.all.size > 0) return;
  source.removeEventListener('abort', heeded.tell);
  heeding.delete(source);
}

function join(sources: readonly AbortSignal[]) {
  const controller = new AbortController();
  const heed = () => {
    const aborted = sources.find((source) => source.aborted);
    if (!aborted) return;
    leave();
    controller.abort(aborted.reason);
  };
  const leave = () => {
    for (const source of sources) leaveSource(source, heed);
  };
  for (const source of sources) heedSource(source, heed);
  heed();
  return { controller, leave };
}
