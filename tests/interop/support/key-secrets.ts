// The numbers of a private key that nobody else may know, to look for them.
import { createHash } from 'node:crypto';
import { ml_dsa44 } from '@noble/post-quantum/ml-dsa.js';
import { inlineCryptoOffload } from '../../../main/crypto-worker/inline-crypto-offload.ts';
import { WireReader } from '../../../main/keys/encoding/wire.ts';
import { parseKeyFile } from '../../../main/keys/files/parse-key-file.ts';
import type { Secret } from './memory-search.ts';

const toBigInt = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
const toBytes = (value: bigint, length: number) =>
  Buffer.from(value.toString(16).padStart(2 * length, '0'), 'hex');

const named = (name: string, numbers: Record<string, Uint8Array>): Secret[] =>
  Object.entries(numbers).map(([part, bytes]) => ({ name: `${name} ${part}`, bytes: Buffer.from(bytes) }));

/** The seed, and the numbers that signatures are made with in its place (RFC 8032 §5.1.5, §5.2.5). */
function edwardsSecrets(name: string, seed: Uint8Array): Secret[] {
  const isEd448 = seed.length === 57;
  const expanded = isEd448
    ? createHash('shake256', { outputLength: 114 }).update(seed).digest()
    : createHash('sha512').update(seed).digest();
  const half = expanded.length / 2;
  // Without the bytes at its ends, of which some bits are set and others cleared.
  return named(name, { seed, scalar: expanded.subarray(1, half - 2), prefix: expanded.subarray(half) });
}

/** The seed, what it expands to, and some of the short vectors, packed (FIPS 204, algorithms 6 and 24). */
function mldsaSecrets(name: string, seed: Uint8Array): Secret[] {
  const expanded = createHash('shake256', { outputLength: 128 })
    .update(seed)
    .update(Uint8Array.of(4, 4))
    .digest();
  const { secretKey } = ml_dsa44.keygen(seed);
  const packed = (vector: number) => secretKey.subarray(128 + vector * 96, 128 + (vector + 1) * 96);
  return named(name, {
    seed,
    'seed of the vectors': expanded.subarray(32, 96),
    'key of the nonces': expanded.subarray(96),
    ...Object.fromEntries([0, 3, 4, 7].map((n) => [`vector ${n}`, packed(n)])),
  });
}

function rsaSecrets(name: string, reader: WireReader): Secret[] {
  const [d, iqmp, p, q] = Array.from({ length: 4 }, () => reader.readMpint()) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const dp = toBytes(toBigInt(d) % (toBigInt(p) - 1n), p.length);
  const dq = toBytes(toBigInt(d) % (toBigInt(q) - 1n), q.length);
  return named(name, { d, p, q, iqmp, dp, dq });
}

/** `file` is a key file in clear, of any format. */
export async function secretsOf(file: Uint8Array, name: string): Promise<Secret[]> {
  const parsed = parseKeyFile(file);
  if (parsed.kind !== 'clear') throw new Error('an encrypted file');
  const encoded = (await parsed.fields(inlineCryptoOffload)).encodeForAgent();
  const reader = new WireReader(encoded.bytes);
  const algorithm = reader.readText();
  const skip = (count: number) => {
    for (let i = 0; i < count; i++) reader.readString();
  };
  switch (algorithm) {
    case 'ssh-ed25519':
    case 'ssh-ed448':
      skip(1);
      return edwardsSecrets(name, reader.readString().subarray(0, algorithm === 'ssh-ed448' ? 57 : 32));
    case 'ssh-mldsa44-ed25519': {
      skip(1);
      const seeds = reader.readString();
      return [
        ...mldsaSecrets(name, seeds.subarray(0, 32)),
        ...edwardsSecrets(`${name} Ed25519`, seeds.subarray(32)),
      ];
    }
    case 'ssh-rsa':
      skip(2);
      return rsaSecrets(name, reader);
    case 'ssh-dss':
      skip(4);
      return named(name, { x: reader.readMpint() });
    default:
      skip(2);
      return named(name, { scalar: reader.readMpint() });
  }
}
