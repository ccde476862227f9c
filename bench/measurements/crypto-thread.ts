// A thread that signs with node:crypto for a while, and nothing else: the best that a core can do.
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import type { KeyKind } from '../keys/bench-keys.ts';
import { loginData } from '../keys/login-requests.ts';

export interface CryptoOrder {
  readonly kind: KeyKind;
  readonly ms: number;
}

export interface CryptoResult {
  readonly perSecond: number;
  readonly processorUs: number;
}

const hashes: Readonly<Record<KeyKind, string | null>> = {
  Ed25519: null,
  'P-256': 'sha256',
  'P-384': 'sha384',
  'P-521': 'sha512',
  'RSA-2048': 'sha512',
  'RSA-4096': 'sha512',
};

function makeKey(kind: KeyKind): KeyObject {
  if (kind === 'Ed25519') return generateKeyPairSync('ed25519').privateKey;
  const [family, size] = kind.split('-');
  return family === 'RSA'
    ? generateKeyPairSync('rsa', { modulusLength: Number(size) }).privateKey
    : generateKeyPairSync('ec', { namedCurve: kind }).privateKey;
}

function measure({ kind, ms }: CryptoOrder): CryptoResult {
  const key = makeKey(kind);
  // As much as a login has: the blob of a key of any kind is a few words of it.
  const data = loginData({ blob: Uint8Array.of(0, 0, 0, 0), kind }, 0);
  const signOnce = () => sign(hashes[kind], data, key);
  for (let n = 0; n < 20; n++) signOnce();
  const [sinceMs, since] = [performance.now(), process.threadCpuUsage()];
  let signatures = 0;
  for (; performance.now() - sinceMs < ms; signatures++) signOnce();
  const { user, system } = process.threadCpuUsage(since);
  return {
    perSecond: (signatures * 1000) / (performance.now() - sinceMs),
    processorUs: (user + system) / signatures,
  };
}

parentPort?.postMessage(measure(workerData as CryptoOrder));
