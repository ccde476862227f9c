// Memory that the system encrypts with a key of its own, the same for all processes until the next start.
import { crypt32 } from '../libraries/crypt32.ts';

const CRYPTPROTECTMEMORY_CROSS_PROCESS = 1;

/**
 * Encrypts `bytes`, whose length must be a multiple of 16, in place. Where the system can't (or, as Wine,
 * does nothing), they stay as they are: PuTTY does not care either, and both sides then agree.
 */
export function protectForAllProcesses(bytes: Uint8Array): void {
  // SAFETY: encrypts exactly bytes.length bytes in place.
  crypt32().CryptProtectMemory(bytes, bytes.length, CRYPTPROTECTMEMORY_CROSS_PROCESS);
}
