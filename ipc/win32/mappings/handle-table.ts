// The layout of the system's table of all handles (SYSTEM_HANDLE_INFORMATION_EX), and what it says of one object's.

const HEADER_BYTES = 16;
const ENTRY_BYTES = 40;
const SECTION_MAP_WRITE_AND_READ = 0x6;

export interface OpenHandle {
  readonly pid: number;
  readonly handle: bigint;
}

export interface ObjectHandles {
  /** True: they are the object's. False: the system does not tell objects apart, and these may be any of its type. */
  readonly areTheObjects: boolean;
  readonly handles: readonly OpenHandle[];
}

/**
 * The handles of other processes by which a section can be read and written, for the section that is `handle` in the
 * process `pid`. Undefined when the table does not have that one.
 */
export function handlesOfSameObject(
  table: Uint8Array,
  { pid, handle }: OpenHandle,
): ObjectHandles | undefined {
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  const fitting = Math.floor((table.length - HEADER_BYTES) / ENTRY_BYTES);
  const count = fitting < 0 ? 0 : Math.min(view.getUint32(0, true), fitting);
  const end = HEADER_BYTES + count * ENTRY_BYTES;
  // Numbers, not BigInts, and no list of entries, since there may be more than a million. Process ids have 32 bits.
  const pidAt = (offset: number) => view.getUint32(offset + 8, true);
  const handleAt = (offset: number) => view.getBigUint64(offset + 16, true);
  const typeAt = (offset: number) => view.getUint16(offset + 30, true);
  let own = HEADER_BYTES;
  while (own < end && !(pidAt(own) === pid && handleAt(own) === handle)) own += ENTRY_BYTES;
  if (own >= end) return undefined;
  const type = typeAt(own);
  const object = view.getBigUint64(own, true);
  const areTheObjects = object !== 0n;
  const isCandidate = (offset: number) =>
    typeAt(offset) === type &&
    pidAt(offset) !== pid &&
    (areTheObjects
      ? view.getBigUint64(offset, true) === object
      : (view.getUint32(offset + 24, true) & SECTION_MAP_WRITE_AND_READ) === SECTION_MAP_WRITE_AND_READ);
  const handles: OpenHandle[] = [];
  for (let offset = HEADER_BYTES; offset < end; offset += ENTRY_BYTES)
    if (isCandidate(offset)) handles.push({ pid: pidAt(offset), handle: handleAt(offset) });
  return { areTheObjects, handles };
}
