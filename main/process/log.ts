// The log of the tray application, and of an agent in the background: a ring in memory and a file that rotates, both redacted.
import { appendFile, rename, rm, stat } from 'node:fs/promises';
import { assertTrustedPlace } from '../../ipc/posix/files/trusted-place.ts';
import { systemErrorInWords } from '../../text/system-error.ts';
import { redact } from './redact.ts';

const ringLines = 1000;
const maxPendingLines = 4000;
/** Together less than a file may have. */
const linesPerWrite = 200;
const maxFileBytes = 1024 * 1024;
export const logFileName = 'log.txt';
/** log.txt, log.1.txt, log.2.txt */
const olderFiles = 2;

export interface Log {
  /** Takes one line. It is redacted, but callers keep secrets out of it all the same. */
  line(text: string): void;
  /** The latest lines, oldest first. */
  recent(): readonly string[];
  /** Resolves when everything so far is in the file. */
  flush(): Promise<void>;
}

const numbered = (path: string, number: number) =>
  number === 0 ? path : path.replace(/(\.[^.]*)?$/, (extension) => `.${number}${extension}`);

async function rotate(path: string): Promise<void> {
  await rm(numbered(path, olderFiles), { force: true });
  for (let number = olderFiles; number > 0; number--) {
    await rename(numbered(path, number - 1), numbered(path, number)).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    });
  }
}

async function append(path: string, lines: string): Promise<void> {
  assertTrustedPlace(path);
  const size = await stat(path).then(
    (stats) => stats.size,
    () => 0,
  );
  if (size + lines.length > maxFileBytes) await rotate(path);
  await appendFile(path, lines, { mode: 0o600 });
}

/** A log that writes to `path` as well; a file that can't be written costs its lines and nothing else. */
export function openLog(path: string, now: () => Date = () => new Date()): Log {
  const ring: string[] = [];
  let pending: string[] = [];
  let writing: Promise<void> | undefined;
  let isBroken = false;
  const keep = (line: string) => {
    ring.push(line);
    if (ring.length > ringLines) ring.shift();
  };
  const write = async () => {
    while (pending.length > 0) {
      const lines = pending.splice(0, linesPerWrite);
      await append(path, lines.map((line) => `${line}\n`).join('')).catch((error: unknown) => {
        // Said once: a full disk would otherwise fill the ring with itself.
        const { code, message } = error as NodeJS.ErrnoException;
        if (!isBroken) keep(`the log file can't be written (${systemErrorInWords(code ?? message)})`);
        isBroken = true;
      });
    }
    writing = undefined;
  };
  return {
    line(text) {
      const line = `${now().toISOString()} ${redact(text)}`;
      keep(line);
      pending.push(line);
      // Whoever makes lines faster than the disk takes them must not fill the memory.
      if (pending.length > maxPendingLines) pending = pending.slice(-maxPendingLines / 2);
      writing ??= write();
    },
    recent: () => [...ring],
    flush: async () => await writing,
  };
}
