// Who is at the other end of a TCP connection within this machine (the Cygwin socket's clients).
import { currentUserSid, userSidOfProcess } from '../security/current-user.ts';
import { isProcessBelowUs } from '../security/integrity-level.ts';
import { readTcpConnections } from './tcp-table.ts';

export interface TcpPeer {
  readonly pid: number;
  /** False also when the system does not say whose process it is, or when it is below our integrity level. */
  readonly ownerIsUs: boolean;
}

/** The table may lag behind the connection: Wine learns of a socket's process only at its first send. */
const TRIES = 3;

/**
 * The process whose end of the loopback connection has `remotePort`, ours being `localPort`. Undefined
 * when three readings of the table don't tell. SECURITY: a caller must take undefined for a refusal.
 */
export async function peerOfTcp(localPort: number, remotePort: number): Promise<TcpPeer | undefined> {
  for (let tries = 0; tries < TRIES; tries++) {
    const pid = await clientPid(localPort, remotePort);
    if (pid !== undefined)
      return { pid, ownerIsUs: userSidOfProcess(pid) === currentUserSid() && !isProcessBelowUs(pid) };
  }
  return undefined;
}

async function clientPid(localPort: number, remotePort: number): Promise<number | undefined> {
  const row = (await readTcpConnections()).find(
    (candidate) =>
      candidate.established &&
      candidate.localPort === remotePort &&
      candidate.remotePort === localPort &&
      candidate.localAddress === '127.0.0.1' &&
      candidate.remoteAddress === '127.0.0.1',
  );
  return row?.pid || undefined;
}
