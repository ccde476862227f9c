// GnuPG's stand-in for a Unix-domain socket on Windows: a file that names a TCP port, and a secret (libassuan's
// assuan-socket.c).
import { open } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { foreignName } from '../../text/foreign-text.ts';
import { READ_WITHOUT_WAITING } from '../keys/files/read-without-waiting.ts';
import { foreignAgent, NoAgentError } from './agent-errors.ts';

/** Bytes of the secret that a client shows first. */
const nonceBytes = 16;
/** Longer than any such file. */
const maxFileBytes = 255;

export interface AssuanSocketFile {
  readonly port: number;
  readonly nonce: Uint8Array;
}

/** The port in digits, a line end, the secret. Undefined for what is no such file. */
export function parseAssuanSocketFile(content: Uint8Array): AssuanSocketFile | undefined {
  const lineEnd = content.indexOf(0x0a);
  const digits = Buffer.from(content.subarray(0, Math.max(lineEnd, 0))).toString('latin1');
  const nonce = Uint8Array.from(content.subarray(lineEnd + 1));
  const port = Number(digits);
  if (!/^\d{1,5}$/.test(digits) || port < 1 || port > 65_535 || nonce.length !== nonceBytes) return undefined;
  return { port, nonce };
}

/**
 * SECURITY: the agent asks for this at each list, so neither a fifo nor a disk that is silent may hold up all clients, and
 * a device has no end.
 */
async function readSocketFile(path: string): Promise<AssuanSocketFile> {
  await using handle = await open(path, READ_WITHOUT_WAITING);
  const content = Buffer.alloc(maxFileBytes + 1);
  const isFile = (await handle.stat()).isFile();
  const { bytesRead } = isFile ? await handle.read(content) : { bytesRead: 0 };
  const file = bytesRead <= maxFileBytes ? parseAssuanSocketFile(content.subarray(0, bytesRead)) : undefined;
  if (file === undefined) throw Object.assign(new Error('no socket file'), { code: 'ENOTSOCK' });
  return file;
}

/** Whose the other end of a loopback connection is. */
export type PeerOfTcp = (
  localPort: number,
  remotePort: number,
) => Promise<{ readonly ownerIsUs: boolean } | undefined>;

/**
 * Connects to the agent of the file and shows it the secret. Rejects with NoAgentError, or with the system's error.
 * SECURITY: the port of an agent that has ended may be anybody's by now, so its owner is asked for before that.
 */
export async function openAssuanSocket(
  path: string,
  peerOfTcp: PeerOfTcp,
  allowHalfOpen = false,
): Promise<Socket> {
  const { port, nonce } = await readSocketFile(path);
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen });
  try {
    await new Promise((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    const { localPort = 0 } = socket;
    const peer = await peerOfTcp(localPort, port);
    if (!peer?.ownerIsUs)
      throw new NoAgentError(
        `What listens for ${foreignName(path)} is not known to be yours, so nothing was sent there.`,
        { cause: foreignAgent() },
      );
    socket.write(nonce);
    return socket;
  } catch (error: unknown) {
    socket.destroy();
    throw error;
  }
}
