// The functions of a PKCS#11 library, called through koffi. Runs in a process of its own alone: the library is another's code.
import { createRequire } from 'node:module';
import { loadByPath } from '../../../library-process/load-by-path.ts';
import {
  CKF_OS_LOCKING_OK,
  CKF_SERIAL_SESSION,
  CKF_TOKEN_PRESENT,
  CryptokiError,
  returnValue,
} from './cryptoki-numbers.ts';

type Koffi = typeof import('koffi');
/** CK_ULONG, as numbers of any size come back. */
type Value = number | bigint;
type Call = (...args: unknown[]) => Value;

const koffi = createRequire(import.meta.url)('koffi') as Koffi;

/** On Windows the standard's headers pack all structures, and CK_ULONG is Windows' `unsigned long` of 4 bytes. */
const isPacked = process.platform === 'win32';
const ulongBytes = koffi.sizeof('unsigned long');
const pointerBytes = koffi.sizeof('void *');
const struct: Koffi['struct'] = isPacked ? koffi.pack : koffi.struct;

struct('CK_ATTRIBUTE', { type: 'unsigned long', pValue: 'void *', ulValueLen: 'unsigned long' });
struct('CK_MECHANISM', { mechanism: 'unsigned long', pParameter: 'void *', ulParameterLen: 'unsigned long' });
struct('CK_C_INITIALIZE_ARGS', {
  CreateMutex: 'void *',
  DestroyMutex: 'void *',
  LockMutex: 'void *',
  UnlockMutex: 'void *',
  flags: 'unsigned long',
  pReserved: 'void *',
});

/** The place of each in CK_FUNCTION_LIST, whose order no version changes, and its parameters. */
const declarations = {
  C_Initialize: [0, '_In_ CK_C_INITIALIZE_ARGS *'],
  C_GetInfo: [2, '_Out_ void *'],
  C_GetSlotList: [4, 'uint8_t, _Out_ void *, _Inout_ void *'],
  C_GetTokenInfo: [6, 'unsigned long, _Out_ void *'],
  C_OpenSession: [12, 'unsigned long, unsigned long, void *, void *, _Out_ void *'],
  C_CloseSession: [13, 'unsigned long'],
  C_Login: [18, 'unsigned long, unsigned long, const void *, unsigned long'],
  C_Logout: [19, 'unsigned long'],
  C_GetAttributeValue: [24, 'unsigned long, unsigned long, _Inout_ CK_ATTRIBUTE *, unsigned long'],
  C_FindObjectsInit: [26, 'unsigned long, CK_ATTRIBUTE *, unsigned long'],
  C_FindObjects: [27, 'unsigned long, _Out_ void *, unsigned long, _Out_ void *'],
  C_FindObjectsFinal: [28, 'unsigned long'],
  C_SignInit: [42, 'unsigned long, CK_MECHANISM *, unsigned long'],
  C_Sign: [43, 'unsigned long, const void *, unsigned long, _Out_ void *, _Inout_ void *'],
  C_WaitForSlotEvent: [67, 'unsigned long, _Out_ void *, void *'],
} as const;

type FunctionName = keyof typeof declarations;

/** Of the structures that are read by offset. CK_VERSION has two bytes, and what follows it is aligned where it is not packed. */
const layout = {
  firstFunction: isPacked ? 2 : pointerBytes,
  tokenInfoBytes: 512,
  tokenFlags: 96,
  infoBytes: 256,
  infoDescription: 34 + (isPacked ? 0 : 6) + ulongBytes,
};

/** More slots than a library may have. */
const maxSlots = 64;
/** Of one attribute: a certificate may be long. */
const maxAttributeBytes = 64 * 1024;
/** That of the longest RSA key. */
const maxSignatureBytes = 2048;

/** An array of CK_ULONG. */
class Ulongs {
  readonly view: DataView;

  constructor(length: number) {
    this.view = new DataView(new ArrayBuffer(length * ulongBytes));
  }

  at(index: number): bigint {
    return readUlong(this.view, index * ulongBytes);
  }

  set(index: number, value: number): this {
    if (ulongBytes === 4) this.view.setUint32(index * 4, value, true);
    else this.view.setBigUint64(index * 8, BigInt(value), true);
    return this;
  }

  get bytes(): Uint8Array {
    return new Uint8Array(this.view.buffer);
  }
}

function readUlong(view: DataView, offset: number): bigint {
  return ulongBytes === 4 ? BigInt(view.getUint32(offset, true)) : view.getBigUint64(offset, true);
}

/** A CK_ULONG as an attribute has it. */
export function ulongBytesOf(value: bigint): Uint8Array {
  return new Ulongs(1).set(0, Number(value)).bytes;
}

