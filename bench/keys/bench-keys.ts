// Keys that the agents are given: made once, kept for the next run, and good for nothing else.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inlineCryptoOffload } from '../../main/crypto-worker/inline-crypto-offload.ts';
import { WireWriter } from '../../main/keys/encoding/wire.ts';
import { generateKey, type NewKeyType } from '../../main/keys/files/generate-key.ts';

export const keyKinds = {
  Ed25519: { kind: 'ed25519' },
  'P-256': { kind: 'ecdsa-p256' },
  'P-384': { kind: 'ecdsa-p384' },
  'P-521': { kind: 'ecdsa-p521' },
  'RSA-2048': { kind: 'rsa', bits: 2048 },
  'RSA-4096': { kind: 'rsa', bits: 4096 },
} as const satisfies Readonly<Record<string, NewKeyType>>;

export type KeyKind = keyof typeof keyKinds;

export interface BenchKey {
  readonly kind: KeyKind;
  readonly blob: Uint8Array;
  /** Message 17, without a length in front. */
  readonly addMessage: Uint8Array;
}

/** Which keys an agent has: numbers of each kind. */
export type KeySet = Readonly<Partial<Record<KeyKind, number>>>;

const file = new URL('../../.cache/bench/keys.json', import.meta.url);

type StoredKeys = Partial<Record<KeyKind, { readonly blob: string; readonly add: string }[]>>;

function readStored(): StoredKeys {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as StoredKeys;
  } catch {
    // None yet, or half a file of a run that was ended.
    return {};
  }
}

async function makeKey(kind: KeyKind, n: number): Promise<{ blob: string; add: string }> {
  const key = await generateKey(keyKinds[kind], inlineCryptoOffload);
  using fields = key.encodeForAgent();
  const add = new WireWriter().byte(17).bytes(fields.bytes).text(`${kind} ${n}`).finish();
  key.wipe();
  return {
    blob: Buffer.from(key.publicKey.blob).toString('base64'),
    add: Buffer.from(add).toString('base64'),
  };
}

const bytes = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));

/** The same keys in each run, as many as the set says. RSA keys take a while the first time. */
export async function benchKeys(set: KeySet): Promise<BenchKey[]> {
  const stored = readStored();
  const keys: BenchKey[] = [];
  let hasNew = false;
  for (const kind of Object.keys(keyKinds) as KeyKind[]) {
    const wanted = set[kind] ?? 0;
    const known = stored[kind] ?? [];
    stored[kind] = known;
    hasNew ||= known.length < wanted;
    const firstNew = known.length;
    // At once: primes are looked for on the thread pool.
    const missing = Array.from({ length: Math.max(0, wanted - firstNew) }, (_, n) =>
      makeKey(kind, firstNew + n),
    );
    known.push(...(await Promise.all(missing)));
    for (const { blob, add } of known.slice(0, wanted))
      keys.push({ kind, blob: bytes(blob), addMessage: bytes(add) });
  }
  if (hasNew) {
    mkdirSync(fileURLToPath(new URL('.', file)), { recursive: true });
    writeFileSync(file, JSON.stringify(stored), { mode: 0o600 });
  }
  return keys;
}
