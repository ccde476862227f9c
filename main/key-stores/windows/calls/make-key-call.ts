// What each call does, on the thread that may wait for Windows as long as that takes.
import { createHash, X509Certificate } from 'node:crypto';
import {
  type StoredCertificate,
  thumbprintOf,
  visitCertificates,
} from '../../../../ipc/win32/key-storage/certificate-store.ts';
import type { CngPublicKey } from '../../../../ipc/win32/key-storage/public-blob.ts';
import {
  NTE_BAD_KEYSET,
  NTE_NO_KEY,
  NTE_PERM,
  StorageError,
} from '../../../../ipc/win32/key-storage/storage-error.ts';
import type { DialogOwner } from '../../../../ipc/win32/key-storage/storage-key.ts';
import { NCRYPT_SILENT_FLAG, type StorageKey } from '../../../../ipc/win32/key-storage/storage-key.ts';
import { StorageProvider, storageProviders } from '../../../../ipc/win32/key-storage/storage-provider.ts';
import { currentUserSid } from '../../../../ipc/win32/security/current-user.ts';
import { MalformedMessageError } from '../../../keys/encoding/wire.ts';
import { UnsupportedKeyError } from '../../../keys/key-errors.ts';
import { ecdsaPublicKey } from '../../../keys/kinds/ecdsa/ecdsa-public-key.ts';
import { rsaPublicKey } from '../../../keys/kinds/rsa/rsa-public-key.ts';
import {
  type CertificateFacts,
  type KeyCalls,
  type KeyHome,
  type NewKeyAlgorithm,
  newKeyAlgorithms,
  type OwnKeyFacts,
  ownKeyPrefix,
} from './key-call.ts';
import { isUnlockKey, makeUnlockKeyCall } from './unlock-key-calls.ts';

type Takes<Name extends keyof KeyCalls> = KeyCalls[Name]['takes'];
type Gives<Name extends keyof KeyCalls> = KeyCalls[Name]['gives'];

/** Those that are open in a moment, without a card or a person. */
const quickProviders: readonly string[] = [storageProviders.software, storageProviders.tpm];

/** Windows Hello has names of this shape only: whose, for which program, which key. */
const helloScope = () => `${currentUserSid()}//sallyport/keys/`;
const fullName = (home: KeyHome, name: string) => (home === 'hello' ? helloScope() + name : name);

/** SECURITY: keys of other programs are neither used nor deleted by a name. */
function assertOwn(name: string): void {
  if (!name.startsWith(ownKeyPrefix)) throw new StorageError('NCryptOpenKey', NTE_PERM);
}

/** Undefined for what SSH can't use: a size or a kind that nobody has. */
function sshBlob(key: CngPublicKey | undefined): Uint8Array | undefined {
  if (key === undefined) return undefined;
  try {
    return (key.kind === 'rsa' ? rsaPublicKey(key) : ecdsaPublicKey(key.kind, key.point)).blob;
  } catch (error) {
    if (error instanceof UnsupportedKeyError || error instanceof MalformedMessageError) return undefined;
    throw error;
  }
}

const curves: Readonly<Record<string, 'ecdsa-p256' | 'ecdsa-p384' | 'ecdsa-p521'>> = {
  'P-256': 'ecdsa-p256',
  'P-384': 'ecdsa-p384',
  'P-521': 'ecdsa-p521',
};

function publicKeyOf(encoded: Uint8Array): CngPublicKey | undefined {
  try {
    const { kty, crv = '', n, e, x, y } = new X509Certificate(encoded).publicKey.export({ format: 'jwk' });
    const number = (text: string | undefined) => Uint8Array.from(Buffer.from(text ?? '', 'base64url'));
    if (kty === 'RSA') return { kind: 'rsa', n: number(n), e: number(e) };
    const kind = curves[crv];
    return kind && { kind, point: Uint8Array.of(4, ...number(x), ...number(y)) };
  } catch {
    // No certificate, or a kind of key that node:crypto does not know.
    return undefined;
  }
}

function algorithms({ home }: Takes<'algorithms'>): Gives<'algorithms'> {
  using provider = new StorageProvider(storageProviders[home]);
  const all = Object.keys(newKeyAlgorithms) as NewKeyAlgorithm[];
  // Windows Hello makes RSA keys of this size, whatever else it says.
  if (home === 'hello') return provider.supports('RSA') ? ['rsa-2048'] : [];
  return all.filter((algorithm) => provider.supports(newKeyAlgorithms[algorithm].cng));
}

function ownKeyFacts(home: KeyHome, name: string, key: StorageKey): OwnKeyFacts {
  const blob = sshBlob(key.publicKey());
  return { name, ...(blob && { blob }), isAskedFor: home === 'hello' || key.isAskedFor };
}

