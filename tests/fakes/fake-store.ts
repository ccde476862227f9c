// A place of keys that does what the test says: it lists, signs, hangs, dies, lies.
import { sign } from 'node:crypto';
import {
  type KeyStore,
  type PersonNeed,
  PinNeededError,
  type StoredIdentity,
  StoreError,
  type StoreUse,
  WrongPinError,
} from '../../main/agent/ports/key-store.ts';
import { WireWriter } from '../../main/keys/encoding/wire.ts';
import { bytes } from './test-agent.ts';
import type { TestKey } from './test-key.ts';

const never = <T>() => new Promise<T>(() => {});
const hashes: Readonly<Record<string, string>> = { 'rsa-sha2-256': 'sha256', 'rsa-sha2-512': 'sha512' };

/** The signature that the key itself would make; Ed25519 and RSA. */
export function signatureBy(
  key: TestKey,
  { algorithm, data }: Pick<StoreUse, 'algorithm' | 'data'>,
): Uint8Array {
  return new WireWriter()
    .text(algorithm)
    .string(sign(hashes[algorithm] ?? null, data, key.keyObject))
    .finish();
}

export class FakeStore implements KeyStore {
  readonly id: string;
  readonly kind: KeyStore['kind'];
  readonly title: string;
  readonly address: string;
  /** In its order. */
  identities: StoredIdentity[] = [];
  /** What it does when it is asked for its keys. */
  list: KeyStore['list'] = () => Promise.resolve(this.identities);
  listFor?: NonNullable<KeyStore['listFor']>;
  /** What it does with each use. */
  sign: KeyStore['sign'] = (use) => Promise.resolve(this.signNow(use));
  readonly #keys: TestKey[] = [];
  open?: NonNullable<KeyStore['open']>;
  /** All that it was tried with. */
  readonly pins: string[] = [];
  isOpen = false;
  #tell = () => {};
  locks = 0;
  closes = 0;

  constructor(title = 'other', kind: KeyStore['kind'] = 'upstream') {
    this.id = `${kind}:${title}`;
    this.kind = kind;
    this.title = title;
    this.address = title;
  }

  /** Has the key from now on. */
  with(key: TestKey, comment: string, need: PersonNeed = 'nothing', blob = key.blob): this {
    this.#keys.push(key);
    this.identities = [...this.identities, { blob, comment: bytes(comment), need }];
    return this;
  }

  without(blob: Uint8Array): this {
    this.identities = this.identities.filter((identity) => Buffer.compare(identity.blob, blob) !== 0);
    return this;
  }

  signNow(use: StoreUse): Uint8Array {
    const index = this.identities.findIndex(({ blob }) => Buffer.compare(blob, use.blob) === 0);
    const key = this.#keys[index];
    if (key === undefined) throw new StoreError('It has no such key any more.', 'List the keys again.');
    return signatureBy(key, use);
  }

  /** Answers nothing more: neither a list nor a signature. */
  hang(): this {
    this.list = never;
    this.sign = never;
    return this;
  }

  die(): this {
    const gone = () => Promise.reject(new StoreError('It is gone.', 'Start it again.'));
    this.list = gone;
    this.sign = gone;
    return this;
  }

  live(): this {
    this.list = () => Promise.resolve(this.identities);
    this.sign = (use) => Promise.resolve(this.signNow(use));
    return this;
  }

  /** Takes this PIN from now on, and no other. */
  withPin(pin: string): this {
    this.open = async (given) => {
      const typed = new TextDecoder().decode(given);
      this.pins.push(typed);
      if (typed !== pin) throw new WrongPinError('Wrong PIN: two tries are left.', 'Look it up.');
      this.isOpen = true;
    };
    const { sign } = this;
    this.sign = (use, signal) =>
      this.isOpen ? sign(use, signal) : Promise.reject(new PinNeededError('It is closed.', 'Use it again.'));
    return this;
  }

  onChanged(listener: () => void): () => void {
    this.#tell = listener;
    return () => {
      this.#tell = () => {};
    };
  }

  /** Says that its keys may be others. */
  tell(): void {
    this.#tell();
  }

  lock(_place?: string): void {
    this.isOpen = false;
    this.locks++;
  }

  close(): void {
    this.closes++;
  }
}
