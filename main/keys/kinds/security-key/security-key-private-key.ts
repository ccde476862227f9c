// What is kept here of a security key's key: how the security key finds it. It signs there.
import type { Claimant } from '../../../basics/fair-queue.ts';
import { Turns } from '../../../basics/turns.ts';
import { unlessAborted } from '../../../basics/waiting.ts';
import {
  type Assertion,
  type AssertionRequest,
  type Authenticator,
  SecurityKeyError,
  securityKeyFlag,
} from '../../authenticator.ts';
import type { CryptoOffload } from '../../crypto-offload.ts';
import { keyDropped } from '../../dropped-keys.ts';
import { SecretBytes } from '../../encoding/secret-bytes.ts';
import { equalBytes, MalformedMessageError, type WireReader, WireWriter } from '../../encoding/wire.ts';
import { UnsupportedKeyError } from '../../key-errors.ts';
import { mpintsOfP1363 } from '../ecdsa/ecdsa-public-key.ts';
import { keyTypes, type SignatureAlgorithm } from '../shared/key-types.ts';
import { numbersReader } from '../shared/plain-public-key.ts';
import type { PrivateKey, SignatureWait } from '../shared/private-key.ts';
import { certificateHead, type PrivateKeyFields } from '../shared/private-key-fields.ts';
import type { PublicKey } from '../shared/public-key.ts';
import { verifySignatureBlob } from '../shared/signature-blob.ts';
import {
  applicationOf,
  readSecurityKeyNumbers,
  type SecurityKeyType,
  securityKeyAlgorithm,
  verifySecurityKey,
} from './security-key-public-key.ts';

/** Of CTAP's credential ids most have 64 bytes, and those that are read back from a device 1,023 at the most. */
const maxHandleBytes = 16 * 1024;
const { touch, verify, resident } = securityKeyFlag;
const signatureBytes = 64;

/** A security key does one thing at a time, whoever asks for it: others wait, and nobody else does. */
const turnsOf = new WeakMap<Authenticator, Turns>();

function turns(authenticator: Authenticator): Turns {
  let found = turnsOf.get(authenticator);
  if (found === undefined) {
    found = new Turns({ places: 1, dearPlaces: 1 });
    turnsOf.set(authenticator, found);
  }
  return found;
}

interface Handle {
  readonly flags: number;
  readonly keyHandle: SecretBytes;
  readonly reserved: Uint8Array;
}

export class SecurityKeyFields implements PrivateKeyFields {
  readonly publicKey: PublicKey;
  readonly #handle: Handle;

  /** Copies what it is given. Throws UnsupportedKeyError for a handle that no security key makes. */
  constructor(
    publicKey: PublicKey,
    flags: number,
    keyHandle: Uint8Array,
    reserved: Uint8Array = new Uint8Array(),
  ) {
    if (Math.max(keyHandle.length, reserved.length) > maxHandleBytes)
      throw new UnsupportedKeyError(
        `its key handle, by which the security key finds it, is longer than the ${maxHandleBytes / 1024} KiB that are taken`,
      );
    if (keyHandle.length === 0) throw new MalformedMessageError('key handle of a security key is empty');
    this.publicKey = publicKey;
    this.#handle = { flags, keyHandle: SecretBytes.copyOf(keyHandle), reserved: reserved.slice() };
  }

  /** Whether the handle belongs to the key, only the security key can tell: signatures are verified. */
  async assertConsistent(_offload: CryptoOffload): Promise<void> {}

  async load(offload: CryptoOffload, authenticator?: Authenticator): Promise<PrivateKey> {
    if (authenticator === undefined)
      throw new UnsupportedKeyError('security keys can not be reached from here');
    const { flags, keyHandle, reserved } = this.#handle;
    const handle = { flags, reserved, keyHandle: SecretBytes.copyOf(keyHandle.bytes) };
    return new SecurityKeyPrivateKey(this.publicKey, handle, { offload, authenticator });
  }

  /** Beside a certificate the application is left in, and of Ed25519 the point as well, as OpenSSH does it. */
  encodeForAgent(certificate?: PublicKey): SecretBytes {
    const { publicKey } = this;
    const type = publicKey.type as SecurityKeyType;
    const { point, application } = readSecurityKeyNumbers(type, numbersReader(publicKey));
    let writer: WireWriter;
    if (certificate === undefined) writer = new WireWriter().bytes(publicKey.blob);
    else {
      writer = certificateHead(certificate);
      if (type === 'sk-ed25519') writer.string(point);
      writer.string(application);
    }
    const { flags, keyHandle, reserved } = this.#handle;
    return new SecretBytes(writer.byte(flags).string(keyHandle.bytes).string(reserved).finish());
  }

