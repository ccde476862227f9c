// A library of middleware (OpenSSH's sk-api.h), called through koffi. Runs in a process of its own alone: it is another's code.
import { createRequire } from 'node:module';
import type { TypeObject } from 'koffi';
import {
  type Assertion,
  type AssertionRequest,
  type EnrollmentRequest,
  type ResidentCredential,
  type SecurityKeyAlgorithm,
  type SecurityKeyCredential,
  securityKeyFlag,
} from '../../../keys/authenticator.ts';
import { stripLeadingZeros } from '../../../keys/encoding/big-integer.ts';
import { paddedTo } from '../../../keys/kinds/shared/signature-blob.ts';
import { loadByPath } from '../../../library-process/load-by-path.ts';
import { algorithmNumber, maxResidentKeys, middlewareFault } from './middleware-messages.ts';

type Address = bigint | null;
type Length = number | bigint;

const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');

/** SSH_SK_VERSION_MAJOR, of which only the high 16 bits count: OpenSSH 8.4 to 10. */
const firstVersion = 7;
const lastVersion = 10;
/** From this on each resident key tells its user … */
const versionWithUser = 8;
/** … and from this on each new key its flags. */
const versionWithFlags = 9;

/** SSH_SK_ERR_*. */
const faults: Readonly<Record<number, string>> = {
  [-2]: middlewareFault.unsupported,
  [-3]: middlewareFault.pin,
  [-4]: middlewareFault.noDevice,
  [-5]: middlewareFault.exists,
};

const { touch, verify, resident } = securityKeyFlag;

/** Of a key handle, the longest that a library has to tell: more than an agent takes. */
const maxBytes = 64 * 1024;
const maxTextCharacters = 1024;
const coordinateBytes = 32;
const pointBytes: Readonly<Record<SecurityKeyAlgorithm, number>> = { ed25519: 32, 'ecdsa-p256': 65 };

/** The message is one of `middlewareFault`, maybe with a colon and what is known of it. */
class MiddlewareError extends Error {
  override readonly name = 'MiddlewareError';
}

interface EnrollResponse {
  readonly public_key: Address;
  readonly public_key_len: Length;
  readonly key_handle: Address;
  readonly key_handle_len: Length;
  readonly signature: Address;
  readonly attestation_cert: Address;
  readonly authdata: Address;
}

interface SignResponse {
  readonly flags: number;
  readonly counter: number;
  readonly sig_r: Address;
  readonly sig_r_len: Length;
  readonly sig_s: Address;
  readonly sig_s_len: Length;
}

interface ResidentKey {
  readonly alg: number;
  readonly application: Address;
  readonly key: EnrollResponse;
  readonly flags: number;
  readonly user_id?: Address;
  readonly user_id_len?: Length;
}

/** `struct sk_enroll_response` and `struct sk_resident_key`, as they were in this version. */
function typesOf(version: number): { readonly enrolled: TypeObject; readonly resident: TypeObject } {
  const bytes = (name: string) => ({ [name]: 'void *', [`${name}_len`]: 'size_t' });
  const names = ['public_key', 'key_handle', 'signature', 'attestation_cert', 'authdata'];
  const enrolled = koffi.struct({
    ...(version >= versionWithFlags && { flags: 'uint8_t' }),
    ...Object.assign({}, ...names.map(bytes)),
  });
  const resident = koffi.struct({
    alg: 'uint32_t',
    slot: 'size_t',
    application: 'void *',
    key: enrolled,
    flags: 'uint8_t',
    ...(version >= versionWithUser && bytes('user_id')),
  });
  return { enrolled, resident };
}

const signed = koffi.struct({
  flags: 'uint8_t',
  counter: 'uint32_t',
  sig_r: 'void *',
  sig_r_len: 'size_t',
  sig_s: 'void *',
  sig_s_len: 'size_t',
});
const option = koffi.struct({ name: 'str', value: 'str', required: 'uint8_t' });
const options = koffi.pointer(koffi.pointer(option));
const addressOut = koffi.out(koffi.pointer('void *'));
const freeMemory = koffi.load(null).func('void free(void *)');

