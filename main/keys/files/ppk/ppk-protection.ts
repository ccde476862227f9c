// What protects a PPK: the keys derived from the passphrase, AES-256-CBC, and the MAC over everything.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { CryptoOffload } from '../../crypto-offload.ts';
import { blockCiphers, decryptCbc } from '../../encoding/block-cipher.ts';
import { secretArray } from '../../encoding/secret-array.ts';
import { SecretBytes } from '../../encoding/secret-bytes.ts';
import { WireWriter } from '../../encoding/wire.ts';
import type { PpkLayout } from './ppk-layout.ts';

const text = new TextEncoder();
const derivedBytes = { key: 32, iv: 16, macKey: 32 };

/** Cipher key, IV and MAC key in one secret. */
interface PpkKeys extends Disposable {
  readonly cipherKey: Uint8Array;
  readonly iv: Uint8Array;
  readonly macKey: Uint8Array;
}

/**
 * The private blob of an encrypted file in clear, its MAC verified; undefined when that is wrong, which means a wrong
 * passphrase.
 */
export async function openPpk(
  layout: PpkLayout,
  passphrase: Uint8Array,
  offload: CryptoOffload,
  signal?: AbortSignal,
): Promise<SecretBytes | undefined> {
  using keys = await deriveKeys(layout, passphrase, offload, signal);
  const plain = decryptCbc(blockCiphers['aes-256-cbc'], keys.cipherKey, keys.iv, layout.privateBlob);
  if (isAuthentic(layout, plain.bytes, keys.macKey)) return plain;
  plain.wipe();
  return undefined;
}

/** As openPpk, for a file without a passphrase. Takes ownership of nothing. */
export function openClearPpk(layout: PpkLayout): SecretBytes | undefined {
  const macKey = layout.version === 3 ? new Uint8Array(0) : sha1MacKey(new Uint8Array(0));
  return isAuthentic(layout, layout.privateBlob, macKey) ? SecretBytes.copyOf(layout.privateBlob) : undefined;
}

async function deriveKeys(
  layout: PpkLayout,
  passphrase: Uint8Array,
  offload: CryptoOffload,
  signal?: AbortSignal,
): Promise<PpkKeys> {
  const { key, iv, macKey } = derivedBytes;
  if (!layout.derivation) {
    const cipherKey = sha1CipherKey(passphrase);
    const mac = sha1MacKey(passphrase);
    return keysOf(cipherKey, new Uint8Array(iv), mac);
  }
  const length = key + iv + macKey;
  const derived = await offload.argon2(passphrase, { ...layout.derivation, length }, signal);
  return keysOf(derived.subarray(0, key), derived.subarray(key, key + iv), derived.subarray(key + iv));
}

function keysOf(cipherKey: Uint8Array, iv: Uint8Array, macKey: Uint8Array): PpkKeys {
  return {
    cipherKey,
    iv,
    macKey,
    [Symbol.dispose]: () => {
      for (const secret of [cipherKey, iv, macKey]) secret.fill(0);
    },
  };
}

/** Versions 1 and 2: the first 32 bytes of SHA-1(0, passphrase), SHA-1(1, passphrase). */
function sha1CipherKey(passphrase: Uint8Array): Uint8Array {
  const key = secretArray(derivedBytes.key);
  const [first, second] = [0, 1].map((counter) =>
    createHash('sha1')
      .update(Uint8Array.of(0, 0, 0, counter))
      .update(passphrase)
      .digest(),
  ) as [Buffer, Buffer];
  key.set(first);
  key.set(second.subarray(0, derivedBytes.key - first.length), first.length);
  first.fill(0);
  second.fill(0);
  return key;
}

function sha1MacKey(passphrase: Uint8Array): Uint8Array {
  return createHash('sha1').update(text.encode('putty-private-key-file-mac-key')).update(passphrase).digest();
}

function isAuthentic(layout: PpkLayout, plain: Uint8Array, macKey: Uint8Array): boolean {
  const expected = computeMac(layout, plain, macKey);
  return expected.length === layout.mac.length && timingSafeEqual(expected, layout.mac);
}

function computeMac(layout: PpkLayout, plain: Uint8Array, macKey: Uint8Array): Uint8Array {
  if (layout.macIsPlainHash) return createHash('sha1').update(plain).digest();
  const hmac = createHmac(layout.version === 3 ? 'sha256' : 'sha1', macKey);
  // Version 1 leaves the public half unprotected; that is why it was replaced.
  if (layout.version === 1) return hmac.update(plain).digest();
  const writer = new WireWriter().text(layout.algorithm).text(layout.encryption);
  const message = writer.string(layout.comment).string(layout.publicBlob).string(plain).finish();
  const mac = hmac.update(message).digest();
  message.fill(0);
  return mac;
}
