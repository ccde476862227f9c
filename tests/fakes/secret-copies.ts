// The copies that are made of a secret, which nobody hands out: so that a test sees whether they are wiped.

/** Records each array that is filled with exactly these bytes from now on. Without vitest's spies, which node.exe has not. */
export function copiesOf(secret: Uint8Array) {
  const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array;
  const { set } = typedArray;
  const copies: Uint8Array[] = [];
  typedArray.set = function (this: Uint8Array, source, offset) {
    set.call(this, source, offset);
    // Arrays of other numbers come here, too.
    if (this instanceof Uint8Array && Buffer.compare(this, secret) === 0) copies.push(this);
  };
  return {
    count: () => copies.length,
    /** How many are not wiped. */
    left: () => copies.filter((copy) => copy.some((byte) => byte !== 0)).length,
    [Symbol.dispose]: () => {
      typedArray.set = set;
    },
  };
}
