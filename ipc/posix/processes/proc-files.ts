// Reads of /proc that take a few microseconds, as no disk is behind it: a round through the thread pool costs more.
import { closeSync, constants, openSync, readlinkSync, readSync } from 'node:fs';

/** Opens for naming alone: nothing is read, and no device or file system is asked. Node has no constant for it. */
const O_PATH = 0o10_000_000;
/** All numbers that /proc/PID/stat may have, at their longest. */
const buffer = Buffer.alloc(2048);

/** A descriptor that stands for what `path` names now; undefined when there is nothing, or we may not look. */
export function openForNaming(path: string): number | undefined {
  try {
    return openSync(path, O_PATH);
  } catch {
    return undefined;
  }
}

/** The target of a link of /proc; undefined when there is none, or we may not look. */
export function readProcLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** The beginning of a file of /proc, 2 KiB at the most; undefined when it can't be read. */
export function readProcFile(path: string): string | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY);
    return buffer.toString('latin1', 0, readSync(file, buffer, 0, buffer.length, 0));
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
