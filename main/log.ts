// The log of the tray application: a ring in memory and a file that rotates, both redacted.
import { appendFile, rename, rm, stat } from 'node:fs/promises';
import { assertTrustedPlace } from '../ipc/posix/trusted-place.ts';
import { redact } from './redact.ts';

const ringLines = 1000;
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

async function append(path: string, line: string): Promise<void> {
  assertTrustedPlace(path);
  const size = await stat(path).then(
    (stats) => stats.size,
    () => 0,
  );
  if (size + line.length > maxFileBytes) await rotate(path);
  await appendFile(path, line, { mode: 0o600 });
}

/** A log that writes to `path` as well; a file that can't be written costs its lines and nothing else. */
export function openLog(path: string, now: () => Date = () => new Date()): Log {
  const ring: string[] = [];
  let writing: Promise<void> = Promise.resolve();
  let isBroken = false;
  const keep = (line: string) => {
    ring.push(line);
    if (ring.length > ringLines) ring.shift();
  };
  return {
    line(text) {
      const line = `${now().toISOString()} ${redact(text)}`;
      keep(line);
      writing = writing.then(() =>
        append(path, `${line}\n`).catch((error: unknown) => {
          // Said once: a full disk would otherwise fill the ring with itself.
          const { code, message } = error as NodeJS.ErrnoException;
          if (!isBroken) keep(`the log file can't be written (${code ?? message})`);
          isBroken = true;
        }),
      );
    },
    recent: () => [...ring],
    flush: () => writing,
  };
}
