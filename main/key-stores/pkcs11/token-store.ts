// A PKCS#11 library as a place of keys: those of all its tokens, each with a PIN of its own.
import { basename } from 'node:path';
import type { OfferedCertificates } from '../../agent/ports/host.ts';
import {
  type KeyStore,
  type PersonNeed,
  type PinPlace,
  type StoredIdentity,
  StoreError,
  type StoreUse,
} from '../../agent/ports/key-store.ts';
import { equalBytes, MalformedMessageError } from '../../keys/encoding/wire.ts';
import { UnsupportedKeyError } from '../../keys/key-errors.ts';
import { parsePublicKey } from '../../keys/kinds/parse-public-key.ts';
import type { PublicKey } from '../../keys/kinds/shared/public-key.ts';
import type { Token } from './library/token-messages.ts';
import type { TokenLibrary } from './token-library.ts';

export const tokenStoreId = (path: string) => `pkcs11:${path}`;

const needs: Readonly<Record<Token['pin'], PersonNeed>> = {
  none: 'nothing',
  typed: 'pin',
  'at-reader': 'system-dialog',
};

const tries: Readonly<Record<Token['tries'], string>> = {
  many: '',
  few: ', few tries left',
  one: ', one try left',
  none: ', locked',
};

/** For the person. */
export function tokenTitle({ label, model, maker, tries: left }: Token): string {
  return `${label || model || maker || 'a token without a name'}${tries[left]}`;
}

const pinPlace = (token: Token): PinPlace => ({
  id: token.id,
  title: tokenTitle(token),
  isNearlyLocked: token.tries === 'few' || token.tries === 'one',
});
const blobOf = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));

function readCertificate(blob: Uint8Array): PublicKey | undefined {
  try {
    return parsePublicKey(blob);
  } catch (error) {
    if (error instanceof MalformedMessageError || error instanceof UnsupportedKeyError) return undefined;
    throw error;
  }
}

export class TokenStore implements KeyStore {
  readonly id: string;
  readonly kind = 'pkcs11';
  readonly address: string;
  readonly #library: TokenLibrary;
  readonly #certificates: readonly PublicKey[];
  readonly #isCertificatesOnly: boolean;

  /** The library stays its owner's. `certificates` are listed beside the keys that they are of. */
  constructor(library: TokenLibrary, { blobs, only }: OfferedCertificates = { blobs: [], only: false }) {
    this.#library = library;
    this.id = tokenStoreId(library.path);
    this.address = library.path;
    this.#certificates = blobs.flatMap((blob) => readCertificate(blob) ?? []);
    this.#isCertificatesOnly = only;
  }

  get title(): string {
    return this.#library.latest?.library || basename(this.address);
  }

  async list(signal: AbortSignal): Promise<readonly StoredIdentity[]> {
    const { tokens } = await this.#library.list(signal);
    return tokens.flatMap((token) => token.keys.flatMap((key) => this.#identitiesOf(token, key)));
  }

  async open(pin: Uint8Array, signal: AbortSignal, place?: string): Promise<void> {
    if (place === undefined) throw new StoreError('It is not said which token the PIN is for.', 'Try again.');
    await this.#library.open(place, pin, signal);
  }

  async sign({ blob, data, algorithm, waitsFor }: StoreUse, signal: AbortSignal): Promise<Uint8Array> {
    const plain = parsePublicKey(blob).base.blob;
    const { tokens } = this.#library.latest ?? (await this.#library.list(signal));
    const token = tokens.find(({ keys }) => keys.some((key) => equalBytes(blobOf(key.blob), plain)));
    if (token === undefined)
      throw new StoreError('The token with this key is not there any more.', 'Put it in again.');
    if (token.pin === 'at-reader') waitsFor('system-dialog');
    return await this.#library.sign({ token: token.id, blob: plain, algorithm, data }, signal);
  }

  onChanged(listener: () => void): () => void {
    return this.#library.onChanged(listener);
  }

  lock(place?: string): void {
    const tokens = this.#library.latest?.tokens ?? [];
    for (const { id } of tokens) if (place === undefined || id === place) this.#library.lock(id);
  }

  /** The library goes on, so that its tokens can be offered again. */
  close(): void {
    this.lock();
  }

  #identitiesOf(token: Token, { blob: base64, label }: Token['keys'][number]): StoredIdentity[] {
    const blob = blobOf(base64);
    const identity = {
      blob,
      comment: new TextEncoder().encode(label || tokenTitle(token)),
      need: needs[token.pin],
      pinPlace: pinPlace(token),
    };
    const certificates = this.#certificates
      .filter(({ base }) => equalBytes(base.blob, blob))
      .map((certificate) => ({ ...identity, blob: certificate.blob }));
    return [...(this.#isCertificatesOnly ? [] : [identity]), ...certificates];
  }
}
