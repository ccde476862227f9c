// Reproducible randomness for fuzzing (xorshift32).

export function seededRandom(seed: number): (below: number) => number {
  let state = seed | 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** One to four changes of a copy: flipped bits, replaced bytes, cut or grown ends, huge lengths. */
export function mutate(original: Uint8Array, random: (below: number) => number, keepFirst = 0): Uint8Array {
  let bytes = Uint8Array.from(original);
  for (let changes = 1 + random(4); changes > 0 && bytes.length > keepFirst; changes--) {
    const at = keepFirst + random(bytes.length - keepFirst);
    switch (random(5)) {
      case 0:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
        break;
      case 1:
        bytes[at] = random(256);
        break;
      case 2:
        bytes = bytes.slice(0, at);
        break;
      case 3:
        bytes = Uint8Array.from([
          ...bytes.slice(0, at),
          ...Array.from({ length: random(20) }, () => random(256)),
          ...bytes.slice(at),
        ]);
        break;
      default:
        bytes.fill(0xff, at, at + 4);
    }
  }
  return bytes;
}
