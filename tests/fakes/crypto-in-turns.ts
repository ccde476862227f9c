// `node:crypto` without threads: what takes a callback is done in a later turn of the event loop, so that a test runs
// the same way each time, knows when all is quiet, and can make millions of requests.
//
//   vi.mock('node:crypto', async (original) => cryptoInTurns(await original()));
import type * as NodeCrypto from 'node:crypto';
import type { KeyObject } from 'node:crypto';

type Crypto = typeof NodeCrypto;
type Callback<T> = (error: Error | null, result: T) => void;

let running = 0;

/** More than any honest file of the tests asks for; above it the result is a wrong one, at no cost. */
const maxPbkdf2Iterations = 5000;

/** Does the work in a later turn; `settled()` waits for it. */
export function inLaterTurn(work: () => void): void {
  running++;
  setImmediate(() => {
    running--;
    work();
  });
}

/** Resolves when nothing is left that needs neither the clock nor the person. */
export async function settled(): Promise<void> {
  for (let quietTurns = 0; quietTurns < 4; quietTurns = running === 0 ? quietTurns + 1 : 0)
    await new Promise((resolve) => setImmediate(resolve));
}

function callBack<T>(work: () => T, callback: Callback<T>): void {
  inLaterTurn(() => {
    let result: T;
    try {
      result = work();
    } catch (error) {
      callback(error as Error, undefined as T);
      return;
    }
    callback(null, result);
  });
}

/** As `parse`, but parses no key twice that is given as DER: the same few keys come millions of times. */
function parsedOnce<T>(parse: (key: { readonly key: Uint8Array }) => T): (key: unknown) => T {
  const parsed = new Map<string, T>();
  return (given) => {
    const key = given as { readonly key: Uint8Array };
    if (!(key.key instanceof Uint8Array)) return parse(key);
    const id = Buffer.from(key.key.buffer, key.key.byteOffset, key.key.length).toString('latin1');
    const result = parsed.get(id) ?? parse(key);
    if (parsed.size < 1000) parsed.set(id, result);
    return result;
  };
}

/** Signatures and their checks are real; scrypt is one hash, as a lock's passphrase is hashed at each (un)lock. */
export function cryptoInTurns(real: Crypto): Crypto {
  const sign = (...[hash, data, key, done]: Parameters<Crypto['sign']>) => {
    if (!done) return real.sign(hash, data, key);
    return callBack(() => real.sign(hash, data, key), done as Callback<Buffer>);
  };
  const verify = (
    ...[hash, data, key, signature, done]: [...Parameters<Crypto['verify']>, Callback<boolean>?]
  ) => {
    if (!done) return real.verify(hash, data, key, signature);
    return callBack(() => real.verify(hash, data, key, signature), done);
  };
  const scrypt = (
    passphrase: Uint8Array,
    salt: Uint8Array,
    length: number,
    _cost: unknown,
    done: Callback<Buffer>,
  ) => callBack(() => real.pbkdf2Sync(passphrase, salt, 1, length, 'sha256'), done);
  const pbkdf2 = (
    passphrase: Uint8Array,
    salt: Uint8Array,
    iterations: number,
    length: number,
    digest: string,
    done: Callback<Buffer>,
  ) => {
    const affordable = iterations > maxPbkdf2Iterations ? 1 : iterations;
    return callBack(() => real.pbkdf2Sync(passphrase, salt, affordable, length, digest), done);
  };
  const createPrivateKey = parsedOnce(real.createPrivateKey as (key: object) => KeyObject);
  const createPublicKey = parsedOnce(real.createPublicKey as (key: object) => KeyObject);
  return { ...real, ...({ sign, verify, scrypt, pbkdf2, createPrivateKey, createPublicKey } as object) };
}
