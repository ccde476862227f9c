// Argon2 version 0x13 in WebAssembly: node:crypto has it neither in Electron nor before Node 24.7.
import hashWasm from 'hash-wasm/dist/argon2.umd.min.js';
import type { Argon2Parameters } from '../keys/crypto-offload.ts';

/** Throws when a parameter is out of the algorithm's bounds, or there is not enough memory. */
export async function argon2(passphrase: Uint8Array, parameters: Argon2Parameters): Promise<Uint8Array> {
  const derive = hashWasm[parameters.variant];
  return await derive({
    password: passphrase,
    salt: parameters.salt,
    iterations: parameters.passes,
    parallelism: parameters.parallelism,
    memorySize: parameters.memoryKiB,
    hashLength: parameters.length,
    outputType: 'binary',
  });
}
