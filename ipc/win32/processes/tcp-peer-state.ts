// Whether the client of a TCP connection within this machine is still there, also while nothing is read from it.
import type { TcpRow } from './tcp-rows.ts';
import { readTcpConnections } from './tcp-table.ts';

/**
 * The state of our end of the connection, ours being 127.0.0.1:`localPort`. `ended`: the client has closed its sending
 * half or all of it. Node gives no way to the SOCKET, which could be asked itself. Never rejects; what can't be learnt
 * is `there`.
 */
export async function tcpPeerState(
  _socket: unknown,
  localPort: number,
  remotePort: number,
): Promise<'there' | 'ended' | 'gone'> {
  const table = await readTcpConnections().catch(() => []);
  return peerStateIn(table, localPort, remotePort);
}

/** Ours is in the state CLOSE_WAIT when the client has ended its side; it leaves the table when it was reset. */
export function peerStateIn(
  rows: readonly TcpRow[],
  localPort: number,
  remotePort: number,
): 'there' | 'ended' | 'gone' {
  if (rows.length === 0) return 'there';
  const ours = rows.find(
    (row) =>
      row.localPort === localPort &&
      row.remotePort === remotePort &&
      row.localAddress === '127.0.0.1' &&
      row.remoteAddress === '127.0.0.1',
  );
  if (!ours) return 'gone';
  return ours.established ? 'there' : 'ended';
}
