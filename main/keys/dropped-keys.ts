// Tells whoever can do something about it that a key in clear, or a passphrase, was dropped, and what is left of it waits
// for V8.

let listener: () => void = () => {};

/** `collect` is called after each drop; it replaces the one before. */
export function onKeyDropped(collect: () => void): void {
  listener = collect;
}

export function keyDropped(): void {
  listener();
}
