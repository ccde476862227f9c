// A person who answers when the test says so; every prompt is recorded.
import type {
  Approver,
  ConfirmAnswer,
  ConfirmRequest,
  KeepUnlocked,
  PassphraseAnswer,
  PassphraseRequest,
  UnlockAgentAnswer,
  UnlockAgentRequest,
  WaitingSignature,
} from '../../main/agent/ports/approver.ts';
import { SecretBytes } from '../../main/keys/encoding/secret-bytes.ts';

interface OpenPrompt<Request, Answer> {
  readonly request: Request;
  readonly signal: AbortSignal;
  readonly answer: (answer: Answer) => void;
}

export class ScriptedApprover implements Approver {
  readonly confirms: OpenPrompt<ConfirmRequest, ConfirmAnswer>[] = [];
  readonly passphrases: OpenPrompt<PassphraseRequest, PassphraseAnswer>[] = [];
  readonly waits: OpenPrompt<WaitingSignature, 'cancelled' | 'not-shown'>[] = [];
  #listeners: (() => void)[] = [];

  confirm(request: ConfirmRequest, signal: AbortSignal): Promise<ConfirmAnswer> {
    return new Promise((answer) => {
      this.confirms.push({ request, signal, answer });
      signal.addEventListener('abort', () => answer('deny'), { once: true });
      this.tell();
    });
  }

  askPassphrase(request: PassphraseRequest, signal: AbortSignal): Promise<PassphraseAnswer> {
    return new Promise((answer) => {
      this.passphrases.push({ request, signal, answer });
      signal.addEventListener('abort', () => answer({ kind: 'cancelled' }), { once: true });
      this.tell();
    });
  }

  showWaiting(request: WaitingSignature, signal: AbortSignal): Promise<'cancelled' | 'not-shown'> {
    return new Promise((answer) => {
      this.waits.push({ request, signal, answer });
      signal.addEventListener('abort', () => answer('not-shown'), { once: true });
    });
  }

  /** Resolves with the n-th passphrase prompt (from 0) when it is asked. */
  async passphrasePrompt(n: number): Promise<OpenPrompt<PassphraseRequest, PassphraseAnswer>> {
    for (;;) {
      const prompt = this.passphrases[n];
      if (prompt) return prompt;
      await this.change();
    }
  }

  async confirmPrompt(n: number): Promise<OpenPrompt<ConfirmRequest, ConfirmAnswer>> {
    for (;;) {
      const prompt = this.confirms[n];
      if (prompt) return prompt;
      await this.change();
    }
  }

  protected change(): Promise<void> {
    return new Promise((resolve) => this.#listeners.push(resolve));
  }

  protected tell(): void {
    for (const listener of this.#listeners.splice(0)) listener();
  }
}

/** One who is also asked whether the agent, which they have locked, is to be unlocked. */
export class UnlockingApprover extends ScriptedApprover {
  readonly unlocks: OpenPrompt<UnlockAgentRequest, UnlockAgentAnswer>[] = [];

  unlockAgent(request: UnlockAgentRequest, signal: AbortSignal): Promise<UnlockAgentAnswer> {
    return new Promise((answer) => {
      this.unlocks.push({ request, signal, answer });
      signal.addEventListener('abort', () => answer('stay-locked'), { once: true });
      this.tell();
    });
  }

  async unlockPrompt(n: number): Promise<OpenPrompt<UnlockAgentRequest, UnlockAgentAnswer>> {
    for (;;) {
      const prompt = this.unlocks[n];
      if (prompt) return prompt;
      await this.change();
    }
  }
}

export function typed(passphrase: string, keep: KeepUnlocked = { kind: 'until-locked' }): PassphraseAnswer {
  return { kind: 'passphrase', passphrase: new SecretBytes(new TextEncoder().encode(passphrase)), keep };
}
