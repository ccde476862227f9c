// The life of one private key: encrypted only (E), also decrypted (ED) or clear only (C) — as in PuTTY's pageant.c.
import type { EncryptedKeyFile } from '../../keys/files/shared/key-file.ts';
import type { PrivateKey } from '../../keys/kinds/shared/private-key.ts';
import type { PromptQueue } from '../asking/prompt-queue.ts';
import type { AgentPorts } from '../ports/agent-ports.ts';
import { type EncryptedForm, EncryptedForms, type RewrittenFile } from './encrypted-forms.ts';
import type { KeyLease } from './held-key.ts';
import { PassphraseTrials } from './passphrase-trials.ts';
import type { KeyAsker, RingKey } from './ring-key.ts';
import type { NewTrials } from './secret-trials.ts';
import { Unlocking } from './unlocking.ts';

/** One that is held here. */
export class DeferredKey implements RingKey {
  readonly store = undefined;
  readonly need = 'nothing';
  readonly #forms = new EncryptedForms();
  readonly #unlocking: Unlocking<PrivateKey>;

  /** `queue` is where its prompts wait for the person. */
  constructor(ports: AgentPorts, queue: PromptQueue, onChanged: () => void) {
    const newTrials: NewTrials<PrivateKey> = ({ fingerprint }, confirmCost) => {
      const trials = new PassphraseTrials(fingerprint, ports, confirmCost);
      return {
        tryOn: async (passphrase, signal) => {
          const tried = await trials.tryOn(() => this.#forms.inOrderOfTrial(), passphrase, signal);
          if (tried.kind !== 'opened') return tried;
          const { kind, privateKey, file } = tried;
          return { kind, privateKey, file: file.bytes, noteOpened: () => this.#forms.noteOpened(file) };
        },
      };
    };
    this.#unlocking = new Unlocking(ports, queue, onChanged, newTrials);
  }

  get hasEncryptedForm(): boolean {
    return !this.#forms.isEmpty;
  }

  get isReencryptable(): boolean {
    return this.#forms.canReplaceClear;
  }

  get forms(): readonly EncryptedForm[] {
    return this.#forms.newestFirst;
  }

  get isGone(): boolean {
    return this.isEncryptedOnly && !this.hasEncryptedForm;
  }

  get isEncryptedOnly(): boolean {
    return !this.#unlocking.isOpen;
  }

  get openUntilMs(): number {
    return this.#unlocking.openUntilMs;
  }

  /** Whether it is in clear, and the very key that this is. */
  holdsSameAs(privateKey: PrivateKey): boolean {
    const held = this.#unlocking.opened;
    return held !== undefined && (privateKey.isSameAs?.(held) ?? true);
  }

  /** Takes ownership. Whoever waits for the passphrase is served. */
  addClear(privateKey: PrivateKey): void {
    this.#unlocking.add(privateKey);
  }

  /** Throws RefusedError as `EncryptedForms.assertRoomFor`. */
  assertRoomFor(file: EncryptedKeyFile, isFromElsewhere: boolean, rewritten?: RewrittenFile): void {
    this.#forms.assertRoomFor(file, isFromElsewhere, rewritten);
  }

  /** As `EncryptedForms.add`. */
  addEncrypted(file: EncryptedKeyFile, isFromElsewhere: boolean, rewritten?: RewrittenFile): EncryptedForm {
    return this.#forms.add(file, isFromElsewhere, rewritten);
  }

  /** Drops the other files. */
  keepForms(isKept: (form: EncryptedForm) => boolean): void {
    this.#forms.keepOnly(isKept);
  }

  /** Drops the key in clear, whether it can be had back or not: nobody is left who proved to have it. */
  dropClear(): void {
    this.#unlocking.drop();
  }

  /**
   * Drops the decrypted key. False when it could not be had back: a file that was never opened may be anybody's, and
   * with the key in clear the only good one would go.
   */
  reencrypt(): boolean {
    if (this.isEncryptedOnly) return true;
    if (!this.isReencryptable) return false;
    this.dropClear();
    return true;
  }

  cancelPrompt(reason: string): void {
    this.#unlocking.cancelPrompt(reason);
  }

  dispose(): void {
    this.#unlocking.dispose();
    this.#forms.keepOnly(() => false);
  }

  leaseOpen(): KeyLease | undefined {
    return this.#unlocking.leaseOpen();
  }

  lease(asker: KeyAsker): Promise<KeyLease> {
    return this.#unlocking.lease(asker);
  }
}
