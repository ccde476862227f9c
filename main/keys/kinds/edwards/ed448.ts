// Ed448 (RFC 8032 §5.2, empty context): node:crypto has it in Node, but not in Electron.
import { ed448 } from '@noble/curves/ed448.js';

/** 57-byte seed to 57-byte public key. */
export function ed448PublicKey(seed: Uint8Array): Uint8Array {
  return ed448.getPublicKey(seed);
}

/** 114-byte signature. */
export function ed448Sign(seed: Uint8Array, data: Uint8Array): Uint8Array {
  return ed448.sign(data, seed);
}

/** False also for a public key or signature that is no point. */
export function ed448Verify(publicKey: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean {
  try {
    // RFC 8032's own verification, not ZIP 215's, so that both runtimes and other programs agree.
    return ed448.verify(signature, data, publicKey, { zip215: false });
  } catch {
    return false;
  }
}
