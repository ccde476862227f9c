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

function join(sources: readonly AbortSignal[]) {
  const controller = new AbortController();
  const heed = () => {
    const aborted = sources.find((source) => source.aborted);
    if (!aborted) return;
    leave();
    controller.abort(aborted.reason);
  };
  const leave = () => {
    for (const source of sources) source.removeEventListener('abort', heed);
  };
  for (const source of sources) source.addEventListener('abort', heed);
  heed();
  return { controller, leave };
}