/** SAFETY: of what a library has handed over, which is ours to free, and is not used after this. */
function release(...addresses: readonly (Address | undefined)[]): void {
  for (const address of addresses) if (address) freeMemory(address);
}

/** Bytes that a library points to. It may lie, and then this process is what it harms. */
function copy(address: Address, length: Length): Uint8Array {
  const count = Number(length);
  if (count > maxBytes || (address === null && count > 0))
    throw new MiddlewareError(middlewareFault.nonsense);
  return count === 0 ? new Uint8Array() : Uint8Array.from(koffi.decode(address, 'uint8_t', count));
}

function text(address: Address): string {
  if (address === null) throw new MiddlewareError(middlewareFault.nonsense);
  return koffi.decode.string(address).slice(0, maxTextCharacters);
}

/** Of 32 bytes or more, of which the last ones are zero (PROTOCOL.u2f). */
function userName(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/** With its NUL, to be wiped. None can stand in it. */
function pinText(pin: Uint8Array | undefined): Uint8Array | null {
  if (pin === undefined) return null;
  if (pin.includes(0)) throw new MiddlewareError(middlewareFault.pin);
  const terminated = new Uint8Array(pin.length + 1);
  terminated.set(pin);
  return terminated;
}

const assertDone = (result: number): void => {
  if (result !== 0) throw new MiddlewareError(faults[result] ?? middlewareFault.general);
};

function readCredential(
  algorithm: SecurityKeyAlgorithm,
  found: EnrollResponse,
): Pick<SecurityKeyCredential, 'algorithm' | 'point' | 'keyHandle'> {
  const point = copy(found.public_key, found.public_key_len);
  const keyHandle = copy(found.key_handle, found.key_handle_len);
  if (point.length !== pointBytes[algorithm] || keyHandle.length === 0)
    throw new MiddlewareError(middlewareFault.nonsense);
  return { algorithm, point, keyHandle };
}

function releaseCredential(found: EnrollResponse): void {
  release(found.public_key, found.key_handle, found.signature, found.attestation_cert, found.authdata);
}

function readSignature(algorithm: SecurityKeyAlgorithm, found: SignResponse): Uint8Array {
  const r = copy(found.sig_r, found.sig_r_len);
  if (algorithm === 'ed25519') return r;
  const s = copy(found.sig_s, found.sig_s_len);
  return Uint8Array.of(...[r, s].flatMap((one) => [...paddedTo(coordinateBytes, stripLeadingZeros(one))]));
}

type Call = (...args: unknown[]) => number;

function loadFunctions(path: string) {
  const library = (() => {
    try {
      return loadByPath(path);
    } catch (error) {
      throw new MiddlewareError(`${middlewareFault.unloadable}:${(error as Error).message}`);
    }
  })();
  try {
    const size = 'size_t';
    return {
      version: library.func('uint32_t sk_api_version()') as () => number,
      enroll: library.func('sk_enroll', 'int', [
        ...['uint32_t', 'void *', size, 'str', 'uint8_t', 'void *', options],
        addressOut,
      ]) as Call,
      sign: library.func('sk_sign', 'int', [
        ...['uint32_t', 'void *', size, 'str', 'void *', size, 'uint8_t', 'void *', options],
        addressOut,
      ]) as Call,
      residentKeys: library.func('sk_load_resident_keys', 'int', [
        ...['void *', options],
        addressOut,
        koffi.out(koffi.pointer(size)),
      ]) as Call,
    };
  } catch {
    throw new MiddlewareError(middlewareFault.noInterface);
  }
}

export class Middleware {
  readonly #functions: ReturnType<typeof loadFunctions>;
  readonly #types: ReturnType<typeof typesOf>;

  /** Throws MiddlewareError for what can't be loaded, or speaks another version. */
  constructor(path: string) {
    this.#functions = loadFunctions(path);
    const version = this.#functions.version() >>> 16;
    if (version < firstVersion || version > lastVersion)
      throw new MiddlewareError(`${middlewareFault.version}:${version}`);
    this.#types = typesOf(version);
  }

  sign({ algorithm, application, keyHandle, flags, data, pin }: AssertionRequest): Assertion {
    const found: Address[] = [null];
    const pinBytes = pinText(pin);
    // SAFETY: lengths are those of the arrays, which live for the call; texts end with NUL.
    const result = this.#functions.sign(
      ...[algorithmNumber(algorithm), data, data.length, application],
      ...[keyHandle, keyHandle.length, flags, pinBytes, null, found],
    );
    pinBytes?.fill(0);
    assertDone(result);
    const [address = null] = found;
    if (address === null) throw new MiddlewareError(middlewareFault.nonsense);
    // SAFETY: the library made a structure of this form, by the version that it says to have.
    const response = koffi.decode(address, signed) as SignResponse;
    const { flags: made, counter } = response;
    const signature = readSignature(algorithm, response);
    release(response.sig_r, response.sig_s, address);
    return { signature, flags: made, counter };
  }

  enroll({ algorithm, application, flags, user, challenge, pin }: EnrollmentRequest): SecurityKeyCredential {
    const found: Address[] = [null];
    const pinBytes = pinText(pin);
    const given = user === '' ? null : [{ name: 'user', value: user, required: 0 }, null];
    // SAFETY: as above; the list of options ends with NULL.
    const result = this.#functions.enroll(
      ...[algorithmNumber(algorithm), challenge, challenge.length, application],
      ...[flags, pinBytes, given, found],
    );
    pinBytes?.fill(0);
    assertDone(result);
    const [address = null] = found;
    if (address === null) throw new MiddlewareError(middlewareFault.nonsense);
    // SAFETY: as above.
    const response = koffi.decode(address, this.#types.enrolled) as EnrollResponse;
    const credential = readCredential(algorithm, response);
    releaseCredential(response);
    release(address);
    return { ...credential, application, flags };
  }

  /** Those for SSH: whose application begins with `ssh:`. */
  residentKeys(pin: Uint8Array | undefined): readonly ResidentCredential[] {
    const found: Address[] = [null];
    const count: Length[] = [0];
    const pinBytes = pinText(pin);
    // SAFETY: as above.
    const result = this.#functions.residentKeys(pinBytes, null, found, count);
    pinBytes?.fill(0);
    assertDone(result);
    const [list = null] = found;
    const length = Number(count[0]);
    if (length > maxResidentKeys || (list === null && length > 0))
      throw new MiddlewareError(middlewareFault.nonsense);
    const keys = Array.from({ length }, (_, index) => this.#readResident(list, index));
    release(list);
    return keys.filter(({ application }) => application.startsWith('ssh:'));
  }

  #readResident(list: Address, index: number): ResidentCredential {
    // SAFETY: the list has as many addresses as the library says.
    const address = koffi.decode(list, index * koffi.sizeof('void *'), 'void *') as Address;
    if (address === null) throw new MiddlewareError(middlewareFault.nonsense);
    const key = koffi.decode(address, this.#types.resident) as ResidentKey;
    const algorithm = key.alg === algorithmNumber('ed25519') ? 'ed25519' : 'ecdsa-p256';
    const found = {
      ...readCredential(algorithm, key.key),
      application: text(key.application),
      // Of its own flags the library tells this one alone.
      flags: touch | resident | (key.flags & verify),
      user: userName(copy(key.user_id ?? null, key.user_id_len ?? 0)),
    };
    releaseCredential(key.key);
    release(key.application, key.user_id, address);
    return found;
  }
}
