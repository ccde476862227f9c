// All TCP connections of this machine with the processes they belong to.
import { setTimeout as delay } from 'node:timers/promises';
import { iphlpapi } from '../libraries/iphlpapi.ts';
import { koffi } from '../libraries/native-library.ts';
import { ERROR_INSUFFICIENT_BUFFER } from '../libraries/win32-error.ts';
import { parseIpv4Rows, parseIpv6Rows, type TcpRow } from './tcp-rows.ts';

const AF_INET = 2;
const AF_INET6 = 23;
const TCP_TABLE_OWNER_PID_CONNECTIONS = 4;
/** The table grows between two calls on a busy machine; this many growths are met. */
const MAX_TRIES = 5;
/** A reading during which the machine slept has seemed to take hours; a request waits two seconds for all this. */
const MAX_REST_MS = 500;

interface Reading {
  readonly status: number;
  /** The table, or with ERROR_INSUFFICIENT_BUFFER nothing. */
  readonly table: Uint8Array;
  /** How long it is. */
  readonly neededBytes: number;
}

let nextReading: Promise<readonly TcpRow[]> | undefined;
let mayReadAgain: Promise<unknown> = Promise.resolve();

/**
 * Connections, without listeners, as they are after the call. Empty when the system does not tell. One reading serves
 * all who ask while another goes on: clients come in bursts, and a reading takes longer than a signature.
 */
export function readTcpConnections(): Promise<readonly TcpRow[]> {
  nextReading ??= mayReadAgain.then(() => {
    nextReading = undefined;
    const connections = readTables();
    mayReadAgain = restAfter(connections);
    return connections;
  });
  return nextReading;
}

/**
 * Where the table is long, or under Wine, readings one after another would take the machine from everybody else.
 * The rest keeps the process alive, since an agent that ends waits for who asked last.
 */
async function restAfter(reading: Promise<unknown>): Promise<void> {
  const from = performance.now();
  await reading.catch(() => {});
  await delay(Math.min(3 * (performance.now() - from), MAX_REST_MS));
}

/** One after the other: each takes a thread of the pool that signs and that lets clients of pipes in. */
async function readTables(): Promise<TcpRow[]> {
  const ipv4 = parseIpv4Rows(await readTable(AF_INET));
  return [...ipv4, ...parseIpv6Rows(await readTable(AF_INET6))];
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
