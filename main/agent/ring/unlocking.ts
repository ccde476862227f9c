// What the person opens by a secret: asked for at the first use, lent, dropped again when its time has come.
import type { PromptQueue } from '../asking/prompt-queue.ts';
import type { Requester } from '../facts/requester.ts';
import type { AgentPorts } from '../ports/agent-ports.ts';
import type { KeyIdentity } from '../ports/approver.ts';
import { NotAllowedError } from '../protocol/errors.ts';
import { HeldKey, type KeyLease, type Opened } from './held-key.ts';
import type { KeyAsker } from './ring-key.ts';
import type { NewTrials } from './secret-trials.ts';
import { type UnlockedKey, UnlockPrompt } from './unlock-prompt.ts';

export class Unlocking<T extends Opened> {
  readonly #ports: AgentPorts;
  readonly #queue: PromptQueue;
  readonly #onChanged: () => void;
  readonly #newTrials: NewTrials<T>;
  #clear: HeldKey<T> | undefined;
  readonly #prompts = new Set<UnlockPrompt<T>>();
  #stopForgetting: (() => void) | undefined;
  /** When the decrypted key is dropped, on the clock's scale. */
  #forgetAtMs = Number.POSITIVE_INFINITY;

  /** `queue` is where its prompts wait for the person. */
  constructor(ports: AgentPorts, queue: PromptQueue, onChanged: () => void, newTrials: NewTrials<T>) {
    this.#ports = ports;
    this.#queue = queue;
    this.#onChanged = onChanged;
    this.#newTrials = newTrials;
  }

  /** Whether it is open now. */
  get isOpen(): boolean {
    this.#forgetIfDue();
    return this.#clear !== undefined;
  }

  /** When what is open is dropped by itself, on the clock's scale; Infinity: never. It is told of as other changes are. */
  get openUntilMs(): number {
    return this.#forgetAtMs;
  }

  /** What is open now. */
  get opened(): T | undefined {
    this.#forgetIfDue();
    return this.#clear?.privateKey;
  }

  /** Takes ownership. Whoever waits for the secret is served. */
  add(opened: T): void {
    this.#keepClear(new HeldKey(opened));
    this.#serveAll();
  }

  /** Drops what is open, once signatures under way are done. */
  drop(): void {
    if (this.#clear === undefined) return;
    this.#forgetClear();
    this.#onChanged();
  }

  /** Closes open prompts; those who wait get failure. */
  cancelPrompt(reason: string): void {
    for (const prompt of this.#prompts) prompt.fail(reason);
  }

  /** Ends all of it, and tells nobody. */
  dispose(): void {
    this.cancelPrompt('the key was removed');
    this.#forgetClear();
  }

  /**
   * Lends what is open, asking for the secret first where that is needed. Rejects with RefusedError when the person or the
   * agent says no, or with the signal's reason.
   */
  async lease(asker: KeyAsker): Promise<KeyLease<T>> {
    const lent = this.leaseOpen();
    if (lent) return lent;
    const requester = await asker.requester();
    return this.leaseOpen() ?? this.#askFor(asker, requester);
  }

  /** Lends what is open; undefined: nothing is. */
  leaseOpen(): KeyLease<T> | undefined {
    this.#forgetIfDue();
    return this.#clear?.lease();
  }

  async #askFor(asker: KeyAsker, requester: Requester): Promise<KeyLease<T>> {
    const signal = asker.signal();
    // Whoever has left meanwhile, or whose key has, must not open a prompt that nobody waits for.
    signal.throwIfAborted();
    return (
      (await this.#promptFor(asker.key(), requester).join(requester, signal, asker.unallowed?.())) ??
      this.lease(asker)
    );
  }

  #promptFor(key: KeyIdentity, requester: Requester): UnlockPrompt<T> {
    for (const open of this.#prompts) if (open.isFor(requester)) return open;
    const prompt = new UnlockPrompt(key, this.#newTrials, this.#ports, this.#queue);
    this.#prompts.add(prompt);
    void prompt
      .run((unlocked) => this.#serve(prompt, unlocked))
      .then(() => {
        this.#prompts.delete(prompt);
        prompt.fail(new NotAllowedError('denied', 'the passphrase prompt was cancelled'));
      });
    return prompt;
  }

  #serve(prompt: UnlockPrompt<T>, { privateKey, noteOpened, keep }: UnlockedKey<T>): void {
    const held = new HeldKey(privateKey);
    const isKept = noteOpened();
    // SECURITY: identities that came with the file are proved now; those that wait are judged by that.
    if (isKept) this.#onChanged();
    // Removed while it was being opened: what came with it has gone, and nobody else may use its key.
    else prompt.fail('the key was removed');
    const isWanted = isKept && !prompt.hasEnded;
    // Whoever came meanwhile is served below if the key stays: not for one use, nor where the file proved nothing.
    prompt.serveAsked(held, keep);
    // A key unlocked for one use lives as long as the leases of those who waited, and no longer.
    if (keep.kind === 'once' || !isWanted) {
      held.release();
      return;
    }
    this.#keepClear(held, keep.kind === 'for' ? keep.seconds * 1000 : undefined);
    this.#serveAll();
  }

  #serveAll(): void {
    for (const prompt of this.#prompts) if (this.#clear) prompt.serve(this.#clear);
  }

  #forgetAfter(ms: number): void {
    const { clock } = this.#ports;
    this.#forgetAtMs = clock.elapsedMs() + ms;
    this.#stopForgetting = clock.schedule(ms, () => this.drop());
  }

  /** The timer may be late (a machine that slept): the next request finds the key dropped all the same. */
  #forgetIfDue(): void {
    if (this.#forgetAtMs === Number.POSITIVE_INFINITY) return;
    if (this.#ports.clock.elapsedMs() >= this.#forgetAtMs) this.drop();
  }

  #keepClear(held: HeldKey<T>, forMs?: number): void {
    this.#forgetClear();
    this.#clear = held;
    if (forMs !== undefined) this.#forgetAfter(forMs);
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
