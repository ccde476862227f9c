// The life of one private key: encrypted only (E), also decrypted (ED) or clear only (C) — as in PuTTY's pageant.c.
import type { EncryptedKeyFile } from '../../keys/files/shared/key-file.ts';
import type { PrivateKey } from '../../keys/kinds/shared/private-key.ts';
import type { PromptQueue } from '../asking/prompt-queue.ts';
import type { Requester } from '../facts/requester.ts';
import type { AgentPorts } from '../ports/agent-ports.ts';
import type { KeyIdentity } from '../ports/approver.ts';
import { NotAllowedError } from '../protocol/errors.ts';
import { type EncryptedForm, EncryptedForms } from './encrypted-forms.ts';
import { HeldKey, type KeyLease } from './held-key.ts';
import type { KeyAsker, RingKey } from './ring-key.ts';
import { type UnlockedKey, UnlockPrompt } from './unlock-prompt.ts';

/** One that is held here. */
export class DeferredKey implements RingKey {
  readonly store = undefined;
  readonly need = 'nothing';
  readonly #ports: AgentPorts;
  readonly #queue: PromptQueue;
  readonly #onChanged: () => void;
  #clear: HeldKey | undefined;
  readonly #forms = new EncryptedForms();
  readonly #prompts = new Set<UnlockPrompt>();
  #stopForgetting: (() => void) | undefined;
  /** When the decrypted key is dropped, on the clock's scale. */
  #forgetAtMs = Number.POSITIVE_INFINITY;

  /** `queue` is where its prompts wait for the person. */
  constructor(ports: AgentPorts, queue: PromptQueue, onChanged: () => void) {
    this.#ports = ports;
    this.#queue = queue;
    this.#onChanged = onChanged;
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

  get isEncryptedOnly(): boolean {
    this.#forgetIfDue();
    return this.#clear === undefined;
  }

  /** Takes ownership. Whoever waits for the passphrase is served. */
  addClear(privateKey: PrivateKey): void {
    this.#keepClear(new HeldKey(privateKey));
    this.#serveAll();
  }

  /** Throws RefusedError as `EncryptedForms.assertRoomFor`. */
  assertRoomFor(file: EncryptedKeyFile, isFromElsewhere: boolean): void {
    this.#forms.assertRoomFor(file, isFromElsewhere);
  }

  /** Keeps the file. Throws as `assertRoomFor`. */
  addEncrypted(file: EncryptedKeyFile, isFromElsewhere: boolean): EncryptedForm {
    return this.#forms.add(file, isFromElsewhere);
  }

  /** Drops the other files. */
  keepForms(isKept: (form: EncryptedForm) => boolean): void {
    this.#forms.keepOnly(isKept);
  }

  /** Drops the key in clear, whether it can be had back or not: nobody is left who proved to have it. */
  dropClear(): void {
    if (this.#clear === undefined) return;
    this.#forgetClear();
    this.#onChanged();
  }

  /**
   * Drops the decrypted key. False when it could not be had back: a file that was never opened may be anybody's, and
   * with the key in clear the only good one would go.
   */
  reencrypt(): boolean {
    if (this.isEncryptedOnly) return this.hasEncryptedForm;
    if (!this.isReencryptable) return false;
    this.dropClear();
    return true;
  }

  cancelPrompt(reason: string): void {
    for (const prompt of this.#prompts) prompt.fail(reason);
  }

  dispose(): void {
    this.cancelPrompt('the key was removed');
    this.#forgetClear();
    this.#forms.keepOnly(() => false);
  }

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

  async #askFor(asker: KeyAsker, requester: Requester): Promise<KeyLease> {
    const signal = asker.signal();
    // Whoever has left meanwhile, or whose key has, must not open a prompt that nobody waits for.
    signal.throwIfAborted();
    return (await this.#promptFor(asker.key(), requester).join(requester, signal)) ?? this.lease(asker);
  }

  #promptFor(key: KeyIdentity, requester: Requester): UnlockPrompt {
    for (const open of this.#prompts) if (open.isFor(requester)) return open;
    const prompt = new UnlockPrompt(key, () => this.#forms.inOrderOfTrial(), this.#ports, this.#queue);
    this.#prompts.add(prompt);
    void prompt
      .run((unlocked) => this.#serve(prompt, unlocked))
      .then(() => {
        this.#prompts.delete(prompt);
        prompt.fail(new NotAllowedError('denied', 'the passphrase prompt was cancelled'));
      });
    return prompt;
  }

  #serve(prompt: UnlockPrompt, { privateKey, file, keep }: UnlockedKey): void {
    const held = new HeldKey(privateKey);
    const isKept = this.#forms.noteOpened(file);
    // SECURITY: identities that came with the file are proved now; those that wait are judged by that.
    if (isKept) this.#onChanged();
    // Removed while it was being opened: what came with it has gone, and nobody else may use its key.
    else prompt.fail('the key was removed');
    const isWanted = isKept && !prompt.hasEnded;
    // Whoever came meanwhile is served below if the key stays: not for one use, nor where the file proved nothing.
    prompt.serveAsked(held);
    // A key unlocked for one use lives as long as the leases of those who waited, and no longer.
    if (keep.kind === 'once' || !isWanted) {
      held.release();
      return;
    }
    this.#keepClear(held);
    if (keep.kind === 'for') this.#forgetAfter(keep.seconds * 1000);
    this.#serveAll();
  }

  #serveAll(): void {
    for (const prompt of this.#prompts) if (this.#clear) prompt.serve(this.#clear);
  }

  #forgetAfter(ms: number): void {
    const { clock } = this.#ports;
    this.#forgetAtMs = clock.elapsedMs() + ms;
    this.#stopForgetting = clock.schedule(ms, () => this.dropClear());
  }

  /** The timer may be late (a machine that slept): the next request finds the key dropped all the same. */
  #forgetIfDue(): void {
    if (this.#ports.clock.elapsedMs() >= this.#forgetAtMs) this.dropClear();
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
