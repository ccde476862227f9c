// Serves one of the pipe doors with a session of its own making, and tells the test what it sees.

import { pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import { createOpensshPipeTransport } from '../../../ipc/transports/pipes/openssh-pipe.ts';
import { createOwnPipeTransport } from '../../../ipc/transports/pipes/own-pipe.ts';
import { createPageantPipeTransport } from '../../../ipc/transports/pipes/pageant-pipe.ts';
import { type Transport, TransportError } from '../../../ipc/transports/transport.ts';
import type { Session } from '../../../main/agent/agent.ts';
import type { Peer } from '../../../main/agent/facts/peer.ts';
import { openHandles } from '../copydata/open-handles.ts';
import { serveControl } from '../lane/control-server.ts';

const derive = promisify(pbkdf2);
const EMPTY_LIST = Uint8Array.of(12, 0, 0, 0, 0);
const doors: Record<string, () => Transport> = {
  'pageant-pipe': () => createPageantPipeTransport(),
  'two-names': () => createPageantPipeTransport({ userNames: async () => ['first.last', 'flast'] }),
  'openssh-pipe': createOpensshPipeTransport,
  'own-pipe': createOwnPipeTransport,
};

const transports = (process.argv[2] ?? '').split(',').map((name) => {
  const create = doors[name];
  if (!create) throw new Error(`no door ${name}`);
  return create();
});
const waiting = new Set<(reply: Uint8Array) => void>();
let sessions = 0;
let closed = 0;
let lastPeer: Peer | undefined;

function openSession(peer: Peer): Session {
  sessions++;
  lastPeer = peer;
  return {
    handle: async (message) => {
      if (message[0] === 200) return checksum(message);
      if (message[0] === 201) return new Promise((resolve) => waiting.add(resolve));
      return EMPTY_LIST;
    },
    end: () => {},
    close: () => {
      closed++;
    },
  };
}

function checksum(message: Uint8Array): Uint8Array {
  let sum = 0;
  for (const byte of message) sum = (Math.imul(sum, 31) + byte) >>> 0;
  return Uint8Array.of(6, sum >>> 24, sum >>> 16, sum >>> 8, sum);
}

async function start(): Promise<unknown> {
  try {
    for (const transport of transports) await transport.start(openSession);
    return { states: transports.map((transport) => transport.state) };
  } catch (error: unknown) {
    if (!(error instanceof TransportError)) throw error;
    const { message, remedy, heldBy } = error;
    return { message, remedy, heldBy, states: transports.map((transport) => transport.state) };
  }
}

async function stop(): Promise<number> {
  const started = performance.now();
  await Promise.all(transports.map((transport) => transport.stop()));
  return performance.now() - started;
}

const stopControl = serveControl({
  start,
  stop,
  handleCount: () => openHandles(process.pid),
  state: () => transports.map((transport) => transport.state),
  sessions: () => ({ opened: sessions, closed, waiting: waiting.size }),
  release: () => {
    for (const answer of waiting) answer(EMPTY_LIST);
    waiting.clear();
  },
  peer: async () => ({ ...lastPeer, facts: await lastPeer?.describe() }),
  pid: () => process.pid,
  /** Twenty pieces of work for libuv's threads. */
  work: async () => {
    const pieces = Array.from({ length: 20 }, () => derive('passphrase', 'salt', 1000, 32, 'sha256'));
    return (await Promise.all(pieces)).length;
  },
  /** Ends the process without stopping the doors first. */
  exit: () => {
    setTimeout(() => process.exit(5), 10);
  },
  end: () => {
    setImmediate(stopControl);
  },
});
