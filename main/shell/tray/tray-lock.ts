// The person's own lock of the agent, with the reason why it is locked.
import type { LockView } from '../../../ipc/contract/views.ts';
import type { Agent } from '../../agent/create-agent.ts';

export class TrayLock {
  readonly #agent: Pick<Agent, 'isLocked' | 'pause' | 'resume'>;
  #reason: string | undefined;

  constructor(agent: Pick<Agent, 'isLocked' | 'pause' | 'resume'>) {
    this.#agent = agent;
  }

  get view(): LockView {
    const isPaused = this.#reason !== undefined;
    return {
      isPaused,
      ...(this.#reason !== undefined && { reason: this.#reason }),
      isLockedByClient: this.#agent.isLocked && !isPaused,
    };
  }

  /** `reason` is a sentence for the person. A lock that holds keeps its first reason. */
  lock(reason: string): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#agent.pause('the agent was locked');
  }

  unlock(): void {
    if (this.#reason === undefined) return;
    this.#reason = undefined;
    this.#agent.resume();
  }
}