  wipe(): void {
    this.#handle.keyHandle.wipe();
  }
}

/** Reads flags, handle and what is reserved. */
export function readHandle(publicKey: PublicKey, reader: WireReader): SecurityKeyFields {
  const flags = reader.readByte();
  return new SecurityKeyFields(publicKey, flags, reader.readString(), reader.readString());
}

interface Means {
  readonly offload: CryptoOffload;
  readonly authenticator: Authenticator;
}

/** Owns its handle until `destroy()`. */
class SecurityKeyPrivateKey implements PrivateKey {
  readonly publicKey: PublicKey;
  readonly #handle: Handle;
  readonly #means: Means;
  #isDestroyed = false;

  constructor(publicKey: PublicKey, handle: Handle, means: Means) {
    this.publicKey = publicKey;
    this.#handle = handle;
    this.#means = means;
  }

  async sign(
    data: Uint8Array,
    algorithm: SignatureAlgorithm,
    claimant?: Claimant,
    waitsFor: (what: SignatureWait) => void = () => {},
    pin?: Uint8Array,
  ): Promise<Uint8Array> {
    if (this.#isDestroyed) throw new Error('the key is no longer held');
    const { type } = this.publicKey;
    if (algorithm !== keyTypes[type].algorithm)
      throw new Error(`${type} keys can't make ${algorithm} signatures`);
    const { flags, keyHandle } = this.#handle;
    const request: AssertionRequest = {
      algorithm: securityKeyAlgorithm[type as SecurityKeyType],
      application: applicationOf(this.publicKey),
      // An own copy: the key may be dropped while it waits.
      keyHandle: keyHandle.bytes.slice(),
      flags: flags & (touch | verify | resident),
      data,
      ...(pin && { pin }),
    };
    const { authenticator } = this.#means;
    const signal = claimant?.signal() ?? new AbortController().signal;
    const made = await turns(authenticator).run({ key: this, isDear: false, claimant }, () =>
      // What does not follow the signal is left to itself.
      unlessAborted<Assertion>(signal, (resolve, reject) => {
        authenticator.sign(request, signal, waitsFor).then(resolve, reject);
        return undefined;
      }),
    );
    return await this.#checked(made, request, claimant);
  }

  /** SECURITY: nothing that a security key or its middleware says is believed, and what was asked of the person must be so. */
  async #checked(
    { signature, flags, counter }: Assertion,
    { algorithm, data, flags: asked }: AssertionRequest,
    claimant: Claimant | undefined,
  ): Promise<Uint8Array> {
    const { publicKey } = this;
    const type = publicKey.type as SecurityKeyType;
    if ((flags & asked & (touch | verify)) !== (asked & (touch | verify)))
      throw new SecurityKeyError(
        (flags & touch) < (asked & touch)
          ? 'The security key signed without a touch, although this key wants one.'
          : 'The security key signed without its PIN or a finger, although this key wants that.',
        'Servers would refuse the signature. Use another way to the security key.',
      );
    const blob = new WireWriter()
      .text(publicKey.algorithm)
      .string(algorithm === 'ed25519' ? signature : mpintsOfP1363(signature))
      .byte(flags)
      .uint32(counter)
      .finish();
    const verifier = {
      hasRest: true,
      verify: (key: PublicKey, raw: Parameters<typeof verifySecurityKey>[2]) =>
        verifySecurityKey(type, key, raw),
    };
    const isGood =
      signature.length === signatureBytes &&
      (await verifySignatureBlob(verifier, publicKey, blob, data, this.#means.offload, claimant));
    if (!isGood)
      throw new SecurityKeyError(
        'The security key made a signature that is not good.',
        'It may be another one than the key was made with: insert that one.',
      );
    return blob;
  }

  /** Whether it is found by the same handle, with the same flags. */
  isSameAs(other: PrivateKey): boolean {
    if (!(other instanceof SecurityKeyPrivateKey)) return false;
    const [a, b] = [this.#handle, other.#handle];
    return a.flags === b.flags && equalBytes(a.keyHandle.bytes, b.keyHandle.bytes);
  }

  destroy(): void {
    this.#isDestroyed = true;
    this.#handle.keyHandle.wipe();
    keyDropped();
  }
}
