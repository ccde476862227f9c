// The layout of Windows' TCP tables with owner pids (MIB_TCPTABLE_OWNER_PID and its IPv6 twin).

export interface TcpRow {
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly established: boolean;
  readonly pid: number;
}

const ESTABLISHED = 5;
const HEADER_BYTES = 4;
const IPV4_ROW_BYTES = 24;
const IPV6_ROW_BYTES = 56;

/** Rows of an IPv4 table; rows that are cut short are left out. */
export function parseIpv4Rows(table: Uint8Array): TcpRow[] {
  return rowsOf(table, IPV4_ROW_BYTES).map((row) => ({
    localAddress: ipv4(row, 4),
    localPort: port(row, 8),
    remoteAddress: ipv4(row, 12),
    remotePort: port(row, 16),
    established: row.getUint32(0, true) === ESTABLISHED,
    pid: row.getUint32(20, true),
  }));
}

/** Rows of an IPv6 table; addresses that stand for IPv4 ones are given as such. */
export function parseIpv6Rows(table: Uint8Array): TcpRow[] {
  return rowsOf(table, IPV6_ROW_BYTES).map((row) => ({
    localAddress: ipv6(row, 0),
    localPort: port(row, 20),
    remoteAddress: ipv6(row, 24),
    remotePort: port(row, 44),
    established: row.getUint32(48, true) === ESTABLISHED,
    pid: row.getUint32(52, true),
  }));
}

function rowsOf(table: Uint8Array, rowBytes: number): DataView[] {
  if (table.length < HEADER_BYTES) return [];
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  const fitting = Math.floor((table.length - HEADER_BYTES) / rowBytes);
  const count = Math.min(view.getUint32(0, true), fitting);
  return Array.from(
    { length: count },
    (_, index) => new DataView(table.buffer, table.byteOffset + HEADER_BYTES + index * rowBytes, rowBytes),
  );
}

/** In network order in the low half of 32 bits. */
function port(row: DataView, offset: number): number {
  return row.getUint16(offset);
}

function ipv4(row: DataView, offset: number): string {
  return [0, 1, 2, 3].map((index) => row.getUint8(offset + index)).join('.');
}

function ipv6(row: DataView, offset: number): string {
  const isMapped = row.getBigUint64(offset) === 0n && row.getUint32(offset + 8) === 0xffff;
  if (isMapped) return ipv4(row, offset + 12);
  const groups = Array.from({ length: 8 }, (_, index) => row.getUint16(offset + 2 * index).toString(16));
  const text = groups.join(':');
  // The first of the longest runs of zeros is written `::` (RFC 5952 §4.2).
  const [zeros] = [...text.matchAll(/\b0(:0)+\b/g)].sort((a, b) => b[0].length - a[0].length);
  if (zeros === undefined) return text;
  const [before, after] = [text.slice(0, zeros.index), text.slice(zeros.index + zeros[0].length)];
  return `${before.replace(/:$/, '')}::${after.replace(/^:/, '')}`;
}
