// The life of one private key: encrypted only (E), also decrypted (ED) or clear only (C) — PAGEANT.md §4.1.
import type { EncryptedKeyFile } from '../keys/key-file.ts';
import type { PrivateKey } from '../keys/private-key.ts';
import { equalBytes } from '../keys/wire.ts';
import type { AgentPorts } from './agent-ports.ts';
import type { KeepUnlocked, KeyIdentity } from './approver.ts';
import { NotAllowedError, RefusedError } from './errors.ts';
import { HeldKey, type KeyLease } from './held-key.ts';
import { limits } from './limits.ts';
import type { Requester } from './requester.ts';
import { UnlockPrompt } from './unlock-prompt.ts';

/** Who wants the key, told only when a person must be asked. */
export interface KeyAsker {
  readonly key: () => KeyIdentity;
  readonly requester: () => Promise<Requester>;
  /** Ends the wait. */
  readonly signal: () => AbortSignal;
}

/** A private key shared by its plain identity and its certificates. */
export class DeferredKey {
  readonly #ports: AgentPorts;
  readonly #onChanged: () => void;
  #clear: HeldKey | undefined;
  #forms: readonly EncryptedKeyFile[] = [];
  #prompt: UnlockPrompt | undefined;
  #stopForgetting: (() => void) | undefined;
  /** When the decrypted key is dropped, on the clock's scale. */
  #forgetAtMs = Number.POSITIVE_INFINITY;

  constructor(ports: AgentPorts, onChanged: () => void) {
    this.#ports = ports;
    this.#onChanged = onChanged;
  }

  get hasEncryptedForm(): boolean {
    return this.#forms.length > 0;
  }

  /** The file's bytes, not a copy. */
  get newestEncryptedFile(): Uint8Array | undefined {
    return this.#forms[0]?.bytes;
  }

  get isEncryptedOnly(): boolean {
    this.#forgetIfDue();
    return this.#clear === undefined;
  }

  /** Takes ownership. Whoever waits for the passphrase is served. */
  addClear(privateKey: PrivateKey): void {
    this.#keepClear(new HeldKey(privateKey));
    if (this.#clear) this.#prompt?.serve(this.#clear);
  }

  /** Throws RefusedError when the file would be one too many: dropping another might drop the only good one. */
  assertRoomFor(file: EncryptedKeyFile): void {
    if (this.#otherForms(file).length >= limits.encryptedFormsPerKey)
      throw new RefusedError('too many encrypted files of one key');
  }

  /** Keeps the file's bytes; the newest file is tried first. Throws as `assertRoomFor`. */
  addEncrypted(file: EncryptedKeyFile): void {
    this.assertRoomFor(file);
    this.#forms = [file, ...this.#otherForms(file)];
    this.#onChanged();
  }

  #otherForms(file: EncryptedKeyFile): readonly EncryptedKeyFile[] {
    return this.#forms.filter((form) => !equalBytes(form.bytes, file.bytes));
  }

  /** Drops the decrypted key. False when there is no encrypted form to come back from. */
  reencrypt(): boolean {
    if (!this.hasEncryptedForm) return false;
    if (this.#clear) {
      this.#forgetClear();
      this.#onChanged();
    }
    return true;
  }

  /** Closes an open prompt; those who wait get failure. */
  cancelPrompt(reason: string): void {
    this.#prompt?.fail(reason);
  }

  /** Ends the key: nothing of it stays in memory once signatures under way are done. */
  dispose(): void {
    this.cancelPrompt('the key was removed');
    this.#forgetClear();
    this.#forms = [];
  }

  /**
   * Lends the private key, asking for the passphrase first where that is needed. Rejects with RefusedError
   * when the person or the agent says no, or with the signal's reason.
   */
  async lease(asker: KeyAsker): Promise<KeyLease> {
    const lent = this.#lendIfClear();
    if (lent) return lent;
    const requester = await asker.requester();
    return this.#lendIfClear() ?? this.#askFor(asker, requester);
  }

  #lendIfClear(): KeyLease | undefined {
    this.#forgetIfDue();
    return this.#clear?.lease();
  }

  #askFor(asker: KeyAsker, requester: Requester): Promise<KeyLease> {
    const signal = asker.signal();
    // Whoever has left meanwhile, or whose key has, must not open a prompt that nobody waits for.
    signal.throwIfAborted();
    return this.#promptFor(asker.key()).join(requester, signal);
  }

  #promptFor(key: KeyIdentity): UnlockPrompt {
    if (this.#prompt && !this.#prompt.hasEnded) return this.#prompt;
    const prompt = new UnlockPrompt(key, () => this.#forms, this.#ports);
    this.#prompt = prompt;
    void prompt.run().then((unlocked) => {
      if (this.#prompt === prompt) this.#prompt = undefined;
      if (unlocked === undefined)
        prompt.fail(new NotAllowedError('denied', 'the passphrase prompt was cancelled'));
      else this.#serve(prompt, unlocked.privateKey, unlocked.keep);
    });
    return prompt;
  }

  #serve(prompt: UnlockPrompt, privateKey: PrivateKey, keep: KeepUnlocked): void {
    const held = new HeldKey(privateKey);
    const isWanted = !prompt.hasEnded && this.hasEncryptedForm;
    prompt.serve(held);
    // A key unlocked for one use lives as long as the leases of those who waited, and no longer.
    if (keep.kind === 'once' || !isWanted) {
      held.release();
      return;
    }
    this.#keepClear(held);
    if (keep.kind === 'for') this.#forgetAfter(keep.seconds * 1000);
  }

  #forgetAfter(ms: number): void {
    const { clock } = this.#ports;
    this.#forgetAtMs = clock.elapsedMs() + ms;
    this.#stopForgetting = clock.schedule(ms, () => this.reencrypt());
  }

  /** The timer may be late (a machine that slept): the next request finds the key dropped all the same. */
  #forgetIfDue(): void {
    if (this.#ports.clock.elapsedMs() >= this.#forgetAtMs) this.reencrypt();
  }

  #keepClear(held: HeldKey): void {
    this.#forgetClear();
    this.#clear = held;
    this.#onChanged();
  }

  #forgetClear(): void {
    this.#stopForgetting?.();
    this.#stopForgetting = undefined;
    this.#forgetAtMs = Number.POSITIVE_INFINITY;
    this.#clear?.release();
    this.#clear = undefined;
  }
}
