// A file of the person, read at once: text that they write by hand, and nothing else that lies in its place.
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';

const doNotWait = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Undefined for what is no file, or has more than `maxBytes`. Throws the system's error. SECURITY: a fifo would be waited
 * for, and a device read for ever, on the thread that serves everybody.
 */
export function readPlainFile(
  path: string,
  maxBytes: number,
): { readonly bytes: Buffer; readonly stats: Stats } | undefined {
  const descriptor = openSync(path, doNotWait);
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile() || stats.size > maxBytes) return undefined;
    const buffer = Buffer.alloc(maxBytes + 1);
    let length = 0;
    while (length < buffer.length) {
      const count = readSync(descriptor, buffer, length, buffer.length - length, null);
      if (count === 0) break;
      length += count;
    }
    return length > maxBytes ? undefined : { bytes: Buffer.from(buffer.subarray(0, length)), stats };
  } finally {
    closeSync(descriptor);
  }
}
