// User certificates of Ed25519 keys (PROTOCOL.certkeys), made without asking the key's owner.
import { WireReader, WireWriter } from '../../main/keys/encoding/wire.ts';
import { ed25519Key, type TestKey } from './test-key.ts';

export interface CertificateParts {
  /** The contents of the principals field. */
  readonly principals?: Uint8Array;
  readonly criticalOptions?: Uint8Array;
  readonly extensions?: Uint8Array;
  readonly authorityKey?: Uint8Array;
  /** Seconds since 1970; always where it is left out. */
  readonly validAfter?: bigint;
  /** The same; never where it is left out. */
  readonly validBefore?: bigint;
  /** The signature blob of the authority over these bytes; none where it is left out. */
  readonly signature?: (signedBytes: Uint8Array) => Uint8Array;
}

/** A certificate that anybody can make for any public key. */
export function madeUpCertificate(keyBlob: Uint8Array, parts: CertificateParts = {}): Uint8Array {
  const reader = new WireReader(keyBlob);
  reader.readString();
  const none = new Uint8Array(0);
  const signed = new WireWriter()
    .text('ssh-ed25519-cert-v01@openssh.com')
    .string(new Uint8Array(32))
    .string(reader.readString())
    .uint64(1n)
    .uint32(1)
    .text('made up')
    .string(parts.principals ?? none)
    .uint64(parts.validAfter ?? 0n)
    .uint64(parts.validBefore ?? 2n ** 64n - 1n)
    .string(parts.criticalOptions ?? none)
    .string(parts.extensions ?? none)
    .string(none)
    .string(parts.authorityKey ?? ed25519Key().blob)
    .finish();
  const signature = parts.signature?.(signed) ?? none;
  return new WireWriter().bytes(signed).string(signature).finish();
}

/** What a client adds of an Ed25519 key as this certificate of it, as ssh-add does. */
export function withCertificate(
  { privateFields }: TestKey,
  certificate: Uint8Array,
): Pick<TestKey, 'privateFields'> {
  const fields = new WireReader(privateFields);
  fields.readText();
  const writer = new WireWriter().text('ssh-ed25519-cert-v01@openssh.com').string(certificate);
  return { privateFields: writer.string(fields.readString()).string(fields.readString()).finish() };
}
