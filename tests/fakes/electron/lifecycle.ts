// Whether the app is ready, which decides what may be called.
let ready = false;
const listeners: (() => void)[] = [];

export const isReady = (): boolean => ready;

export function becomeReady(): void {
  ready = true;
  for (const listener of listeners.splice(0)) listener();
}

export const whenReady = (): Promise<void> =>
  ready ? Promise.resolve() : new Promise((resolve) => listeners.push(resolve));

/** As Electron: most of its modules can't be used before the app is ready. */
export function assertReady(what: string): void {
  if (!ready) throw new Error(`${what} can only be used after app is ready`);
}

export function assertNotReady(what: string): void {
  if (ready) throw new Error(`${what} should be called before app is ready`);
}
