// What is left of keys in clear once they were dropped, and how it goes: key objects wait for V8's collector, blocks
// of memory for whoever is given them next, and what was read from a socket last for the next who sends as much.
import { closeSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  returnFreedMemory,
  wipeFreedMemory,
  wipeSmallFreedMemory,
} from '../../ipc/posix/hardening/wipe-freed-memory.ts';
import { openSocketPair } from '../../ipc/posix/sockets/socket-pair.ts';
import { onKeyDropped } from '../keys/dropped-keys.ts';

/** Keys that are dropped together, as by a lock, are forgotten together. */
const delayMs = 500;
/** What libuv suggests to read at once, and Node.js has a buffer of. */
const readBufferBytes = 65_536;

/** V8's own: it collects as at a heap that is full where that is asked for, and keeps no pages for later. */
type CollectGarbage = (how: { readonly type: 'major'; readonly flavor: 'regular' | 'last-resort' }) => void;

let collectGarbage: CollectGarbage | undefined;
let isScheduled = false;

/** V8 shows its collector to scripts on request only: here to one that is made for it and seen by nobody else. */
function garbageCollector(): CollectGarbage {
  setFlagsFromString('--expose-gc');
  // Undefined rather than an error where the flag comes too late.
  const gc: unknown = runInNewContext('globalThis.gc');
  setFlagsFromString('--no-expose-gc');
  return typeof gc === 'function' ? (how) => gc(how) : () => {};
}

/** Node.js may read into the same buffer again and again, which can't be reached but by reading. */
function overwriteReadBuffer(): void {
  const [readEnd, writeEnd] = openSocketPair();
  new Socket({ fd: readEnd }).on('error', () => {}).resume();
  try {
    writeSync(writeEnd, new Uint8Array(readBufferBytes));
  } finally {
    closeSync(writeEnd);
  }
}

function forget(flavor: 'regular' | 'last-resort'): void {
  collectGarbage ??= garbageCollector();
  // Here OpenSSL wipes the numbers of key objects that nobody has any more.
  collectGarbage({ type: 'major', flavor });
  if (process.platform !== 'linux') return;
  try {
    wipeSmallFreedMemory();
    overwriteReadBuffer();
    returnFreedMemory();
  } catch {
    // Out of descriptors or memory: what was freed is overwritten by later work, only later.
  }
}

/** What was freed goes at once, and all that V8 keeps for later: takes some fifty milliseconds of the event loop. */
export const forgetAllNow = (): void => forget('last-resort');

/** From now on keys and passphrases that are dropped are forgotten soon after. */
export function forgetDroppedKeys(): void {
  wipeFreedMemory();
  // V8 gives memory back on the thread that used it: what is freed on a thread of V8's own stays unwiped in what glibc
  // keeps for that thread.
  setFlagsFromString('--no-concurrent-array-buffer-sweeping');
  // What is new is collected when it fills a megabyte or two, as at the start. V8 would let it grow to tens of them for a
  // burst of requests, and give none of that back.
  setFlagsFromString('--semi-space-growth-factor=1');
  onKeyDropped(forgetDroppedKeysSoon);
}

/** Within a second, once for all keys that are dropped meanwhile: takes some milliseconds of the event loop. */
export function forgetDroppedKeysSoon(): void {
  if (isScheduled) return;
  isScheduled = true;
  setTimeout(() => {
    isScheduled = false;
    forget('regular');
  }, delayMs).unref();
}
