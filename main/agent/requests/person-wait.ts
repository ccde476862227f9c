// A signature that waits for the person, who is told of it and may cancel it.
import { randomUUID } from 'node:crypto';
import type { SignatureWait } from '../../keys/kinds/shared/private-key.ts';
import type { KeyUse } from '../consent/key-use.ts';
import { timeLimits } from '../limits/time-limits.ts';
import type { AgentPorts } from '../ports/agent-ports.ts';
import type { WaitingSignature } from '../ports/approver.ts';
import { NotAllowedError, toError } from '../protocol/errors.ts';

export class PersonWait implements Disposable {
  readonly #use: KeyUse;
  readonly #ports: Pick<AgentPorts, 'approver' | 'clock' | 'log'>;
  readonly #end: () => AbortSignal;
  /** Made when somebody asks for it: nearly all signatures wait for nobody. */
  #cancelling: AbortController | undefined;
  #cancelled: { readonly reason: unknown } | undefined;
  #rejectWait: (reason: unknown) => void = () => {};
  /** Ends what is shown now. */
  #shown: AbortController | undefined;
  #stopTimer = () => {};
  #stopListening = () => {};
  #now: SignatureWait;
  #isOver = false;

  /** `end` makes the signal that ends whatever waits for the person; called only when the signature does. */
  constructor(use: KeyUse, ports: Pick<AgentPorts, 'approver' | 'clock' | 'log'>, end: () => AbortSignal) {
    this.#use = use;
    this.#ports = ports;
    this.#end = end;
  }

  /** Aborted when the person does not want the signature any more, or nobody waits for it. */
  get cancelled(): AbortSignal {
    this.#cancelling ??= new AbortController();
    if (this.#cancelled) this.#cancelling.abort(this.#cancelled.reason);
    return this.#cancelling.signal;
  }

  /**
   * Settles as `signed` does, or rejects when `cancelled` is aborted before. SECURITY: a place of keys that does not follow
   * the signal hands over nothing that the person has cancelled.
   */
  unlessCancelled<T>(signed: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#cancelled) reject(this.#cancelled.reason);
      this.#rejectWait = reject;
      signed.then(resolve, reject);
    });
  }

  /** Tells what the signature waits for; for `PrivateKey.sign`. */
  readonly note = (what: SignatureWait): void => {
    if (this.#isOver || what === this.#now) return;
    this.#now = what;
    this.#stopTimer();
    // Another agent asks by itself.
    if (what === undefined || what === 'other-agent') {
      this.#hide();
      return;
    }
    const { clock } = this.#ports;
    this.#stopTimer = clock.schedule(timeLimits.waitToShowMs, () => void this.#show(what));
  };

  /** The signature is made, or will not be. */
  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#stopTimer();
    this.#hide();
    this.#stopListening();
  }

  #cancel(reason: unknown): void {
    if (this.#cancelled) return;
    this.#cancelled = { reason };
    this.#rejectWait(reason);
    this.#cancelling?.abort(reason);
  }

  #hide(): void {
    this.#shown?.abort();
    this.#shown = undefined;
  }

  /** From now on, as with questions: who sends nothing more may be gone, and nobody is bothered for it. */
  #endWithOthers(): void {
    this.#stopListening();
    const end = this.#end();
    const cancel = () => this.#cancel(end.reason);
    end.addEventListener('abort', cancel, { once: true });
    this.#stopListening = () => end.removeEventListener('abort', cancel);
    if (end.aborted) cancel();
  }

  /** Never rejects: who can't be told can touch a key all the same. */
  async #show(what: WaitingSignature['waitsFor']): Promise<void> {
    const { approver, log } = this.#ports;
    this.#endWithOthers();
    const requester = await this.#use.requester();
    if (this.#isOver || this.#cancelled || this.#now !== what) return;
    const before = this.#shown;
    const shown = new AbortController();
    this.#shown = shown;
    try {
      const { store, pinPlace } = this.#use.identity.key;
      const title = store?.titleOf(pinPlace);
      const waiting: WaitingSignature = {
        id: randomUUID(),
        key: this.#use.key,
        requester,
        waitsFor: what,
        ...(title !== undefined && { livesIn: title }),
      };
      const answered = approver.showWaiting?.(waiting, shown.signal);
      // Only now, so that one window serves both.
      before?.abort();
      if ((await answered) !== 'cancelled' || shown.signal.aborted) return;
      this.#cancel(new NotAllowedError('denied', 'the person cancelled the signature'));
    } catch (error) {
      before?.abort();
      log(`the person could not be told that a signature waits: ${toError(error).message}`);
    }
  }
}
