// All TCP connections of this machine with the processes they belong to.
import { iphlpapi } from './iphlpapi.ts';
import { koffi } from './native-library.ts';
import { parseIpv4Rows, parseIpv6Rows, type TcpRow } from './tcp-rows.ts';

const AF_INET = 2;
const AF_INET6 = 23;
const TCP_TABLE_OWNER_PID_CONNECTIONS = 4;
const ERROR_INSUFFICIENT_BUFFER = 122;
/** The table grows between two calls on a busy machine; this many growths are met. */
const MAX_TRIES = 5;

interface Reading {
  readonly status: number;
  /** The table, or with ERROR_INSUFFICIENT_BUFFER nothing. */
  readonly table: Uint8Array;
  /** How long it is. */
  readonly neededBytes: number;
}

/**
 * Connections, without listeners. Empty when the system does not tell. Read on another thread: it takes long where
 * there are many connections, and under Wine.
 */
export async function readTcpConnections(): Promise<TcpRow[]> {
  const [ipv4, ipv6] = await Promise.all([readTable(AF_INET), readTable(AF_INET6)]);
  return [...parseIpv4Rows(ipv4), ...parseIpv6Rows(ipv6)];
}

async function readTable(family: number): Promise<Uint8Array> {
  let bytes = 32 * 1024;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const { status, table, neededBytes } = await readInto(bytes, family);
    if (status === 0) return table;
    if (status !== ERROR_INSUFFICIENT_BUFFER) break;
    bytes = neededBytes + 4096;
  }
  return new Uint8Array(0);
}

function readInto(bytes: number, family: number): Promise<Reading> {
  // Memory that does not move while another thread writes to it.
  const memory: bigint = koffi().alloc('uint8_t', bytes);
  const size = [bytes];
  return new Promise<Reading>((resolve, reject) => {
    // SAFETY: at most size[0] bytes are written; the memory is freed after the call has ended.
    iphlpapi().GetExtendedTcpTable.async(
      memory,
      size,
      0,
      family,
      TCP_TABLE_OWNER_PID_CONNECTIONS,
      0,
      (error, status) => {
        if (error) return reject(error);
        // SAFETY: copies our own block.
        const table =
          status === 0 ? (koffi().decode(memory, 'uint8_t', bytes) as Uint8Array) : new Uint8Array(0);
        resolve({ status, table, neededBytes: size[0] ?? 0 });
      },
    );
  }).finally(() => koffi().free(memory));
}
