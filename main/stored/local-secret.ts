// The secret by which it is known that a program runs on this machine as this person: a file that nobody else can read.
import { randomBytes } from 'node:crypto';
import { lstatSync, mkdirSync, readFileSync, rmSync, type Stats, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { assertTrustedPlace } from '../../ipc/posix/files/trusted-place.ts';
import { personDir, personHome } from './person-dir.ts';

const secretBytes = 32;
const makingMs = 2000;

/** The file that holds the secret, for the agent and for the programs that talk to it. */
export function localSecretPath(env: NodeJS.ProcessEnv): string {
  return join(personDir(process.platform, env, personHome()), 'local-secret');
}

/**
 * Undefined when the file is not there, or is not ours. SECURITY: nor when others could have written it, since they
 * would know the secret.
 */
export function readLocalSecret(path: string): Uint8Array | undefined {
  try {
    assertTrustedPlace(path);
    if (!lstatSync(path).isFile()) return undefined;
    const secret = Buffer.from(readFileSync(path, 'latin1').trim(), 'hex');
    return secret.length === secretBytes ? secret : undefined;
  } catch {
    return undefined;
  }
}

function isOpenToOthers({ mode }: Stats): boolean {
  return process.platform !== 'win32' && (mode & 0o077) !== 0;
}

/** A file that is of no use as it is: known to others, or without a secret in it, as a full disk leaves it. */
function isSpoilt(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats?.isFile() !== true) return false;
  // Another agent that starts just now may be about to write into it.
  const isBeingMade = Date.now() - stats.mtimeMs < makingMs;
  return isOpenToOthers(stats) || (!isBeingMade && readLocalSecret(path) === undefined);
}

/** What is in the file then, which another agent may have made in this moment. */
function makeLocalSecret(path: string): Uint8Array | undefined {
  try {
    // SECURITY: "wx" follows no link that somebody may have put in the file's place.
    writeFileSync(path, `${randomBytes(secretBytes).toString('hex')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error: unknown) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readLocalSecret(path);
}

/**
 * The secret in the file, made when there is none. All agents of a person share it. Undefined when it can't be
 * kept: rules and activity are then not told over connections.
 */
export function keepLocalSecret(path: string): Uint8Array | undefined {
  try {
    assertTrustedPlace(dirname(path));
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // SECURITY: what others could read or write is a secret no more. Agents that run must be started again then.
    if (isSpoilt(path)) rmSync(path);
    return readLocalSecret(path) ?? makeLocalSecret(path);
  } catch {
    return undefined;
  }
}
