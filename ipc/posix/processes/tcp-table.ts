// Linux's table of TCP connections, /proc/net/tcp and tcp6 (proc(5)).
import { readFile } from 'node:fs/promises';
import { SocketAddress } from 'node:net';
import { endianness } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { readProcLink } from './proc-files.ts';
import { SharedReads } from './shared-read.ts';

interface TcpEndpoint {
  readonly address: string;
  readonly port: number;
}

export interface TcpConnection {
  readonly local: TcpEndpoint;
  readonly remote: TcpEndpoint;
  /** Owner of the socket at the local end. */
  readonly uid: number;
  /** What /proc/<pid>/fd shows as `socket:[inode]`. */
  readonly inode: number;
}

const ESTABLISHED = '01';
/** As many characters of a table are parsed before others get a turn: a millisecond's work. */
const CHARACTERS_PER_TURN = 64 * 1024;

/**
 * All established TCP connections in the network namespace of a process, whose directory is given as /proc/PID
 * (default: our own). Empty where the table can't be read.
 */
export async function readTcpConnections(processDirectory = '/proc/self'): Promise<readonly TcpConnection[]> {
  const network = networkOf(processDirectory);
  if (network === undefined) return readTables(processDirectory);
  // Ours through ourselves: another process may have ended by then.
  const from = network === networkOf('/proc/self') ? '/proc/self' : processDirectory;
  return sharedTables.get(network, () => readTables(from));
}

/**
 * By network. The kernel walks all of a large hash table at each read, 10 ms and more, however few connections there are.
 * SECURITY: also in a container's, of which many connections would else keep the pool's threads from who is to sign.
 */
const sharedTables = new SharedReads<readonly TcpConnection[]>();

/** What tells networks apart; undefined where we may not look. */
export const networkOf = (processDirectory: string) => readProcLink(`${processDirectory}/ns/net`);

async function readTables(processDirectory: string): Promise<readonly TcpConnection[]> {
  const tables = await Promise.all([
    readTable(`${processDirectory}/net/tcp`),
    readTable(`${processDirectory}/net/tcp6`),
  ]);
  return [...(await parseTcpTable(tables[0])), ...(await parseTcpTable(tables[1]))];
}

async function readTable(path: string): Promise<string> {
  return readFile(path, 'latin1').catch(() => '');
}

/**
 * The established connections in the text of one table; lines that are not understood are left out. Done in pieces, as
 * any user can have a hundred thousand connections.
 */
export async function parseTcpTable(text: string): Promise<TcpConnection[]> {
  const connections: TcpConnection[] = [];
  for (let start = 0; start < text.length; ) {
    if (start > 0) await nextTurn();
    const lineEnd = text.indexOf('\n', start + CHARACTERS_PER_TURN);
    const end = lineEnd < 0 ? text.length : lineEnd;
    for (const line of text.slice(start, end).split('\n')) {
      const connection = parseLine(line);
      if (connection) connections.push(connection);
    }
    start = end + 1;
  }
  return connections;
}

function parseLine(line: string): TcpConnection | undefined {
  // sl, local_address, rem_address, st, queues, timer, retransmits, uid, timeout, inode
  const [, localText, remoteText, state, , , , uid, , inode] = line.trim().split(/\s+/, 10);
  if (state !== ESTABLISHED || !localText || !remoteText) return undefined;
  const local = parseEndpoint(localText);
  const remote = parseEndpoint(remoteText);
  return local && remote && { local, remote, uid: Number(uid), inode: Number(inode) };
}

/** `0100007F:0016` is 127.0.0.1 port 22: each 32-bit word of the address is in the machine's byte order. */
function parseEndpoint(text: string): TcpEndpoint | undefined {
  const match = /^((?:[0-9A-F]{8}){1,4}):([0-9A-F]{4})$/.exec(text);
  if (!match?.[1] || !match[2]) return undefined;
  const bytes = Buffer.from(match[1], 'hex');
  if (endianness() === 'LE') bytes.swap32();
  if (bytes.length !== 4 && bytes.length !== 16) return undefined;
  return { address: addressText(bytes), port: Number.parseInt(match[2], 16) };
}

/** Of the four bytes of IPv4, or the sixteen of IPv6, in which IPv4 may be mapped. */
export function addressText(bytes: Buffer): string {
  return bytes.length === 4 ? bytes.join('.') : ipv6Text(bytes);
}

function ipv6Text(bytes: Buffer): string {
  const isMappedIpv4 = bytes.subarray(0, 10).every((byte) => byte === 0) && bytes.readUint16BE(10) === 0xffff;
  if (isMappedIpv4) return bytes.subarray(12).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUint16BE(2 * i).toString(16));
  return new SocketAddress({ address: groups.join(':'), family: 'ipv6' }).address;
}
