// The activity as JSON lines in two files of bounded size: the current one, and the one before it.
import { readFileSync, statSync } from 'node:fs';
import { appendFile, mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { assertTrustedPlace } from '../../ipc/posix/files/trusted-place.ts';
import type { ActivitySink } from '../agent/consent/activity/activity.ts';
import { explainWriteError } from './explain-file-error.ts';

export interface ActivityFile extends ActivitySink {
  /** Resolves when everything appended so far has been written, or could not be. */
  flush(): Promise<void>;
}

export interface ActivityFileOptions {
  readonly path: string;
  /** Takes one line, once, when the activity can't be written. */
  readonly log: (line: string) => void;
  /** Size in bytes at which a file is set aside; twice as much is kept. Defaults to 1 MiB. */
  readonly maxFileBytes?: number;
}

/** Lines that wait for a slow disk; what comes on top is lost. */
const maxWaitingLines = 1000;
/**
 * Lines of so long, or so many of them, are written at once: looking at the file and opening it costs more than a signature.
 * What an agent that is killed (SIGKILL) has not written yet is lost, and no more.
 */
const batchMs = 100;
const maxBatchLines = 250;

function readLines(path: string, maxBytes: number): string[] {
  try {
    // SECURITY: others could make programs and hosts known that never were; and by a link have us write elsewhere.
    assertTrustedPlace(path);
    const stats = statSync(path);
    if (!stats.isFile() || stats.size > maxBytes) return [];
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    return [];
  }
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}

/** Says whether the file ends in the middle of a line, as after a full disk or a crash. */
async function isTorn(path: string): Promise<boolean> {
  const size = sizeOf(path);
  if (size === 0) return false;
  await using file = await open(path, 'r');
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer.toString() !== '\n';
}

/** Nothing is read or written before the first call. */
export function createActivityFile({
  path,
  log,
  maxFileBytes = 1024 * 1024,
}: ActivityFileOptions): ActivityFile {
  const olderPath = `${path}.1`;
  let waiting: string[] = [];
  let writing: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let hasComplained = false;
  /** False until the end of the file was looked at, and again after a write that failed. */
  let endsWhole = false;

  async function write(lines: readonly string[]): Promise<void> {
    assertTrustedPlace(path);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    // Another agent of the same person may append as well: the size is looked up, not counted.
    if (sizeOf(path) >= maxFileBytes) await rename(path, olderPath);
    const start = !endsWhole && (await isTorn(path)) ? '\n' : '';
    endsWhole = false;
    // One call for each write, so that lines of two agents do not run into each other.
    await appendFile(path, start + lines.map((line) => `${line}\n`).join(''), { mode: 0o600 });
    endsWhole = true;
  }

  async function writeBatch(): Promise<void> {
    const lines = waiting;
    waiting = [];
    try {
      await write(lines);
    } catch (error: unknown) {
      if (!hasComplained) {
        log(
          `The activity can not be written to ${path}: what is not there yet is lost when Sallyport ends. ${explainWriteError(error)}`,
        );
      }
      hasComplained = true;
    }
    writing = undefined;
    // Their time was up, or they were too many, while these were written.
    if (timer === undefined) writeNow();
  }

  function writeNow(): void {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.length > 0) writing ??= writeBatch();
  }

  return {
    load: () => [olderPath, path].flatMap((each) => readLines(each, 4 * maxFileBytes)),
    append(line) {
      if (waiting.length >= maxWaitingLines) return;
      waiting.push(line);
      if (waiting.length >= maxBatchLines) writeNow();
      else timer ??= setTimeout(writeNow, batchMs).unref();
    },
    async flush() {
      for (writeNow(); writing !== undefined; writeNow()) await writing;
    },
  };
}
