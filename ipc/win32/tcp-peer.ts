// Who is at the other end of a TCP connection within this machine (the Cygwin socket's clients).
import { currentUserSid, userSidOfProcess } from './current-user.ts';
import { tcpConnections } from './tcp-table.ts';

export interface TcpPeer {
  readonly pid: number;
  /** False also when the system does not say whose process it is. */
  readonly ownerIsUs: boolean;
}

/**
 * The process whose end of the loopback connection has `remotePort`, ours being `localPort`. Undefined
 * when there is none (any more). SECURITY: a caller must take undefined for a refusal.
 */
export function peerOfTcp(localPort: number, remotePort: number): TcpPeer | undefined {
  const row = tcpConnections().find(
    (candidate) =>
      candidate.established &&
      candidate.localPort === remotePort &&
      candidate.remotePort === localPort &&
      candidate.localAddress === '127.0.0.1' &&
      candidate.remoteAddress === '127.0.0.1',
  );
  if (!row || row.pid === 0) return undefined;
  return { pid: row.pid, ownerIsUs: userSidOfProcess(row.pid) === currentUserSid() };
}
