// How much work a key file may ask for: a hostile file must not eat the machine.
import { KeyFileError } from './key-file-error.ts';

/** What deriving the key from the passphrase will take. */
export interface DecryptionCost {
  /** Whether a person should agree before the machine spends this. */
  readonly needsConfirmation: boolean;
  /** About how long an ordinary machine works on it. */
  readonly seconds: number;
  /** For the person, e.g. "about 17 s (Argon2id with 64 MiB of memory and 300 passes)". */
  readonly description: string;
}

interface WorkLimit {
  /** Units of work an ordinary machine does in a second. */
  readonly perSecond: number;
  readonly confirmAbove: number;
  readonly refuseAbove: number;
}

const maxMemoryKiB = 1024 * 1024;
/** Passes x KiB. */
const argon2Work: WorkLimit = { perSecond: 1_200_000, confirmAbove: 2 ** 24, refuseAbove: 2 ** 28 };
/** Rounds; each takes about 4 ms for every 32 bytes derived. */
const bcryptWork: WorkLimit = { perSecond: 120, confirmAbove: 2_000, refuseAbove: 50_000 };
/** Iterations. */
const pbkdf2Work: WorkLimit = { perSecond: 1_000_000, confirmAbove: 10_000_000, refuseAbove: 200_000_000 };
/** Iterations of the schemes before PBKDF2, which are computed in JavaScript. */
const pbes1Work: WorkLimit = { perSecond: 500_000, confirmAbove: 5_000_000, refuseAbove: 50_000_000 };
/** N x r x p, and what PBKDF2 does around it, which is most of it where N is tiny. */
const scryptWork: WorkLimit = { perSecond: 2_500_000, confirmAbove: 2 ** 25, refuseAbove: 2 ** 29 };
/** Measured: for each r x p as much as this N. */
const scryptPbkdf2Work = 6;

/** Throws KeyFileError `hostile-parameters` beyond what any honest file needs. `passes` and the rest as in the file. */
export function argon2Cost(
  variant: string,
  memoryKiB: number,
  passes: number,
  parallelism: number,
): DecryptionCost {
  if (memoryKiB > maxMemoryKiB) throw tooMuch(`${inMiB(memoryKiB)} of memory`);
  if (passes < 1 || parallelism < 1 || parallelism > 255 || memoryKiB < 8 * parallelism) {
    throw impossible('Argon2');
  }
  const what = `${variant} with ${inMiB(memoryKiB)} of memory and ${passes} passes`;
  return costOf(what, passes * memoryKiB, argon2Work);
}

/** As argon2Cost. */
export function bcryptCost(rounds: number): DecryptionCost {
  if (rounds < 1) throw impossible('bcrypt');
  return costOf(`bcrypt with ${rounds} rounds`, rounds, bcryptWork);
}

/** As argon2Cost. */
export function pbkdf2Cost(iterations: number): DecryptionCost {
  if (iterations < 1) throw impossible('PBKDF2');
  return costOf(`PBKDF2 with ${iterations} iterations`, iterations, pbkdf2Work);
}

/** As argon2Cost. */
export function pbes1Cost(iterations: number): DecryptionCost {
  if (iterations < 1) throw impossible('password');
  return costOf(`an old PKCS key derivation with ${iterations} iterations`, iterations, pbes1Work);
}

/** As argon2Cost; N, r and p are RFC 7914's. */
export function scryptCost(N: number, r: number, p: number): DecryptionCost {
  // SECURITY: 128·N·r bytes for the block under way, and 128·p·r for all of them (RFC 7914 §6).
  const memoryKiB = (Math.max(N, p) * r) / 8;
  if (memoryKiB > maxMemoryKiB) throw tooMuch(`${inMiB(memoryKiB)} of memory`);
  if (N < 2 || !Number.isInteger(Math.log2(N)) || r < 1 || p < 1) throw impossible('scrypt');
  return costOf(`scrypt with ${inMiB(memoryKiB)} of memory`, (N + scryptPbkdf2Work) * r * p, scryptWork);
}

/** For derivations whose cost is nothing to speak of. */
export const negligibleCost: DecryptionCost = {
  needsConfirmation: false,
  seconds: 0,
  description: 'no time at all (a single hash)',
};

function costOf(what: string, work: number, limit: WorkLimit): DecryptionCost {
  const seconds = work / limit.perSecond;
  if (work > limit.refuseAbove) throw tooMuch(`${what}, about ${Math.ceil(seconds / 60)} minutes of work`);
  const duration = seconds < 0.5 ? 'under a second' : `about ${Math.round(seconds)} s`;
  return { needsConfirmation: work > limit.confirmAbove, seconds, description: `${duration} (${what})` };
}

function inMiB(kib: number): string {
  return kib < 1024 ? `${Math.ceil(kib)} KiB` : `${Math.round(kib / 1024)} MiB`;
}

function tooMuch(what: string): KeyFileError {
  return new KeyFileError(
    'hostile-parameters',
    `Opening this key file would take ${what}, which no ordinary key file needs; it was refused. ` +
      'If the file is yours, save it again with lower settings by the program that made it.',
  );
}

function impossible(name: string): KeyFileError {
  return new KeyFileError(
    'hostile-parameters',
    `This key file's ${name} parameters are impossible. It is damaged or was made to do harm; don't use it.`,
  );
}
