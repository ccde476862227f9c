// What we and the process with a library of middleware say to each other.
import type {
  Assertion,
  AssertionRequest,
  EnrollmentRequest,
  ResidentCredential,
  SecurityKeyAlgorithm,
  SecurityKeyCredential,
} from '../../../keys/authenticator.ts';
import { MalformedMessageError, WireReader, WireWriter } from '../../../keys/encoding/wire.ts';

/** The program's name in `main/library-host.ts`. */
export const middlewareProgram = 'security-keys';

/** How a call of the library failed: what stands before a colon in the error's text, with what it says of it behind. */
export const middlewareFault = {
  /** The system can't load it. */
  unloadable: 'unloadable',
  /** It has none of OpenSSH's functions. */
  noInterface: 'no-interface',
  version: 'version',
  general: 'general',
  unsupported: 'unsupported',
  pin: 'pin',
  noDevice: 'no-device',
  exists: 'exists',
  nonsense: 'nonsense',
} as const;

/** More than a security key has room for. */
export const maxResidentKeys = 256;

const algorithms: readonly SecurityKeyAlgorithm[] = ['ecdsa-p256', 'ed25519'];

/** As sk-api.h numbers them: SSH_SK_ECDSA, SSH_SK_ED25519. */
export const algorithmNumber = (algorithm: SecurityKeyAlgorithm): number => algorithms.indexOf(algorithm);

function readAlgorithm(reader: WireReader): SecurityKeyAlgorithm {
  const algorithm = algorithms[reader.readUint32()];
  if (algorithm === undefined) throw new MalformedMessageError('key of an algorithm that is not known');
  return algorithm;
}

/** No PIN and an empty one are not the same. */
const writePin = (writer: WireWriter, pin: Uint8Array | undefined): WireWriter =>
  pin === undefined ? writer.boolean(false) : writer.boolean(true).string(pin);
const readPin = (reader: WireReader): Uint8Array | undefined =>
  reader.readBoolean() ? reader.readString() : undefined;

/** To be wiped by who sends it. */
export function encodeAssertionRequest(request: AssertionRequest): Uint8Array {
  const { algorithm, application, keyHandle, flags, data, pin } = request;
  const writer = new WireWriter().uint32(algorithmNumber(algorithm)).text(application).string(keyHandle);
  return writePin(writer.byte(flags).string(data), pin).finish();
}

export function parseAssertionRequest(body: Uint8Array): AssertionRequest {
  const reader = new WireReader(body);
  const request = {
    algorithm: readAlgorithm(reader),
    application: reader.readText(),
    keyHandle: reader.readString(),
    flags: reader.readByte(),
    data: reader.readString(),
  };
  const pin = readPin(reader);
  return { ...request, ...(pin && { pin }) };
}

export const encodeAssertion = ({ signature, flags, counter }: Assertion): Uint8Array =>
  new WireWriter().string(signature).byte(flags).uint32(counter).finish();

export function parseAssertion(body: Uint8Array): Assertion {
  const reader = new WireReader(body);
  return { signature: reader.readString(), flags: reader.readByte(), counter: reader.readUint32() };
}

/** To be wiped by who sends it. */
export function encodeEnrollmentRequest(request: EnrollmentRequest): Uint8Array {
  const { algorithm, application, flags, user, challenge, pin } = request;
  const writer = new WireWriter().uint32(algorithmNumber(algorithm)).text(application).byte(flags);
  return writePin(writer.text(user).string(challenge), pin).finish();
}

export function parseEnrollmentRequest(body: Uint8Array): EnrollmentRequest {
  const reader = new WireReader(body);
  const request = {
    algorithm: readAlgorithm(reader),
    application: reader.readText(),
    flags: reader.readByte(),
    user: reader.readText(),
    challenge: reader.readString(),
  };
  const pin = readPin(reader);
  return { ...request, ...(pin && { pin }) };
}

function writeCredential(writer: WireWriter, credential: SecurityKeyCredential): WireWriter {
  const { algorithm, point, keyHandle, application, flags } = credential;
  writer.uint32(algorithmNumber(algorithm)).string(point).string(keyHandle);
  return writer.text(application).byte(flags);
}

function readCredential(reader: WireReader): SecurityKeyCredential {
  return {
    algorithm: readAlgorithm(reader),
    point: reader.readString(),
    keyHandle: reader.readString(),
    application: reader.readText(),
    flags: reader.readByte(),
  };
}

export const encodeCredential = (credential: SecurityKeyCredential): Uint8Array =>
  writeCredential(new WireWriter(), credential).finish();

export const parseCredential = (body: Uint8Array): SecurityKeyCredential =>
  readCredential(new WireReader(body));

export const encodePin = (pin: Uint8Array | undefined): Uint8Array =>
  writePin(new WireWriter(), pin).finish();

export const parsePin = (body: Uint8Array): Uint8Array | undefined => readPin(new WireReader(body));

export function encodeResidentKeys(keys: readonly ResidentCredential[]): Uint8Array {
  const writer = new WireWriter().uint32(keys.length);
  for (const key of keys) writeCredential(writer, key).text(key.user);
  return writer.finish();
}

/** Throws MalformedMessageError, as the others do: the library could have the process say anything. */
export function parseResidentKeys(body: Uint8Array): readonly ResidentCredential[] {
  const reader = new WireReader(body);
  const count = reader.readUint32();
  if (count > maxResidentKeys) throw new MalformedMessageError('too many resident keys');
  return Array.from({ length: count }, () => ({ ...readCredential(reader), user: reader.readText() }));
}
