// The password schemes before PBKDF2: PBKDF1 (RFC 8018 §5.1) and PKCS #12's (RFC 7292 appendix B).

import { createHash } from 'node:crypto';
import { nextTurn } from '../../../basics/waiting.ts';

/** Iterations between two breaths, so that the event loop goes on. */
const iterationsPerTurn = 2_000;
const pkcs12 = { keyId: 1, ivId: 2, blockBytes: 64, hashBytes: 20 };

/** A DES key and its IV. */
export async function pbkdf1(
  hash: 'md5' | 'sha1',
  passphrase: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  signal?: AbortSignal,
): Promise<{ key: Uint8Array; iv: Uint8Array }> {
  const first = createHash(hash).update(passphrase).update(salt).digest();
  const derived = await iterate(hash, first, iterations - 1, signal);
  return { key: derived.subarray(0, 8), iv: derived.subarray(8, 16) };
}

/** Key and IV with SHA-1. `passphrase` is UTF-8. */
export async function pkcs12Derive(
  passphrase: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  keyBytes: number,
  signal?: AbortSignal,
): Promise<{ key: Uint8Array; iv: Uint8Array }> {
  const password = bmpString(passphrase);
  try {
    const key = await pkcs12Bytes(pkcs12.keyId, password, salt, iterations, keyBytes, signal);
    const iv = await pkcs12Bytes(pkcs12.ivId, password, salt, iterations, 8, signal);
    return { key, iv };
  } finally {
    password.fill(0);
  }
}

async function pkcs12Bytes(
  id: number,
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  length: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const { blockBytes, hashBytes } = pkcs12;
  const diversifier = new Uint8Array(blockBytes).fill(id);
  const saltBlocks = filledBlocks(salt);
  const input = new Uint8Array([...saltBlocks, ...filledBlocks(password)]);
  const result = new Uint8Array(length);
  for (let offset = 0; offset < length; offset += hashBytes) {
    const first = createHash('sha1').update(diversifier).update(input).digest();
    const output = await iterate('sha1', first, iterations - 1, signal);
    result.set(output.subarray(0, Math.min(hashBytes, length - offset)), offset);
    addToBlocks(input, output);
    output.fill(0);
  }
  input.fill(0);
  return result;
}

async function iterate(
  hash: string,
  first: Uint8Array,
  times: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  let current = first;
  for (let i = 1; i <= times; i++) {
    current = createHash(hash).update(current).digest();
    if (i % iterationsPerTurn === 0) {
      await nextTurn();
      signal?.throwIfAborted();
    }
  }
  return current;
}

/** `bytes` repeated to whole blocks; nothing for nothing. */
function filledBlocks(bytes: Uint8Array): Uint8Array {
  const result = new Uint8Array(Math.ceil(bytes.length / pkcs12.blockBytes) * pkcs12.blockBytes);
  for (let i = 0; i < result.length; i++) result[i] = bytes[i % bytes.length] as number;
  return result;
}

/** Adds `output`, repeated to a block, and 1 to each block of `input`, as big-endian numbers. */
function addToBlocks(input: Uint8Array, output: Uint8Array): void {
  for (let start = 0; start < input.length; start += pkcs12.blockBytes) {
    let carry = 1;
    for (let i = pkcs12.blockBytes - 1; i >= 0; i--) {
      carry += (input[start + i] as number) + (output[i % output.length] as number);
      input[start + i] = carry & 0xff;
      carry >>= 8;
    }
  }
}

/** UTF-16 big-endian with a final zero, without a string on the way. */
function bmpString(passphrase: Uint8Array): Uint8Array {
  const result = new Uint8Array(2 * passphrase.length + 2);
  let length = 0;
  const push = (unit: number): void => {
    result[length++] = unit >> 8;
    result[length++] = unit;
  };
  for (let i = 0; i < passphrase.length; ) {
    const { codePoint, size } = decodeUtf8(passphrase, i);
    i += size;
    if (codePoint < 0x10000) push(codePoint);
    else {
      push(0xd800 + ((codePoint - 0x10000) >> 10));
      push(0xdc00 + ((codePoint - 0x10000) & 0x3ff));
    }
  }
  const exact = result.slice(0, length + 2);
  result.fill(0);
  return exact;
}

/** One code point; a byte that is not UTF-8 is taken as Latin-1, as OpenSSL does. */
function decodeUtf8(bytes: Uint8Array, offset: number): { codePoint: number; size: number } {
  const lead = bytes[offset] as number;
  const size = lead < 0xc2 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 1;
  let codePoint = size === 1 ? lead : lead & (0x7f >> size);
  for (let i = 1; i < size; i++) {
    const next = bytes[offset + i] ?? 0;
    if ((next & 0xc0) !== 0x80) return { codePoint: lead, size: 1 };
    codePoint = (codePoint << 6) | (next & 0x3f);
  }
  return { codePoint, size };
}
