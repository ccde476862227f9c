// Runs in the page: `window.sallyport` as the preload makes it, over functions that the test has exposed.

/** JSON with byte arrays, which is all that crosses. */
export type Crossing = { readonly bytes: readonly number[] } | unknown;

interface TestWindow {
  sallyportRequest(name: string, input: Crossing): Promise<Crossing>;
  sallyportEmit?(name: string, payload: unknown): void;
  sallyport?: unknown;
  /** The byte arrays that the page handed over, to see that it wipes them. */
  handedOver?: Uint8Array[];
}

/** Self-contained: Playwright sends its source text into the page. */
export function installBridge(): void {
  const page = window as unknown as TestWindow;
  const listeners = new Map<string, Set<(payload: unknown) => void>>();
  const handedOver: Uint8Array[] = [];
  const pack = (value: unknown): unknown => {
    if (value instanceof Uint8Array) {
      handedOver.push(value);
      return { bytes: [...value] };
    }
    if (Array.isArray(value)) return value.map(pack);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, pack(field)]));
  };
  page.handedOver = handedOver;
  page.sallyportEmit = (name, payload) => {
    for (const listener of listeners.get(name) ?? []) listener(payload);
  };
  page.sallyport = Object.freeze({
    request: (name: string, input: unknown) => page.sallyportRequest(name, pack(input)),
    on: (name: string, listener: (payload: unknown) => void) => {
      const all = listeners.get(name) ?? new Set();
      listeners.set(name, all.add(listener));
      return () => all.delete(listener);
    },
  });
}
