// Security identifiers, entries and descriptors, byte by byte as Windows lays them out.

export function sid(authority: number, parts: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(8 + 4 * parts.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = 1;
  bytes[1] = parts.length;
  view.setUint32(4, authority);
  parts.forEach((part, index) => {
    view.setUint32(8 + 4 * index, part, true);
  });
  return bytes;
}

export function ace(type: number, mask: number, who: Uint8Array, flags = 0): Uint8Array {
  const bytes = new Uint8Array(8 + who.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = type;
  bytes[1] = flags;
  view.setUint16(2, bytes.length, true);
  view.setUint32(4, mask, true);
  bytes.set(who, 8);
  return bytes;
}

function acl(aces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(aces.reduce((sum, entry) => sum + entry.length, 8));
  const view = new DataView(bytes.buffer);
  bytes[0] = 2;
  view.setUint16(2, bytes.length, true);
  view.setUint16(4, aces.length, true);
  let offset = 8;
  for (const entry of aces) {
    bytes.set(entry, offset);
    offset += entry.length;
  }
  return bytes;
}

/** Protected, self-relative, with the parts that are given. `labels` are the entries of the system's list. */
export function descriptor(
  owner: Uint8Array | undefined,
  aces: readonly Uint8Array[] | undefined,
  labels?: readonly Uint8Array[],
): Uint8Array {
  const parts: [at: number, part: Uint8Array | undefined][] = [
    [4, owner],
    [12, labels && acl(labels)],
    [16, aces && acl(aces)],
  ];
  const bytes = new Uint8Array(parts.reduce((sum, [, part]) => sum + (part?.length ?? 0), 20));
  const view = new DataView(bytes.buffer);
  bytes[0] = 1;
  view.setUint16(2, 0x8000 | (aces ? 0x1004 : 0) | (labels ? 0x0010 : 0), true);
  let offset = 20;
  for (const [at, part] of parts) {
    if (!part) continue;
    view.setUint32(at, offset, true);
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
