// Puts the core together.
import type { CryptoOffload } from '../keys/crypto-offload.ts';
import type { OpenSession } from './agent.ts';
import { AgentLock } from './agent-lock.ts';
import type { AgentPorts } from './agent-ports.ts';
import { openAgentSession } from './agent-session.ts';
import type { AgentState } from './agent-state.ts';
import type { Approver } from './approver.ts';
import { type Clock, systemClock } from './clock.ts';
import { RefusedError } from './errors.ts';
import { type HostNames, noHostNames } from './host-names.ts';
import { administerKeys, type KeyAdministration } from './key-administration.ts';
import { KeyRing } from './key-ring.ts';
import { PromptQueue } from './prompt-queue.ts';

export interface AgentOptions {
  readonly approver: Approver;
  readonly offload: CryptoOffload;
  /** Defaults to UTF-8 alone. */
  readonly passphraseEncodings?: AgentPorts['passphraseEncodings'];
  /** Takes one line without secrets; defaults to dropping it. */
  readonly log?: (line: string) => void;
  readonly clock?: Clock;
  /** Names for host keys in prompts, rules and the activity; defaults to none. */
  readonly hostNames?: HostNames;
  /** Whether RSA keys sign with SHA-1 when a client asks for `ssh-rsa`; default true, as old servers need it. */
  readonly allowSha1?: boolean;
  /** Defaults to 60 s. */
  readonly confirmTimeLimitMs?: number;
  /** Defaults to 5 min. */
  readonly passphraseTimeLimitMs?: number;
}

export interface Agent {
  readonly openSession: OpenSession;
  readonly keys: KeyAdministration;
  /** Locked by a client's passphrase or paused by the person. */
  readonly isLocked: boolean;
  onLockChanged(listener: () => void): () => void;
  /** Behaves as locked until `resume()`; decrypted keys that have an encrypted form are dropped. */
  pause(reason: string): void;
  resume(): void;
  /** The questions that wait behind the one that the person is asked. */
  readonly prompts: Pick<PromptQueue, 'waiting' | 'onWaitingChanged'>;
  /** Closes prompts and forgets all keys. */
  stop(): void;
}

/** Makes an agent with no keys and no doors. */
export function createAgent(options: AgentOptions): Agent {
  const clock = options.clock ?? systemClock();
  const ports: AgentPorts = {
    approver: options.approver,
    offload: options.offload,
    clock,
    hostNames: options.hostNames ?? noHostNames,
    prompts: new PromptQueue(),
    passphraseEncodings: options.passphraseEncodings ?? ((utf8) => [utf8.slice()]),
    log: options.log ?? (() => {}),
    confirmTimeLimitMs: options.confirmTimeLimitMs ?? 60_000,
    passphraseTimeLimitMs: options.passphraseTimeLimitMs ?? 300_000,
  };
  const keyRing = new KeyRing(ports);
  let sealing = new AbortController();
  const seal = (reason: string) => {
    sealing.abort(new RefusedError(reason));
    sealing = new AbortController();
    keyRing.forgetDecrypted(reason);
  };
  const state: AgentState = {
    ports,
    keyRing,
    lock: new AgentLock(clock),
    sealed: () => sealing.signal,
    seal,
    allowSha1: options.allowSha1 ?? true,
  };
  return {
    openSession: (peer) => openAgentSession(state, peer),
    keys: administerKeys(keyRing, clock),
    get isLocked() {
      return state.lock.isLocked;
    },
    onLockChanged: (listener) => state.lock.onChanged(listener),
    prompts: ports.prompts,
    pause(reason) {
      state.lock.setPaused(true);
      seal(reason);
    },
    resume: () => state.lock.setPaused(false),
    stop() {
      seal('the agent is ending');
      for (const identity of keyRing.identities) keyRing.remove(identity);
    },
  };
}
