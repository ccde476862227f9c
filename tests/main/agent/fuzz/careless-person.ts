// A person who allows, denies, types right and wrong passphrases, answers late or not at all.
import type {
  Approver,
  ConfirmAnswer,
  ConfirmRequest,
  KeepUnlocked,
  PassphraseAnswer,
  PassphraseRequest,
} from '../../../../main/agent/ports/approver.ts';
import { typed } from '../../../fakes/scripted-approver.ts';
import { pick, type Random } from './message-fields.ts';
import { filePassphrase } from './messages.ts';

const keeps: readonly KeepUnlocked[] = [
  { kind: 'once' },
  { kind: 'for', seconds: 1 },
  { kind: 'for', seconds: 60 },
  { kind: 'until-locked' },
];
const confirmAnswers: readonly ConfirmAnswer[] = [
  'allow',
  'deny',
  { kind: 'allow', remember: '5-minutes' },
  { kind: 'allow', remember: '1-hour' },
  { kind: 'allow', remember: 'until-locked' },
];
const passphrases = [filePassphrase, filePassphrase, filePassphrase, 'another', 'wrong', ''];

export class CarelessPerson implements Approver {
  readonly #random: Random;
  #open: (() => void)[] = [];
  /** Set, a prompt that is closed is answered at once; else perhaps later, when it no longer matters. */
  isAttentive = false;

  constructor(random: Random) {
    this.#random = random;
  }

  get openPrompts(): number {
    return this.#open.length;
  }

  confirm(request: ConfirmRequest, signal: AbortSignal): Promise<ConfirmAnswer> {
    if (request.requesters().length < 1) throw new Error('a prompt for no request');
    return this.#answered(signal, () => pick(this.#random, confirmAnswers));
  }

  askPassphrase(request: PassphraseRequest, signal: AbortSignal): Promise<PassphraseAnswer> {
    request.requesters();
    return this.#answered(signal, () =>
      this.#random(4) === 0
        ? { kind: 'cancelled' }
        : typed(pick(this.#random, passphrases), pick(this.#random, keeps)),
    );
  }

  /** Answers one of the open prompts, if there is one. */
  answerOne(): void {
    if (this.#open.length > 0) pick(this.#random, this.#open)();
  }

  answerAll(): void {
    for (const answer of [...this.#open]) answer();
  }

  #answered<T>(signal: AbortSignal, choose: () => T): Promise<T> {
    return new Promise((resolve) => {
      const answer = () => {
        this.#open = this.#open.filter((other) => other !== answer);
        resolve(choose());
      };
      this.#open.push(answer);
      const onAbort = () => {
        if (this.isAttentive || this.#random(2) === 0) answer();
      };
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort, { once: true });
    });
  }
}
