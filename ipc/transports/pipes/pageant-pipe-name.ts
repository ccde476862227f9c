// The name under which PuTTY looks for its agent. PuTTY and the agent compute it alike, each for itself.
import { createHash } from 'node:crypto';
import { protectForAllProcesses } from '../../win32/security/protected-memory.ts';

/** CRYPTPROTECTMEMORY_BLOCK_SIZE. */
const BLOCK_BYTES = 16;

/**
 * `\\.\pipe\pageant.<user>.<hash>`. The hash differs after each start of the machine: it is never stored.
 * `protect` encrypts 16 bytes in place with the system's key.
 */
export function pageantPipeName(
  user: string,
  protect: (bytes: Uint8Array) => void = protectForAllProcesses,
): string {
  const block = new Uint8Array(BLOCK_BYTES);
  block.set(new TextEncoder().encode('Pageant'));
  protect(block);
  // As an SSH string (RFC 4251 §5): its length first.
  const hash = createHash('sha256')
    .update(Uint8Array.of(0, 0, 0, BLOCK_BYTES))
    .update(block)
    .digest('hex');
  return `\\\\.\\pipe\\pageant.${user}.${hash}`;
}
