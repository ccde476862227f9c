// Runs in node.exe: the WM_COPYDATA door over an agent that a test steers.
import { setTimeout as delay } from 'node:timers/promises';
import { createCopydataTransport } from '../../../ipc/transports/copydata/create-copydata-transport.ts';
import type { Transport } from '../../../ipc/transports/transport.ts';
import type { OpenSession } from '../../../main/agent/agent.ts';
import type { Peer, ProcessFacts } from '../../../main/agent/facts/peer.ts';
import { systemClock } from '../../../main/basics/clock.ts';
import { Doors } from '../../../main/doors/doors.ts';
import { serveControl } from '../lane/control-server.ts';
import { openHandles } from './open-handles.ts';

/** Requests the agent below knows, by first byte. */
const ECHO = 0xe0;
const REPLY_OF_SIZE = 0xe1;
const WAIT = 0xe2;
const DESCRIBE = 0xe3;
const SLOW = 0xe4;
/** Long enough for the window that waits to step back from the front. */
const SLOW_MS = 25;
const LIST = 11;

interface SeenPeer extends Omit<Peer, 'describe'> {
  readonly requestBytes: number;
  readonly facts?: ProcessFacts;
}

const peers: SeenPeer[] = [];
const waiting = new Map<number, (reply: Uint8Array) => void>();
const closed: number[] = [];
let requests = 0;
let transport: Transport | undefined;
let doors: Doors | undefined;

const openSession: OpenSession = ({ describe: lookUp, ...peer }) => {
  let token: number | undefined;
  return {
    handle: async (message) => {
      requests += 1;
      // Looking a process up takes longer than all the rest.
      const facts = message[0] === DESCRIBE ? await lookUp() : undefined;
      peers.push({ ...peer, requestBytes: message.length, ...(facts && { facts }) });
      const rest = new DataView(message.buffer, message.byteOffset + 1, Math.max(message.length - 1, 0));
      if (message[0] === LIST) return Uint8Array.of(12, 0, 0, 0, 0);
      if (message[0] === ECHO) return Uint8Array.from(message);
      if (message[0] === REPLY_OF_SIZE) return new Uint8Array(rest.getUint32(0)).fill(0xab);
      if (message[0] === SLOW) return delay(SLOW_MS, Uint8Array.of(6));
      if (message[0] !== WAIT) return Uint8Array.of(5);
      const mine = rest.getUint8(0);
      token = mine;
      return new Promise((resolve) => waiting.set(mine, resolve));
    },
    end: () => {},
    close: () => {
      if (token === undefined || !waiting.has(token)) return;
      closed.push(token);
      waiting.get(token)?.(Uint8Array.of(5));
      waiting.delete(token);
    },
  };
};

const stop = serveControl({
  start: async (legacyClients: 'prompt' | 'usable-keys-only') => {
    transport ??= createCopydataTransport({
      workerUrl: new URL('./copydata-worker.js', import.meta.url),
      legacyClients,
    });
    doors ??= new Doors({ transports: [transport], openSession, clock: systemClock(), log: () => {} });
    const [failure] = await doors.open();
    if (failure) throw failure;
  },
  stop: async () => {
    const from = performance.now();
    await transport?.stop();
    return performance.now() - from;
  },
  state: () => ({ ...transport?.state, pid: process.pid }),
  requests: () => requests,
  peers: () => peers.splice(0),
  waiting: () => [...waiting.keys()],
  closed: () => closed,
  answerAll: () => {
    for (const resolve of waiting.values()) resolve(Uint8Array.of(5));
    waiting.clear();
  },
  answer: (token: number) => {
    const resolve = waiting.get(token);
    waiting.delete(token);
    resolve?.(Uint8Array.of(14, token));
  },
  handles: () => openHandles(process.pid),
  quit: () => {
    setImmediate(stop);
  },
  /** process.exit() after so many milliseconds, with whatever is open then. */
  exit: (afterMs: number) => {
    setTimeout(() => process.exit(7), afterMs);
  },
});
