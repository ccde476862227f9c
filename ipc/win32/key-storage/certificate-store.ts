// The person's own certificates (the store MY), and the private keys that Windows has for them.
import { createHash } from 'node:crypto';
import { type CertificateContext, crypt32, type KeyProviderInfo } from '../libraries/crypt32.ts';
import { type Handle, koffi, wideText } from '../libraries/native-library.ts';
import { ERROR_FILE_NOT_FOUND, lastWin32Error } from '../libraries/win32-error.ts';
import { NTE_BAD_KEYSET, StorageError, WRONG_ANSWER } from './storage-error.ts';
import { type DialogOwner, NCRYPT_MACHINE_KEY_FLAG, NCRYPT_SILENT_FLAG, StorageKey } from './storage-key.ts';
import { StorageProvider } from './storage-provider.ts';

/** `LPCSTR` in the header, which is a number where it is a predefined provider. */
const CERT_STORE_PROV_SYSTEM_W: Handle = 10n;
const CERT_STORE_OPEN_EXISTING_FLAG = 0x4000;
const CERT_STORE_READONLY_FLAG = 0x8000;
const CERT_SYSTEM_STORE_CURRENT_USER = 0x1_0000;
const CERT_KEY_PROV_INFO_PROP_ID = 2;
const CERT_FRIENDLY_NAME_PROP_ID = 11;
const CERT_NAME_SIMPLE_DISPLAY_TYPE = 4;
const CERT_NCRYPT_KEY_SPEC = 0xffff_ffff;
const CRYPT_ACQUIRE_COMPARE_KEY_FLAG = 0x4;
const CRYPT_ACQUIRE_SILENT_FLAG = 0x40;
const CRYPT_ACQUIRE_ONLY_NCRYPT_KEY_FLAG = 0x4_0000;

/** More than a certificate has; Windows itself takes larger ones. */
const maxCertificateBytes = 64 * 1024;
const maxPropertyBytes = 64 * 1024;
const maxNameUnits = 256;
/** Looked at at the most. */
const maxCertificates = 2000;

/** Where Windows says that the private key is. */
export interface KeyPlaceOfCertificate {
  readonly provider: string;
  readonly container: string;
  /** Of the older interface (CSP), to which CNG may have a way. */
  readonly isLegacy: boolean;
  readonly legacyKeySpec: number;
  readonly isMachineKey: boolean;
}

/** One that is open while `visitCertificates` calls back. */
export class StoredCertificate {
  readonly #context: Handle;
  readonly #facts: CertificateContext;

  constructor(context: Handle) {
    this.#context = context;
    // SAFETY: Windows' own context, which lives while the visit does.
    this.#facts = crypt32().readContext(context);
  }

  /** DER; undefined for one that is far too long. */
  get encoded(): Uint8Array | undefined {
    const { pbCertEncoded, cbCertEncoded } = this.#facts;
    if (cbCertEncoded > maxCertificateBytes) return undefined;
    // SAFETY: as many bytes as the context says that it has; copied.
    return Uint8Array.from(koffi().decode(pbCertEncoded, 'uint8_t', cbCertEncoded) as Uint8Array);
  }

  /** The name that the person has given it, or whom it is for. */
  get title(): string {
    const given = this.#property(CERT_FRIENDLY_NAME_PROP_ID);
    const [friendly = ''] = given ? Buffer.from(given).toString('utf16le').split('\0', 1) : [];
    if (friendly.trim() !== '') return friendly.slice(0, maxNameUnits);
    const name = new Uint16Array(maxNameUnits);
    // SAFETY: writes at most name.length units, the NUL among them.
    const units = crypt32().CertGetNameStringW(
      this.#context,
      CERT_NAME_SIMPLE_DISPLAY_TYPE,
      0,
      null,
      name,
      name.length,
    );
    return wideText(name, Math.max(0, Math.min(units, name.length) - 1));
  }

