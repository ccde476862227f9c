// The TCP connections of our own network, asked of the kernel by sock_diag(7) as `ss` does: of its table only what is
// there is gone through. The text of /proc/net/tcp costs thirty times as much where the table is large, at each login.
import { closeSync } from 'node:fs';
import { endianness } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { libcFunction } from '../libc.ts';
import { SharedRead } from './shared-read.ts';
import { addressText, networkOf, readTcpConnections, type TcpConnection } from './tcp-table.ts';

const AF_INET = 2;
const AF_INET6 = 10;
const AF_NETLINK = 16;
const SOCK_RAW_NONBLOCK_CLOEXEC = 3 | 0o4000 | 0o2_000_000;
const NETLINK_SOCK_DIAG = 4;
const SOCK_DIAG_BY_FAMILY = 20;
const NLM_F_REQUEST_DUMP = 0x301;
const NLM_F_DUMP_INTR = 0x10;
const NLMSG_DONE = 3;
const HEADER_BYTES = 16;
/** struct inet_diag_req_v2, and struct inet_diag_msg. */
const REQUEST_BYTES = 56;
const ENTRY_BYTES = 72;
const IPPROTO_TCP = 6;
const TCP_ESTABLISHED = 1;
/** The kernel never gives more at once. */
const REPLY_BYTES = 32 * 1024;
const isLittle = endianness() === 'LE';

let isAvailable = true;
/** Of IPv4 first: most connections are of it, and then the other half of the table is not gone through. */
const tables = [AF_INET, AF_INET6].map((family) => new SharedRead(() => askKernel(family)));

/**
 * Those of the sockets (by their inodes) that are established TCP connections, in the network of a process whose directory
 * is given as /proc/PID. Where the kernel answers no such question, or the network is not ours, they are sought in /proc.
 * Never rejects.
 */
export async function tcpConnectionsOf(
  processDirectory: string,
  inodes: ReadonlySet<number>,
): Promise<readonly TcpConnection[]> {
  const network = networkOf(processDirectory);
  const isOwn = network !== undefined && network === networkOf('/proc/self');
  const sought = ({ inode }: TcpConnection) => inodes.has(inode);
  if (!isOwn || !isAvailable) return (await readTcpConnections(processDirectory)).filter(sought);
  try {
    const found: TcpConnection[] = [];
    for (const table of tables)
      if (found.length < inodes.size) found.push(...(await table.get()).filter(sought));
    return found;
  } catch {
    // Not again: the kernel would look for a module each time.
    isAvailable = false;
    return (await readTcpConnections()).filter(sought);
  }
}

async function askKernel(family: number): Promise<readonly TcpConnection[]> {
  const open = libcFunction('int socket(int domain, int type, int protocol)');
  const socket: number = open(AF_NETLINK, SOCK_RAW_NONBLOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  if (socket < 0) throw new Error('no socket for questions to the kernel');
  try {
    await ask(socket, family);
    return await readReplies(socket);
  } finally {
    closeSync(socket);
  }
}

/** On the thread pool: the kernel goes through its table in this call, and the first of all may load a module. */
function ask(socket: number, family: number): Promise<void> {
  const question = new DataView(new ArrayBuffer(HEADER_BYTES + REQUEST_BYTES));
  question.setUint32(0, question.byteLength, isLittle);
  question.setUint16(4, SOCK_DIAG_BY_FAMILY, isLittle);
  question.setUint16(6, NLM_F_REQUEST_DUMP, isLittle);
  question.setUint8(HEADER_BYTES, family);
  question.setUint8(HEADER_BYTES + 1, IPPROTO_TCP);
  question.setUint32(HEADER_BYTES + 4, 1 << TCP_ESTABLISHED, isLittle);
  const bytes = new Uint8Array(question.buffer);
  const send = libcFunction('intptr_t send(int fd, const void *bytes, size_t length, int flags)');
  return new Promise((resolve, reject) => {
    // SAFETY: the bytes are held by this closure until the call has returned, and only read.
    send.async(socket, bytes, bytes.length, 0, (error: unknown, sent: number) => {
      if (!error && sent === bytes.length) resolve();
      else reject(new Error('the kernel takes no questions about sockets'));
    });
  });
}

async function readReplies(socket: number): Promise<readonly TcpConnection[]> {
  const connections: TcpConnection[] = [];
  const reply = Buffer.alloc(REPLY_BYTES);
  for (;;) {
    const receive = libcFunction('intptr_t recv(int fd, _Out_ void *bytes, size_t length, int flags)');
    // Answers are made as they are read: nothing to wait for. SECURITY: nobody but the kernel and root may write to such
    // a socket. SAFETY: at most so many bytes are written.
    const length: number = receive(socket, reply, reply.length, 0);
    if (length <= 0) throw new Error('the kernel does not answer');
    if (takeMessages(reply.subarray(0, length), connections)) return connections;
    // Another user may have a hundred thousand connections.
    await nextTurn();
  }
}

/** Says whether the last one was among them. */
function takeMessages(messages: Buffer, connections: TcpConnection[]): boolean {
  const view = new DataView(messages.buffer, messages.byteOffset, messages.length);
  for (let start = 0; start < messages.length; ) {
    const length = view.getUint32(start, isLittle);
    const type = view.getUint16(start + 4, isLittle);
    if (type === NLMSG_DONE) {
      // SECURITY: the kernel also ends like this when it has no module for TCP; that is not an empty table.
      if (view.getInt32(start + HEADER_BYTES, isLittle) < 0) throw new Error('the kernel has no answer');
      return true;
    }
    const isWhole = (view.getUint16(start + 6, isLittle) & NLM_F_DUMP_INTR) === 0;
    if (type !== SOCK_DIAG_BY_FAMILY || length < HEADER_BYTES + ENTRY_BYTES || !isWhole)
      throw new Error('the kernel answers something else');
    connections.push(entryAt(messages, view, start + HEADER_BYTES));
    start += (length + 3) & ~3;
  }
  return false;
}

function entryAt(messages: Buffer, view: DataView, start: number): TcpConnection {
  const addressBytes = view.getUint8(start) === AF_INET ? 4 : 16;
  const end = (port: number, address: number) => ({
    address: addressText(messages.subarray(start + address, start + address + addressBytes)),
    port: view.getUint16(start + port),
  });
  return {
    local: end(4, 8),
    remote: end(6, 24),
    uid: view.getUint32(start + 64, isLittle),
    inode: view.getUint32(start + 68, isLittle),
  };
}
