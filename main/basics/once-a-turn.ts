// What is looked at again and again within one turn of the event loop, in which nobody else can have had a turn.

/** What `read` gives: asked for once in each turn of the event loop, however often this is called in it. */
export function onceATurn<T>(
  read: () => T,
  inNextTurn: (forget: () => void) => void = (forget) => void setImmediate(forget),
): () => T {
  let known: { readonly value: T } | undefined;
  return () => {
    if (known === undefined) {
      known = { value: read() };
      inNextTurn(() => {
        known = undefined;
      });
    }
    return known.value;
  };
}
