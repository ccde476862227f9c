// The numbers of a private key that nobody else may know, to look for them.
import { inlineCryptoOffload } from '../../../main/crypto-worker/inline-crypto-offload.ts';
import { parseKeyFile } from '../../../main/keys/key-file.ts';
import { WireReader } from '../../../main/keys/wire.ts';
import type { Secret } from './memory-search.ts';

const toBigInt = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
const toBytes = (value: bigint, length: number) =>
  Buffer.from(value.toString(16).padStart(2 * length, '0'), 'hex');

/** `file` is an OpenSSH key file in clear. */
export async function secretsOf(file: Uint8Array, name: string): Promise<Secret[]> {
  const parsed = parseKeyFile(file);
  if (parsed.kind !== 'clear') throw new Error('an encrypted file');
  const encoded = (await parsed.fields(inlineCryptoOffload)).encodeForAgent();
  const reader = new WireReader(encoded.bytes);
  const algorithm = reader.readText();
  const named = (numbers: Record<string, Uint8Array>): Secret[] =>
    Object.entries(numbers).map(([part, bytes]) => ({ name: `${name} ${part}`, bytes: Buffer.from(bytes) }));
  if (algorithm === 'ssh-ed25519') {
    reader.readString();
    return named({ seed: reader.readString().subarray(0, 32) });
  }
  if (algorithm !== 'ssh-rsa') {
    reader.readString();
    reader.readString();
    return named({ scalar: reader.readMpint() });
  }
  reader.readMpint();
  reader.readMpint();
  const [d, iqmp, p, q] = Array.from({ length: 4 }, () => reader.readMpint()) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const dp = toBytes(toBigInt(d) % (toBigInt(p) - 1n), p.length);
  const dq = toBytes(toBigInt(d) % (toBigInt(q) - 1n), q.length);
  return named({ d, p, q, iqmp, dp, dq });
}
