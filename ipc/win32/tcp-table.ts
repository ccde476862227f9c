// All TCP connections of this machine with the processes they belong to.
import { iphlpapi } from './iphlpapi.ts';
import { parseIpv4Rows, parseIpv6Rows, type TcpRow } from './tcp-rows.ts';

const AF_INET = 2;
const AF_INET6 = 23;
const TCP_TABLE_OWNER_PID_CONNECTIONS = 4;
const ERROR_INSUFFICIENT_BUFFER = 122;
/** The table grows between the two calls on a busy machine; this many growths are met. */
const MAX_TRIES = 5;

/** Connections, without listeners. Empty when the system does not tell. */
export function tcpConnections(): TcpRow[] {
  return [...parseIpv4Rows(readTable(AF_INET)), ...parseIpv6Rows(readTable(AF_INET6))];
}

function readTable(family: number): Uint8Array {
  let table = new Uint8Array(32 * 1024);
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const bytes = [table.length];
    // SAFETY: at most bytes[0] bytes are written.
    const status = iphlpapi().GetExtendedTcpTable(
      table,
      bytes,
      0,
      family,
      TCP_TABLE_OWNER_PID_CONNECTIONS,
      0,
    );
    if (status === 0) return table;
    if (status !== ERROR_INSUFFICIENT_BUFFER) break;
    table = new Uint8Array((bytes[0] ?? 0) + 4096);
  }
  return new Uint8Array(0);
}
