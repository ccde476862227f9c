// The secret that shows that a program runs on this machine as this person: a file that nobody else can read.
import { randomBytes } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const proofBytes = 32;

/** Undefined when the file is not there, or is not ours. */
export function readLocalProof(path: string): Uint8Array | undefined {
  try {
    if (!lstatSync(path).isFile()) return undefined;
    const proof = Buffer.from(readFileSync(path, 'latin1').trim(), 'hex');
    return proof.length === proofBytes ? proof : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The proof in the file, made when there is none. All agents of a person share it. Undefined when it can't be
 * kept: rules and activity are then not told over connections.
 */
export function keepLocalProof(path: string): Uint8Array | undefined {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    try {
      // SECURITY: "wx" follows no link that somebody may have put in the file's place.
      writeFileSync(path, `${randomBytes(proofBytes).toString('hex')}\n`, { flag: 'wx', mode: 0o600 });
    } catch (error: unknown) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (lstatSync(path).isFile()) chmodSync(path, 0o600);
    }
    return readLocalProof(path);
  } catch {
    return undefined;
  }
}