function ownKeys({ home, known }: Takes<'ownKeys'>): Gives<'ownKeys'> {
  using provider = new StorageProvider(storageProviders[home]);
  const scope = fullName(home, '');
  const names = provider
    .keyNames()
    .filter((name) => name.startsWith(scope + ownKeyPrefix))
    .map((name) => name.slice(scope.length));
  return names.map((name) => {
    if (known.includes(name)) return name;
    try {
      using key = provider.open(scope + name, { flags: NCRYPT_SILENT_FLAG });
      return ownKeyFacts(home, name, key);
    } catch (error) {
      if (error instanceof StorageError) return { name, isAskedFor: false };
      throw error;
    }
  });
}

/** Whether its key is there and asks, as far as that can be told without a card and without anybody. */
function keyState(certificate: StoredCertificate): Pick<CertificateFacts, 'leftOut' | 'isAskedFor'> {
  const place = certificate.keyPlace;
  if (place === undefined || isUnlockKey(place.container)) return { leftOut: 'no-key', isAskedFor: false };
  if (!place.isLegacy && !quickProviders.includes(place.provider)) return { isAskedFor: true };
  // The older interface to the same cards: CNG has a way to each of them.
  if (place.provider === 'Microsoft Base Smart Card Crypto Provider') return { isAskedFor: true };
  try {
    using key = certificate.openKey({ isSilent: true });
    return { isAskedFor: key.isAskedFor };
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    if (place.isLegacy) return { leftOut: 'older-interface', isAskedFor: false };
    const isGone = error.status === NTE_BAD_KEYSET || error.status === NTE_NO_KEY;
    return isGone ? { leftOut: 'no-key', isAskedFor: false } : { isAskedFor: true };
  }
}

function certificateFacts(
  certificate: StoredCertificate,
  encoded: Uint8Array,
  thumbprint: string,
): CertificateFacts {
  const state = keyState(certificate);
  const facts = { thumbprint, title: certificate.title, provider: certificate.keyPlace?.provider ?? '' };
  if (state.leftOut) return { ...facts, ...state };
  const blob = sshBlob(publicKeyOf(encoded));
  return blob ? { ...facts, ...state, blob } : { ...facts, ...state, leftOut: 'kind' };
}

function certificates({ known }: Takes<'certificates'>): Gives<'certificates'> {
  const found: (CertificateFacts | string)[] = [];
  visitCertificates((certificate) => {
    const { encoded } = certificate;
    if (encoded === undefined) return;
    const thumbprint = thumbprintOf(encoded);
    found.push(known.includes(thumbprint) ? thumbprint : certificateFacts(certificate, encoded, thumbprint));
  });
  return found;
}

function signWith(key: StorageKey, { kind, hash, data, owner }: Takes<'sign'>, isHello: boolean): Uint8Array {
  key.setDialogOwner(owner);
  if (isHello) key.requireGesture();
  return key.sign(kind, hash, createHash(hash).update(data).digest());
}

function openOwn(home: KeyHome, name: string, owner: DialogOwner): StorageKey {
  assertOwn(name);
  using provider = new StorageProvider(storageProviders[home]);
  provider.setDialogOwner(owner);
  return provider.open(fullName(home, name));
}

function sign(request: Takes<'sign'>): Uint8Array {
  const { place, owner } = request;
  if ('name' in place) {
    using key = openOwn(place.home, place.name, owner);
    return signWith(key, request, place.home === 'hello');
  }
  const signature = visitCertificates((certificate) => {
    const { encoded } = certificate;
    if (encoded === undefined || thumbprintOf(encoded) !== place.thumbprint) return undefined;
    // SECURITY: any program can put a certificate there that names a key which opens a passphrase, and then have what
    // that is sealed by signed as if it were for a server.
    if (isUnlockKey(certificate.keyPlace?.container ?? '')) throw new StorageError('NCryptOpenKey', NTE_PERM);
    using key = certificate.openKey({ isSilent: false, owner });
    return signWith(key, request, certificate.keyPlace?.provider === storageProviders.hello);
  });
  if (signature) return signature;
  throw new StorageError('CertEnumCertificatesInStore', NTE_NO_KEY);
}

function create({ home, name, algorithm, owner }: Takes<'create'>): OwnKeyFacts {
  assertOwn(name);
  using provider = new StorageProvider(storageProviders[home]);
  provider.setDialogOwner(owner);
  const { cng, bits }: { readonly cng: string; readonly bits?: number } = newKeyAlgorithms[algorithm];
  using key = provider.create({ algorithm: cng, name: fullName(home, name), bits, owner });
  return ownKeyFacts(home, name, key);
}

function remove({ home, name, owner }: Takes<'delete'>): boolean {
  using key = openOwn(home, name, owner);
  key.setDialogOwner(owner);
  key.delete();
  return true;
}

/** May take minutes. Throws StorageError. */
export const makeKeyCall: { [Name in keyof KeyCalls]: (takes: Takes<Name>) => Gives<Name> } = {
  algorithms,
  ownKeys,
  certificates,
  sign,
  create,
  delete: remove,
  ...makeUnlockKeyCall,
};
