// OpenSSH's own private key format (PROTOCOL.key): openssh-key-v1, with bcrypt or without a passphrase.

import { commentText } from '../../encoding/comment-text.ts';
import { decodePemBody } from '../../encoding/pem.ts';
import { SecretBytes } from '../../encoding/secret-bytes.ts';
import { equalBytes, MalformedMessageError, WireReader } from '../../encoding/wire.ts';
import { UnsupportedKeyError } from '../../key-errors.ts';
import { readAgentPrivateKey } from '../../kinds/agent-private-key.ts';
import { parsePublicKey } from '../../kinds/parse-public-key.ts';
import type { PublicKey } from '../../kinds/shared/public-key.ts';
import { ClearKey, checkedKey } from '../shared/clear-key.ts';
import { bcryptCost } from '../shared/derivation-limits.ts';
import type { DecryptedKey, EncryptedKeyFile, KeyFile } from '../shared/key-file.ts';
import { asKeyFileError, KeyFileError, wrongPassphrase } from '../shared/key-file-error.ts';
import { opensshCipher } from './openssh-cipher.ts';

const magic = new TextEncoder().encode('openssh-key-v1\0');
const minBlockBytes = 8;
/** The check number, twice. */
const checkBytes = 8;
const lengthBytes = 4;
/** PuTTYgen and dropbearconvert pad more than the next block needs; OpenSSH takes that, too. */
const maxPaddingBytes = 255;

/** The parts of the file before the private section is decrypted; views into the decoded body. */
interface Envelope {
  readonly cipherName: string;
  readonly kdfName: string;
  readonly kdfOptions: Uint8Array;
  readonly publicKey: PublicKey;
  readonly privateSection: Uint8Array;
  readonly tag: Uint8Array;
}

/** Parses the PEM body of an `OPENSSH PRIVATE KEY`. `file` is the whole file. Throws as the core's parsers do. */
export function parseOpensshKeyFile(file: Uint8Array, body: Uint8Array): KeyFile {
  using decoded = decodePemBody(body);
  const envelope = readEnvelope(decoded.bytes);
  if (envelope.cipherName === 'none') {
    if (envelope.kdfName !== 'none') throw new MalformedMessageError('key derivation without a cipher');
    if (envelope.tag.length > 0) throw new MalformedMessageError('bytes after the private section');
    const key = readPrivateSection(envelope.privateSection, envelope.publicKey, minBlockBytes);
    if (!key) throw new MalformedMessageError('check bytes differ');
    return new ClearKey('openssh', key);
  }
  return encryptedKeyFile(file, body, envelope);
}

function readEnvelope(decoded: Uint8Array): Envelope {
  const reader = new WireReader(decoded);
  if (!equalBytes(reader.readBytes(magic.length), magic)) throw new MalformedMessageError('wrong magic');
  const [cipherName, kdfName, kdfOptions] = [reader.readText(), reader.readText(), reader.readString()];
  const keys = reader.readUint32();
  if (keys === 0) throw new MalformedMessageError('no key');
  // The format allows several; OpenSSH neither writes nor reads them.
  if (keys > 1) throw new UnsupportedKeyError('it holds more than one key; save each in a file of its own');
  const publicKey = parsePublicKey(reader.readString());
  return {
    cipherName,
    kdfName,
    kdfOptions,
    publicKey,
    privateSection: reader.readString(),
    tag: reader.readRest(),
  };
}

function encryptedKeyFile(file: Uint8Array, body: Uint8Array, envelope: Envelope): EncryptedKeyFile {
  const cipher = opensshCipher(envelope.cipherName);
  if (!cipher || envelope.kdfName !== 'bcrypt') {
    throw new KeyFileError(
      'unsupported',
      'This OpenSSH key file is encrypted in a way this program does not know. Change its passphrase with “ssh-keygen -p” to encrypt it anew.',
    );
  }
  if (envelope.tag.length !== cipher.tagBytes || envelope.privateSection.length % cipher.blockBytes !== 0) {
    throw new MalformedMessageError('encrypted section has a wrong length');
  }
  // All of the public key stands in it as well, and a comment at least by its length.
  if (envelope.privateSection.length < checkBytes + envelope.publicKey.blob.length + lengthBytes)
    throw new MalformedMessageError('encrypted section is too short');
  const options = new WireReader(envelope.kdfOptions);
  const salt = Uint8Array.from(options.readString());
  const rounds = options.readUint32();
  options.assertEnd();
  if (salt.length === 0) throw new MalformedMessageError('empty salt');
  const bytes = Uint8Array.from(file);
  const ownBody = Uint8Array.from(body);

  const decrypt: EncryptedKeyFile['decrypt'] = async (passphrase, offload, signal) => {
    signal?.throwIfAborted();
    if (passphrase.length === 0) throw wrongPassphrase();
    const length = cipher.keyBytes + cipher.ivBytes;
    using keyAndIv = new SecretBytes(await offload.bcryptPbkdf(passphrase, salt, rounds, length, signal));
    const [key, iv] = [keyAndIv.bytes.subarray(0, cipher.keyBytes), keyAndIv.bytes.subarray(cipher.keyBytes)];
    using decoded = decodePemBody(ownBody);
    const { publicKey, privateSection, tag } = readEnvelope(decoded.bytes);
    using plain = cipher.decrypt(key, iv, privateSection, tag);
    const decrypted = plain && readOrThrow(plain.bytes, publicKey, cipher.blockBytes);
    if (!decrypted) throw wrongPassphrase();
    return await checkedKey(decrypted, offload);
  };
  const cost = bcryptCost(rounds);
  return {
    kind: 'encrypted',
    format: 'openssh',
    comment: '',
    rawComment: new Uint8Array(0),
    publicKey: envelope.publicKey,
    bytes,
    cost,
    decrypt,
  };
}

function readOrThrow(plain: Uint8Array, publicKey: PublicKey, blockBytes: number): DecryptedKey | undefined {
  try {
    return readPrivateSection(plain, publicKey, blockBytes);
  } catch (error) {
    throw asKeyFileError(error);
  }
}

/** Undefined when the two check numbers differ, which is how a wrong passphrase shows. */
function readPrivateSection(
  section: Uint8Array,
  filePublicKey: PublicKey,
  blockBytes: number,
): DecryptedKey | undefined {
  if (section.length % blockBytes !== 0)
    throw new MalformedMessageError('private section is not of whole blocks');
  const reader = new WireReader(section);
  const [check, repeated] = [reader.readUint32(), reader.readUint32()];
  if (check !== repeated) return undefined;
  const { fields, publicKey } = readAgentPrivateKey(reader);
  try {
    const rawComment = Uint8Array.from(reader.readString());
    if (!equalBytes(publicKey.blob, filePublicKey.blob)) {
      throw new KeyFileError(
        'inconsistent',
        "The public and the private half of this key file don't belong together. It may have been tampered with; don't use it.",
      );
    }
    const padding = reader.readRest();
    if (padding.length > maxPaddingBytes || padding.some((byte, i) => byte !== i + 1)) {
      throw new MalformedMessageError('wrong padding');
    }
    return { comment: commentText(rawComment), rawComment, publicKey, fields };
  } catch (error) {
    fields.wipe();
    throw error;
  }
}
