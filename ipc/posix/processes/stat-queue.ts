// Stat calls on files of others, two at a time: they may lie where nothing answers any more, on a network or FUSE file
// system that hangs.

/** The thread pool has four threads. A call that hangs keeps one for good, and nobody's signature must wait for it. */
const MAX_AT_ONCE = 2;
const PATIENCE_MS = 2000;

let running = 0;
const waiting = new Set<() => void>();

/** Runs `call`, of which two at most run at a time. Rejects when no place gets free within two seconds. */
export async function inStatQueue<T>(call: () => Promise<T>): Promise<T> {
  if (running < MAX_AT_ONCE) running++;
  else await placeOfAnother();
  try {
    return await call();
  } finally {
    const [next] = waiting;
    if (next) next();
    else running--;
  }
}

function placeOfAnother(): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      clearTimeout(timer);
      waiting.delete(begin);
    };
    const begin = () => {
      leave();
      resolve();
    };
    const giveUp = () => {
      leave();
      reject(new Error('a file system does not answer'));
    };
    const timer = setTimeout(giveUp, PATIENCE_MS).unref();
    waiting.add(begin);
  });
}
