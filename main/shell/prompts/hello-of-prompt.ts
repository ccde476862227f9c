// Windows Hello in one passphrase prompt: whether it is offered, what became of it, and what it is to be set up with.
import type { HelloView } from '../../../ipc/contract/prompt.ts';
import type { KeepUnlocked, PassphraseAnswer, PassphraseRequest } from '../../agent/ports/approver.ts';
import { SecretBytes } from '../../keys/encoding/secret-bytes.ts';
import { SealProblem } from '../../sealed-passphrases/seal-problem.ts';
import type { HelloUnlock } from './hello-unlock.ts';
import type { Elsewhere } from './prompt-conversation.ts';
import type { PromptWindow } from './prompt-window-port.ts';

/** What the page sends. */
export type TypedAnswer = PassphraseAnswer & { readonly setUpHello?: boolean };

/** A passphrase that has opened its key, for which Windows Hello is wanted from now on. */
export interface WantedHello {
  readonly file: Uint8Array;
  /** For whoever takes it to wipe. */
  readonly passphrase: SecretBytes;
}

const joined =
  'Another program asks for this key now, too. Look who asks, then use Windows Hello again or type the passphrase.';
const wrong =
  'What was stored for Windows Hello does not open this key. Type the passphrase, and tick the box to have Windows Hello store that one.';
const unexpected = 'Windows Hello did not work. Type the passphrase.';

export class HelloOfPrompt implements Elsewhere<PassphraseAnswer> {
  readonly #unlock: HelloUnlock | undefined;
  readonly #fingerprint: string;
  readonly #window: PromptWindow;
  readonly #onChanged: () => void;
  #isAsking = false;
  #problem: string | undefined;
  /** What is stored opens the key no more. */
  #isStale = false;
  #wasUsed = false;
  /** A copy for as long as it is not known whether it opens the key. */
  #wanted: SecretBytes | undefined;

  constructor(
    unlock: HelloUnlock | undefined,
    fingerprint: string,
    window: PromptWindow,
    onChanged: () => void,
  ) {
    this.#unlock = unlock;
    this.#fingerprint = fingerprint;
    this.#window = window;
    this.#onChanged = onChanged;
    void unlock?.lookAgain().then(onChanged);
  }

  /** The next attempt at the passphrase begins. */
  begin({ attempt }: PassphraseRequest): void {
    this.forget();
    this.#problem = undefined;
    if (attempt === 1 || !this.#wasUsed) return;
    // SECURITY: the person typed nothing that could be wrong.
    this.#isStale = true;
    this.#wasUsed = false;
    this.#problem = wrong;
  }

  /** Undefined for a PIN, which is never kept, and where there is nothing to offer. */
  view({ pinOf }: PassphraseRequest): HelloView | undefined {
    const found = pinOf === undefined ? this.#unlock?.offerFor(this.#fingerprint) : undefined;
    if (found === undefined) return undefined;
    return { offer: this.#isStale ? 'set-up-anew' : found, isAsking: this.#isAsking };
  }

  /** Stands before what the core says of the last attempt. */
  get problem(): string | undefined {
    return this.#problem;
  }

  isOffered(): boolean {
    return !this.#isStale && this.#unlock?.offerFor(this.#fingerprint) === 'use';
  }

  async ask(keep: unknown, signal: AbortSignal): Promise<PassphraseAnswer | undefined> {
    if (this.#unlock === undefined) return undefined;
    this.#problem = undefined;
    try {
      const passphrase = await this.#atDialog(this.#unlock, signal);
      this.#wasUsed = true;
      return { kind: 'passphrase', passphrase, keep: keep as KeepUnlocked };
    } catch (error: unknown) {
      this.#problem = error instanceof SealProblem ? error.message : unexpected;
      this.#isStale = error instanceof SealProblem && error.code === 'stale';
      return undefined;
    }
  }

  async #atDialog(unlock: HelloUnlock, signal: AbortSignal): Promise<SecretBytes> {
    this.#isAsking = true;
    this.#window.makeWay(true);
    this.#onChanged();
    try {
      return await unlock.open(this.#fingerprint, this.#window.handle, signal);
    } finally {
      this.#isAsking = false;
      this.#window.makeWay(false);
    }
  }

  discard(answer: PassphraseAnswer, isRevised: boolean): void {
    if (answer.kind === 'passphrase') answer.passphrase.wipe();
    this.#wasUsed = false;
    if (isRevised) this.#problem = joined;
  }

  /** The answer for the core, which says when it has opened the key. */
  answerOf({ setUpHello = false, ...answer }: TypedAnswer, onWanted: (wanted: WantedHello) => void) {
    if (answer.kind === 'cancelled' || !setUpHello || this.#unlock === undefined) return answer;
    const passphrase = SecretBytes.copyOf(answer.passphrase.bytes);
    this.#wanted = passphrase;
    const onOpened = (file: Uint8Array) => {
      this.#wanted = undefined;
      onWanted({ file, passphrase });
    };
    return { ...answer, onOpened };
  }

  /** Wipes what is not wanted any more. */
  forget(): void {
    this.#wanted?.wipe();
    this.#wanted = undefined;
  }
}