/** Undefined where the attribute is not as long as a CK_ULONG. */
export function ulongOf(bytes: Uint8Array | undefined): bigint | undefined {
  if (bytes?.length !== ulongBytes) return undefined;
  return readUlong(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0);
}

export interface TokenInfo {
  readonly label: string;
  readonly maker: string;
  readonly model: string;
  readonly serial: string;
  readonly flags: bigint;
}

export type Template = readonly (readonly [type: bigint, value: Uint8Array])[];

/** Texts of PKCS#11 are filled up with blanks, by some libraries with zeros. */
function textIn(bytes: Uint8Array, offset: number, length: number): string {
  const padded = bytes.subarray(offset, offset + length);
  const last = padded.findLastIndex((byte) => byte !== 0x20 && byte !== 0);
  return new TextDecoder().decode(padded.subarray(0, last + 1));
}

/** SAFETY: koffi unloads a library that nothing refers to any more, and function pointers of it do not count. */
const loadedForGood: unknown[] = [];

export class Cryptoki {
  readonly #calls = new Map<FunctionName, Call>();
  readonly #pointers: (name: FunctionName) => bigint | null;
  readonly mayWait: boolean;

  /** Loads and initialises the library. Throws CryptokiError, `not-a-library` or `not-pkcs11` where it is none. */
  constructor(path: string) {
    const list = [null];
    try {
      const library = loadByPath(path);
      loadedForGood.push(library);
      let getFunctionList: Call;
      try {
        getFunctionList = library.func('unsigned long C_GetFunctionList(_Out_ void **)') as Call;
      } catch {
        throw new CryptokiError('not-pkcs11');
      }
      assertOk(getFunctionList(list));
    } catch (error) {
      throw error instanceof CryptokiError ? error : new CryptokiError('not-a-library');
    }
    const [functions] = list as unknown as [bigint | null];
    if (functions === null) throw new CryptokiError('not-pkcs11');
    this.#pointers = (name) =>
      koffi.decode(functions, layout.firstFunction + declarations[name][0] * pointerBytes, 'void *');
    this.mayWait = this.#initialise();
  }

  get description(): string {
    const info = new Uint8Array(layout.infoBytes);
    this.#call('C_GetInfo', info);
    return textIn(info, layout.infoDescription, 32) || textIn(info, 2, 32);
  }

  /** Of those that have a token. */
  slots(): readonly bigint[] {
    const count = new Ulongs(1);
    this.#call('C_GetSlotList', CKF_TOKEN_PRESENT, null, count.bytes);
    // Room for more that come meanwhile; the library must not write beyond what it is told.
    const slots = new Ulongs(maxSlots);
    count.set(0, maxSlots);
    this.#call('C_GetSlotList', CKF_TOKEN_PRESENT, slots.bytes, count.bytes);
    const length = Math.min(Number(count.at(0)), maxSlots);
    return Array.from({ length }, (_, index) => slots.at(index));
  }

  tokenInfo(slot: bigint): TokenInfo {
    const info = new Uint8Array(layout.tokenInfoBytes);
    this.#call('C_GetTokenInfo', slot, info);
    return {
      label: textIn(info, 0, 32),
      maker: textIn(info, 32, 32),
      model: textIn(info, 64, 16),
      serial: textIn(info, 80, 16),
      flags: readUlong(new DataView(info.buffer), layout.tokenFlags),
    };
  }

  openSession(slot: bigint): bigint {
    const session = new Ulongs(1);
    this.#call('C_OpenSession', slot, CKF_SERIAL_SESSION, null, null, session.bytes);
    return session.at(0);
  }

  closeSession(session: bigint): void {
    this.#call('C_CloseSession', session);
  }

  /** Without a PIN it is asked for at the reader. */
  login(session: bigint, user: bigint, pin: Uint8Array | undefined): void {
    this.#call('C_Login', session, user, pin ?? null, pin?.length ?? 0);
  }

  logout(session: bigint): void {
    this.#call('C_Logout', session);
  }

  /** At most `limit`. */
  find(session: bigint, template: Template, limit: number): readonly bigint[] {
    const attributes = template.map(([type, value]) => ({ type, pValue: value, ulValueLen: value.length }));
    this.#call('C_FindObjectsInit', session, attributes, attributes.length);
    try {
      const found: bigint[] = [];
      const some = new Ulongs(Math.min(limit, 64));
      const count = new Ulongs(1);
      while (found.length < limit) {
        const wanted = Math.min(limit - found.length, 64);
        this.#call('C_FindObjects', session, some.bytes, wanted, count.set(0, 0).bytes);
        const length = Math.min(Number(count.at(0)), wanted);
        if (length === 0) break;
        for (let index = 0; index < length; index++) found.push(some.at(index));
      }
      return found;
    } finally {
      this.#call('C_FindObjectsFinal', session);
    }
  }

