// Has the C library overwrite what the process gives back to it.
import { libcFunction } from '../libc.ts';

const M_PERTURB = -6;
/** What freed memory is filled with; memory that is handed out is filled with the complement, zero. */
const FREED_BYTE = 0xff;

/**
 * From now on glibc overwrites memory when it is freed, so that copies which Node.js and OpenSSL make and don't wipe
 * (what a pipe or a TCP socket brings lies in a buffer of 64 KiB of Node's own) are gone with their use. Blocks below 1 KiB
 * escape: see wipeSmallFreedMemory. Does nothing where the C library is another one.
 */
export function wipeFreedMemory(): void {
  if (process.platform !== 'linux') return;
  try {
    // SAFETY: takes two numbers and sets a number.
    libcFunction('int mallopt(int parameter, int value)')(M_PERTURB, FREED_BYTE);
  } catch {
    // musl has no such function.
  }
}

/** What glibc keeps for each thread (its tcache): blocks of up to 1,032 bytes, in steps of 16, seven of a size. */
const smallBlocks = { firstBytes: 24, lastBytes: 1032, stepBytes: 16, ofEachSize: 8 };

/** Overwrites the small blocks that this thread has freed: takes all that are kept, and gives them back zeroed. */
export function wipeSmallFreedMemory(): void {
  if (process.platform !== 'linux') return;
  const malloc = libcFunction('void *malloc(size_t size)');
  const memset = libcFunction('void *memset(void *block, int byte, size_t size)');
  const free = libcFunction('void free(void *block)');
  const { firstBytes, lastBytes, stepBytes, ofEachSize } = smallBlocks;
  for (let size = firstBytes; size <= lastBytes; size += stepBytes) {
    // SAFETY: each block is of `size` bytes, written within them, and given back once; one that is not there is null.
    const blocks: unknown[] = Array.from({ length: ofEachSize }, () => malloc(size)).filter(Boolean);
    for (const block of blocks) memset(block, 0, size);
    for (const block of blocks) free(block);
  }
}

/** Gives memory that is free back to the system. Does nothing where the C library is another one than glibc. */
export function returnFreedMemory(): void {
  if (process.platform !== 'linux') return;
  try {
    // SAFETY: takes a number and touches nothing that is in use.
    libcFunction('int malloc_trim(size_t pad)')(0);
  } catch {
    // musl has no such function.
  }
}
