// Which user and process is at the client's end of a TCP connection on this machine (Linux).
import { readdir, stat } from 'node:fs/promises';
import { readSocketInodes } from './process-sockets.ts';
import { readTcpConnections } from './tcp-table.ts';

const LOOPBACK = '127.0.0.1';

/**
 * The owner of the client's socket of a connection from 127.0.0.1:`remotePort` to our
 * 127.0.0.1:`localPort`. Root counts as us: it can read our memory anyway. Undefined when the table has
 * no such connection: the caller must then refuse.
 */
export async function peerOfTcp(
  localPort: number,
  remotePort: number,
): Promise<{ readonly ownerIsUs: boolean; readonly pid?: number } | undefined> {
  const client = (await readTcpConnections()).find(
    ({ local, remote }) =>
      local.port === remotePort &&
      remote.port === localPort &&
      local.address === LOOPBACK &&
      remote.address === LOOPBACK,
  );
  if (!client) return undefined;
  const ownerIsUs = client.uid === process.geteuid?.() || client.uid === 0;
  const pid = ownerIsUs ? await findSocketHolder(client.inode, client.uid) : undefined;
  return { ownerIsUs, ...(pid !== undefined && { pid }) };
}

/** The process of this user that has the socket open. */
async function findSocketHolder(inode: number, uid: number): Promise<number | undefined> {
  const names = await readdir('/proc').catch(() => []);
  // The newest first: clients are younger than most of what runs.
  const pids = names
    .map(Number)
    .filter(Number.isInteger)
    .sort((a, b) => b - a);
  for (const pid of pids) {
    const owner = await stat(`/proc/${pid}`)
      .then(({ uid }) => uid)
      .catch(() => undefined);
    if (owner === uid && (await readSocketInodes(`/proc/${pid}`)).has(inode)) return pid;
  }
  return undefined;
}