  /** In the order of `types`; undefined for what the object does not have or show. */
  attributes(session: bigint, object: bigint, types: readonly bigint[]): (Uint8Array | undefined)[] {
    const lengths = this.#getAttributes(
      session,
      object,
      types.map((type) => ({ type, pValue: null, ulValueLen: 0 })),
    );
    const there = types.flatMap((type, index) => {
      // SECURITY: the length is the library's word; what it has none of is as long as can be.
      const length = lengths[index] ?? maxAttributeBytes;
      return length < maxAttributeBytes ? [{ type, value: new Uint8Array(length) }] : [];
    });
    const written = this.#getAttributes(
      session,
      object,
      there.map(({ type, value }) => ({ type, pValue: value, ulValueLen: value.length })),
    );
    return types.map((type) => {
      const index = there.findIndex((attribute) => attribute.type === type);
      const value = there[index]?.value;
      return value?.subarray(0, Math.min(written[index] ?? 0, value.length));
    });
  }

  /** `authenticate` is called between, for keys that want that for each signature. */
  sign(session: bigint, key: bigint, type: bigint, data: Uint8Array, authenticate: () => void): Uint8Array {
    const mechanism = { mechanism: type, pParameter: null, ulParameterLen: 0 };
    this.#call('C_SignInit', session, mechanism, key);
    authenticate();
    const signature = new Uint8Array(maxSignatureBytes);
    const length = new Ulongs(1).set(0, signature.length);
    this.#call('C_Sign', session, data, data.length, signature, length.bytes);
    return signature.slice(0, Math.min(Number(length.at(0)), signature.length));
  }

  /** Resolves when a token has come or gone; rejects where the library can't tell. Takes a thread of the pool. */
  waitForChange(): Promise<void> {
    const wait = this.#function('C_WaitForSlotEvent') as Call & {
      async(...args: unknown[]): void;
    };
    return new Promise((resolve, reject) => {
      wait.async(0, new Ulongs(1).bytes, null, (error: unknown, value: Value) => {
        if (error || BigInt(value) !== returnValue.OK) reject(new CryptokiError(BigInt(value ?? 1)));
        else resolve();
      });
    });
  }

  /** Whether it may be called by two threads at once. */
  #initialise(): boolean {
    const args = {
      CreateMutex: null,
      DestroyMutex: null,
      LockMutex: null,
      UnlockMutex: null,
      flags: CKF_OS_LOCKING_OK,
      pReserved: null,
    };
    const value = BigInt(this.#function('C_Initialize')(args));
    if (value === returnValue.CANT_LOCK) {
      this.#call('C_Initialize', null);
      return false;
    }
    if (value !== returnValue.ALREADY_INITIALIZED) assertOk(value);
    return true;
  }

  /** The lengths that the library has written; undefined: it has none of it, or does not show it. */
  #getAttributes(
    session: bigint,
    object: bigint,
    attributes: { type: bigint; pValue: Uint8Array | null; ulValueLen: Value }[],
  ): (number | undefined)[] {
    if (attributes.length === 0) return [];
    const value = BigInt(
      this.#function('C_GetAttributeValue')(session, object, attributes, attributes.length),
    );
    const isPartial =
      value === returnValue.ATTRIBUTE_SENSITIVE || value === returnValue.ATTRIBUTE_TYPE_INVALID;
    if (!isPartial) assertOk(value);
    return attributes.map(({ ulValueLen }) => {
      const length = Number(ulValueLen);
      return length <= maxAttributeBytes ? length : undefined;
    });
  }

  #call(name: FunctionName, ...args: unknown[]): void {
    assertOk(this.#function(name)(...args));
  }

  #function(name: FunctionName): Call {
    const known = this.#calls.get(name);
    if (known) return known;
    const pointer = this.#pointers(name);
    if (pointer === null) throw new CryptokiError(returnValue.FUNCTION_NOT_SUPPORTED);
    // SAFETY: the standard's own signature; every array that is passed is as long as the library is told.
    const call = koffi.decode(
      pointer,
      koffi.proto(`unsigned long ${name}(${declarations[name][1]})`),
    ) as unknown as Call;
    this.#calls.set(name, call);
    return call;
  }
}

function assertOk(value: Value): void {
  if (BigInt(value) !== returnValue.OK) throw new CryptokiError(BigInt(value));
}
