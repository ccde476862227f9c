// A chip of software, whose person does what the test says.
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import {
  type Chip,
  type ChipDialog,
  ChipError,
  type ChipPublicKey,
} from '../../main/sealed-passphrases/chip.ts';

/** One pair for all keys of a file of tests: making one takes long. */
const pairs: { readonly publicKey: KeyObject; readonly privateKey: KeyObject }[] = [];
function pair(index: number) {
  pairs[index] ??= generateKeyPairSync('rsa', { modulusLength: 2048 });
  return pairs[index];
}

export class FakeChip implements Chip {
  /** By their names: which pair each is. */
  readonly keys = new Map<string, number>();
  readonly dialogs: { readonly step: 'create' | 'sign'; readonly dialog: ChipDialog }[] = [];
  readonly removed: string[] = [];
  why: string | undefined;
  /** What the person does at the next dialogs; without an end: puts the finger on it. */
  person: ('finger' | 'cancel' | 'leaves' | 'breaks')[] = [];
  /** What becomes of each signature. */
  alter = (signature: Uint8Array) => signature;
  /** The last signature that was given away. */
  given: Uint8Array | undefined;

  whyNot() {
    return Promise.resolve(this.why);
  }

  async create(name: string, dialog: ChipDialog, signal: AbortSignal): Promise<ChipPublicKey> {
    await this.#ask('create', dialog, signal);
    const index = this.keys.size % 2;
    this.keys.set(name, index);
    const { n = '', e = '' } = pair(index).publicKey.export({ format: 'jwk' });
    const number = (text: string) => Uint8Array.from(Buffer.from(text, 'base64url'));
    return { modulus: number(n), exponent: number(e) };
  }

  async sign(name: string, data: Uint8Array, dialog: ChipDialog, signal: AbortSignal) {
    await this.#ask('sign', dialog, signal);
    const index = this.keys.get(name);
    if (index === undefined) throw new ChipError('no-key', 'There is no such key.');
    this.given = this.alter(Uint8Array.from(sign('sha256', data, pair(index).privateKey)));
    return this.given;
  }

  remove(name: string) {
    this.keys.delete(name);
    this.removed.push(name);
    return Promise.resolve();
  }

  async #ask(step: 'create' | 'sign', dialog: ChipDialog, signal: AbortSignal): Promise<void> {
    this.dialogs.push({ step, dialog });
    const cancelled = () => new ChipError('cancelled', 'It was cancelled.');
    switch (this.person.shift()) {
      case 'cancel':
        throw cancelled();
      case 'breaks':
        throw new ChipError('failed', 'The chip is not ready.');
      case 'leaves':
        await new Promise<never>((_, reject) => {
          signal.addEventListener('abort', () => reject(cancelled()), { once: true });
          if (signal.aborted) reject(cancelled());
        });
    }
  }
}