  /** Undefined where there is no private key. */
  get keyPlace(): KeyPlaceOfCertificate | undefined {
    const data = this.#property(CERT_KEY_PROV_INFO_PROP_ID);
    if (data === undefined) return undefined;
    // SAFETY: Windows has put the texts into the same block, which `data` keeps.
    const info: KeyProviderInfo = crypt32().readKeyProviderInfo(data);
    return {
      provider: info.pwszProvName ?? '',
      container: info.pwszContainerName ?? '',
      isLegacy: info.dwProvType !== 0,
      legacyKeySpec: info.dwKeySpec === CERT_NCRYPT_KEY_SPEC ? 0 : info.dwKeySpec,
      isMachineKey: (info.dwFlags & NCRYPT_MACHINE_KEY_FLAG) !== 0,
    };
  }

  /** Opens the private key; `isSilent`: without asking anybody. Throws StorageError. */
  openKey({ isSilent, owner }: { readonly isSilent: boolean; readonly owner?: DialogOwner }): StorageKey {
    const place = this.keyPlace;
    if (place === undefined) throw new StorageError('CertGetCertificateContextProperty', NTE_BAD_KEYSET);
    if (place.isLegacy) return this.#openLegacyKey(isSilent);
    using provider = new StorageProvider(place.provider);
    if (owner) provider.setDialogOwner(owner);
    return provider.open(place.container, {
      legacyKeySpec: place.legacyKeySpec,
      flags: (isSilent ? NCRYPT_SILENT_FLAG : 0) | (place.isMachineKey ? NCRYPT_MACHINE_KEY_FLAG : 0),
    });
  }

  /** Of a key of the older interface Windows itself knows whether CNG can have it. */
  #openLegacyKey(isSilent: boolean): StorageKey {
    const [key, keySpec, callerFrees]: [[Handle | null], [number], [number]] = [[null], [0], [0]];
    const flags = CRYPT_ACQUIRE_ONLY_NCRYPT_KEY_FLAG | CRYPT_ACQUIRE_COMPARE_KEY_FLAG;
    // SAFETY: the key is ours to free when callerFrees says so.
    const isThere = crypt32().CryptAcquireCertificatePrivateKey(
      this.#context,
      flags | (isSilent ? CRYPT_ACQUIRE_SILENT_FLAG : 0),
      null,
      key,
      keySpec,
      callerFrees,
    );
    if (!isThere) throw new StorageError('CryptAcquireCertificatePrivateKey', lastWin32Error('').code >>> 0);
    if (keySpec[0] !== CERT_NCRYPT_KEY_SPEC || !key[0])
      throw new StorageError('CryptAcquireCertificatePrivateKey', WRONG_ANSWER);
    return new StorageKey(key[0], { isOurs: callerFrees[0] !== 0 });
  }

  #property(id: number): Uint8Array | undefined {
    const data = new Uint8Array(maxPropertyBytes);
    const size: [number] = [data.length];
    // SAFETY: writes at most data.length bytes.
    return crypt32().CertGetCertificateContextProperty(this.#context, id, data, size)
      ? data.subarray(0, size[0])
      : undefined;
  }
}

/** SHA-1 over the certificate, as Windows' own windows show it. */
export const thumbprintOf = (encoded: Uint8Array) => createHash('sha1').update(encoded).digest('hex');

/**
 * Calls back with one certificate after the other, until it returns something, and returns that. Opens no key and asks
 * nobody. Throws Win32Error where the store can't be read.
 */
export function visitCertificates<T>(
  visit: (certificate: StoredCertificate) => T | undefined,
): T | undefined {
  const store = crypt32().CertOpenStore(
    CERT_STORE_PROV_SYSTEM_W,
    0,
    null,
    CERT_SYSTEM_STORE_CURRENT_USER | CERT_STORE_READONLY_FLAG | CERT_STORE_OPEN_EXISTING_FLAG,
    'MY',
  );
  if (!store) {
    const error = lastWin32Error('CertOpenStore');
    // Nobody has put one in yet.
    if (error.code === ERROR_FILE_NOT_FOUND) return undefined;
    throw error;
  }
  let context: Handle | null = null;
  try {
    for (let count = 0; count < maxCertificates; count += 1) {
      context = crypt32().CertEnumCertificatesInStore(store, context);
      if (!context) return undefined;
      const result = visit(new StoredCertificate(context));
      if (result !== undefined) return result;
    }
    return undefined;
  } finally {
    if (context) crypt32().CertFreeCertificateContext(context);
    crypt32().CertCloseStore(store, 0);
  }
}
