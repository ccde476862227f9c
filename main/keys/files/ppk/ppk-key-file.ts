// PuTTY's private key files (PPK), versions 1 to 3, OpenSSH certificates in them included.
import { commentText } from '../../encoding/comment-text.ts';
import { MalformedMessageError, WireReader } from '../../encoding/wire.ts';
import { UnsupportedKeyError } from '../../key-errors.ts';
import { keyKinds } from '../../kinds/key-kinds.ts';
import { parsePublicKey } from '../../kinds/parse-public-key.ts';
import type { PrivateKeyFields } from '../../kinds/shared/private-key-fields.ts';
import type { PublicKey } from '../../kinds/shared/public-key.ts';
import { ClearKey, checkedKey } from '../shared/clear-key.ts';
import { argon2Cost, type DecryptionCost, negligibleCost } from '../shared/derivation-limits.ts';
import type { DecryptedKey, EncryptedKeyFile, KeyFile } from '../shared/key-file.ts';
import { asKeyFileError, KeyFileError, wrongPassphrase } from '../shared/key-file-error.ts';
import { type PpkLayout, readPpkLayout } from './ppk-layout.ts';
import { openClearPpk, openPpk } from './ppk-protection.ts';

const cipherBlockBytes = 16;
const minSaltBytes = 8;

/** Throws KeyFileError, or what the core's parsers throw. */
export function parsePpkKeyFile(file: Uint8Array): KeyFile {
  const layout = readPpkLayout(file);
  try {
    return keyFileOf(file, layout);
  } finally {
    if (layout.encryption === 'none') layout.privateBlob.fill(0);
  }
}

function keyFileOf(file: Uint8Array, layout: PpkLayout): KeyFile {
  const publicKey = parsePublicKey(layout.publicBlob);
  if (publicKey.algorithm !== layout.algorithm) throw new MalformedMessageError('algorithm names differ');
  if (layout.version === 1 && !['ssh-rsa', 'ssh-dss'].includes(layout.algorithm)) {
    throw new MalformedMessageError('version 1 has RSA and DSA keys only');
  }
  if (layout.encryption === 'none') return new ClearKey('ppk', readClear(layout, publicKey));
  if (layout.privateBlob.length === 0 || layout.privateBlob.length % cipherBlockBytes !== 0) {
    throw new MalformedMessageError('encrypted private half is not of whole blocks');
  }
  return encryptedKeyFile(file, layout, publicKey);
}

const commentOf = ({ comment }: PpkLayout) => ({ comment: commentText(comment), rawComment: comment });

function readClear(layout: PpkLayout, publicKey: PublicKey): DecryptedKey {
  using plain = openClearPpk(layout);
  if (!plain) {
    throw new KeyFileError(
      'corrupt',
      "This PuTTY key file's checksum is wrong: it was damaged or changed. Use a backup of it.",
    );
  }
  return { ...commentOf(layout), publicKey, fields: readPrivateBlob(layout, publicKey.base, plain.bytes) };
}

function encryptedKeyFile(file: Uint8Array, layout: PpkLayout, publicKey: PublicKey): EncryptedKeyFile {
  const decrypt: EncryptedKeyFile['decrypt'] = async (passphrase, offload, signal) => {
    signal?.throwIfAborted();
    // PuTTY never encrypts with an empty passphrase, and Argon2 here takes none.
    if (passphrase.length === 0) throw wrongPassphrase();
    using plain = await openPpk(layout, passphrase, offload, signal);
    if (!plain) throw wrongPassphrase();
    try {
      const fields = readPrivateBlob(layout, publicKey.base, plain.bytes);
      return await checkedKey({ ...commentOf(layout), publicKey, fields }, offload);
    } catch (error) {
      throw asKeyFileError(error);
    }
  };
  const bytes = Uint8Array.from(file);
  return {
    kind: 'encrypted',
    format: 'ppk',
    ...commentOf(layout),
    publicKey,
    bytes,
    cost: costOf(layout),
    decrypt,
  };
}

function costOf({ derivation }: PpkLayout): DecryptionCost {
  if (!derivation) return negligibleCost;
  const { variant, memoryKiB, passes, parallelism, salt } = derivation;
  // RFC 9106 §3.1 asks for eight bytes at least; PuTTY writes sixteen.
  if (salt.length < minSaltBytes) throw new MalformedMessageError('salt is too short');
  return argon2Cost(variant.replace('argon', 'Argon'), memoryKiB, passes, parallelism);
}

/** Reads the private numbers and leaves what follows, which is padding. */
function readPrivateBlob(layout: PpkLayout, base: PublicKey, plain: Uint8Array): PrivateKeyFields {
  const { readPpk } = keyKinds[base.type];
  if (!readPpk) throw new UnsupportedKeyError(`PuTTY has no keys of the kind ${layout.algorithm}`);
  return readPpk(base, new WireReader(plain), layout.version);
}
