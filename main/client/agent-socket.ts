// The byte stream to an agent: a Unix-domain socket or a named pipe of Windows.
import { connect, Socket } from 'node:net';
import { type PeerCredentials, readPeerCredentials } from '../../ipc/posix/sockets/peer-credentials.ts';
import { foreignName } from '../../text/foreign-text.ts';
import { systemErrorInWords } from '../../text/system-error.ts';
import { foreignAgent, NoAgentError } from './agent-errors.ts';
import { isPipeName } from './pipe-name.ts';

const isWindows = process.platform === 'win32';
const remedy = isWindows
  ? 'Start Sallyport, or run: sallyport agent'
  : 'Start one with: eval "$(sallyport agent --background)"';
const forbidden = isWindows
  ? 'It belongs to another user, or was started as administrator: then quit it and start it without that.'
  : 'It belongs to another user.';

function explain(error: NodeJS.ErrnoException, address: string): NoAgentError {
  const mayNot = `You may not use the agent at ${foreignName(address)}: ${systemErrorInWords(error.code)}. ${forbidden}`;
  const reasons: Record<string, string> = {
    ENOENT: `There is no agent at ${foreignName(address)}: the ${isWindows ? 'pipe' : 'socket'} does not exist. ${remedy}`,
    ECONNREFUSED: `There is no agent at ${foreignName(address)} any more: nobody listens there. ${remedy}`,
    ENOTSOCK: `${foreignName(address)} is not a socket. SSH_AUTH_SOCK must name an agent's socket. ${remedy}`,
    EACCES: mayNot,
    EPERM: mayNot,
    EBUSY: `The agent at ${foreignName(address)} is too busy to answer. Try again in a moment.`,
  };
  const reason =
    reasons[error.code ?? ''] ??
    `The agent at ${foreignName(address)} can't be reached (${systemErrorInWords(error.code ?? error.message)}).`;
  return new NoAgentError(reason, { cause: error });
}

export const connectTimeoutMs = 10_000;

/**
 * SECURITY: who listens is given passphrases and private keys. Root could read them in our memory anyway. That we are
 * root makes another user's agent no safer: whoever sets our SSH_AUTH_SOCK, or replaces the socket, would get the keys.
 */
export const isOwnAgent = (credentials: PeerCredentials | undefined): boolean =>
  credentials !== undefined && (credentials.uid === 0 || credentials.uid === process.geteuid?.());

function assertOwnAgent(socket: Socket, address: string): void {
  const credentials = readPeerCredentials(socket);
  if (isOwnAgent(credentials)) return;
  const whose = credentials
    ? `The agent at ${foreignName(address)} belongs to another user (uid ${credentials.uid})`
    : `The system does not say whose agent listens at ${foreignName(address)}`;
  throw new NoAgentError(
    `${whose}, so nothing was sent there. Check SSH_AUTH_SOCK${credentials ? ', or run this command as that user' : ''}.`,
    { cause: foreignAgent() },
  );
}

async function openUnixSocket(address: string, allowHalfOpen: boolean): Promise<Socket> {
  const socket = await connectUnixSocket(address, allowHalfOpen);
  try {
    assertOwnAgent(socket, address);
    return socket;
  } catch (error: unknown) {
    socket.destroy();
    throw error;
  }
}

function connectUnixSocket(address: string, allowHalfOpen: boolean): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path: address, allowHalfOpen });
    const timer = setTimeout(
      () => socket.destroy(Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' })),
      connectTimeoutMs,
    );
    const refuse = (error: Error) => {
      clearTimeout(timer);
      reject(error);
    };
    socket.once('error', refuse);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', refuse);
      resolve(socket);
    });
  });
}

/** Node's names for what CreateFile says; the numbers are winerror.h's. */
const codeOfWin32Error: Record<number, string> = {
  2: 'ENOENT',
  3: 'ENOENT',
  5: 'EACCES',
  53: 'ENOENT',
  123: 'ENOENT',
  231: 'EBUSY',
};

async function openWindowsPipe(address: string, allowHalfOpen: boolean): Promise<Socket> {
  // Not Node's own connect(): it asks nobody whose pipe it is, and lets the server act in our name.
  const { openPipe, ForeignPipeError } = await import('../../ipc/win32/pipes/pipe-client.ts');
  try {
    const descriptor = await openPipe(address);
    return new Socket({ fd: descriptor, readable: true, writable: true, allowHalfOpen });
  } catch (error: unknown) {
    if (error instanceof ForeignPipeError)
      throw new NoAgentError(
        `The pipe ${error.message}, so nothing was sent there. Tell the administrator of this computer.`,
        { cause: foreignAgent() },
      );
    const win32Code = error instanceof Error && 'code' in error ? Number(error.code) : Number.NaN;
    throw Object.assign(new Error(String(error)), { code: codeOfWin32Error[win32Code] });
  }
}

async function openOnWindows(address: string, allowHalfOpen: boolean): Promise<Socket> {
  if (isPipeName(address)) return openWindowsPipe(address, allowHalfOpen);
  const { peerOfTcp } = await import('../../ipc/win32/processes/tcp-peer.ts');
  const { openAssuanSocket } = await import('./assuan-socket.ts');
  return openAssuanSocket(address, peerOfTcp, allowHalfOpen);
}

/**
 * Connects to the agent at a Unix-domain socket, Windows pipe or socket file of GnuPG that belongs to this user, root or the system.
 * With `allowHalfOpen` our side stays open when the agent ends its own. Rejects with NoAgentError.
 */
export async function openAgentSocket(address: string, allowHalfOpen = false): Promise<Socket> {
  try {
    return await (isWindows ? openOnWindows : openUnixSocket)(address, allowHalfOpen);
  } catch (error: unknown) {
    throw error instanceof NoAgentError ? error : explain(error as NodeJS.ErrnoException, address);
  }
}
