// Damaged copies of bytes, for fast-check: what fails shrinks to few and small changes.
import fc from 'fast-check';

export const anyByte = fc.integer({ min: 0, max: 255 });

/** Changes bytes at a place that they have. */
type Change = (bytes: Uint8Array, at: number) => Uint8Array;

function withByte(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const changed = Uint8Array.from(bytes);
  changed[at] = value;
  return changed;
}

const changes: fc.Arbitrary<Change> = fc.oneof(
  fc.nat({ max: 7 }).map<Change>((bit) => (bytes, at) => withByte(bytes, at, (bytes[at] ?? 0) ^ (1 << bit))),
  anyByte.map<Change>((value) => (bytes, at) => withByte(bytes, at, value)),
  fc.constant<Change>((bytes, at) => bytes.slice(0, at)),
  fc
    .uint8Array({ maxLength: 19 })
    .map<Change>(
      (more) => (bytes, at) => Uint8Array.of(...bytes.subarray(0, at), ...more, ...bytes.subarray(at)),
    ),
  // A huge length.
  fc.constant<Change>((bytes, at) => Uint8Array.from(bytes).fill(0xff, at, at + 4)),
);

/** One to four changes: flipped bits, replaced bytes, cut or grown ends, huge lengths. */
export const damaged = (original: Uint8Array, keepFirst = 0): fc.Arbitrary<Uint8Array> =>
  fc.array(fc.tuple(fc.nat(), changes), { minLength: 1, maxLength: 4 }).map((all) =>
    all.reduce((bytes, [place, change]) => {
      const room = bytes.length - keepFirst;
      return room > 0 ? change(bytes, keepFirst + (place % room)) : bytes;
    }, original),
  );

/** One to four bytes replaced, and the length kept. */
export const withOtherBytes = (original: Uint8Array): fc.Arbitrary<Uint8Array> =>
  fc
    .array(fc.tuple(fc.nat({ max: original.length - 1 }), anyByte), { minLength: 1, maxLength: 4 })
    .map((all) => all.reduce((bytes, [at, value]) => withByte(bytes, at, value), original));
