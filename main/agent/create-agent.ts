// Puts the core together.

import { type Clock, systemClock } from '../basics/clock.ts';
import { type Authenticators, noAuthenticators } from '../keys/authenticator.ts';
import type { CryptoOffload } from '../keys/crypto-offload.ts';
import type { PassphraseEncodings } from '../keys/files/passphrase-encodings.ts';
import type { OpenSession } from './agent.ts';
import { openAgentSession } from './agent-session.ts';
import { PromptQueue } from './asking/prompt-queue.ts';
import { type ActivitySink, forgetfulSink } from './consent/activity/activity.ts';
import { Consent } from './consent/consent.ts';
import { administerConsent, type ConsentAdministration } from './consent/consent-administration.ts';
import type { OfferLimit } from './consent/offers/key-order.ts';
import type { KeysForHosts } from './consent/offers/keys-for-hosts.ts';
import { KeyOffers } from './consent/offers/offered-keys.ts';
import { noLevelsBeside } from './consent/rules/ask-level.ts';
import { noPolicyFile, type PolicyFile, PolicyStore } from './consent/rules/policy-store.ts';
import { UseRecorder } from './consent/use-recorder.ts';
import { type HostNames, noHostNames } from './facts/host-names.ts';
import { LookAheads } from './facts/look-aheads.ts';
import { FrontDoor } from './front-door.ts';
import { timeLimits } from './limits/time-limits.ts';
import type { AgentPorts } from './ports/agent-ports.ts';
import type { Approver } from './ports/approver.ts';
import type { AgentHost } from './ports/host.ts';
import { RefusedError } from './protocol/errors.ts';
import { AgentLock, type LockState } from './requests/agent-lock.ts';
import type { AgentState } from './requests/agent-state.ts';
import { LockedRequests } from './requests/locked-requests.ts';
import { administerKeys, type KeyAdministration } from './ring/key-administration.ts';
import { KeyRing } from './ring/key-ring.ts';
import { KeyStores } from './ring/key-stores.ts';
import { LoadTurns } from './ring/load-turns.ts';
import { timedAuthenticators } from './stores/timed-authenticators.ts';

/** A setting that may change while the agent runs is a function; it is called at each use. */
type Setting<T extends number | boolean> = T | (() => T);

const currentValue = <T extends number | boolean>(setting: Setting<T>): T =>
  typeof setting === 'function' ? setting() : setting;

export interface AgentOptions {
  readonly approver: Approver;
  readonly offload: CryptoOffload;
  /** Where security keys are; defaults to nowhere. */
  readonly authenticators?: Authenticators;
  /** Defaults to UTF-8 alone. */
  readonly passphraseEncodings?: PassphraseEncodings;
  /** Takes one line without secrets; defaults to dropping it. */
  readonly log?: (line: string) => void;
  readonly clock?: Clock;
  /** Names for host keys in prompts, rules and the activity; defaults to none. */
  readonly hostNames?: HostNames;
  /** The program around the agent; defaults to one without doors. */
  readonly host?: AgentHost;
  /** Where the person's rules are kept; defaults to memory alone. */
  readonly policyFile?: PolicyFile;
  /** Where the activity is kept beside memory; defaults to nowhere. */
  readonly activitySink?: ActivitySink;
  /** The secret of the person's own programs, by which requests like `log@sallyport` are sealed; without it all are refused. */
  readonly localSecret?: Uint8Array;
  /** Which keys the person has set for hosts; defaults to none. */
  readonly keysForHosts?: KeysForHosts;
  /** How many keys a client sees whose host is known; defaults to all. */
  readonly offerLimit?: OfferLimit;
  /** The time of day; defaults to the system's. */
  readonly now?: () => Date;
  /**
   * Whether RSA keys sign with SHA-1 when a client asks for `ssh-rsa`, and host keys may in a session-bind; default
   * true, as old servers need both.
   */
  readonly allowSha1?: Setting<boolean>;
  /** Defaults to `timeLimits.confirmMs`. */
  readonly confirmTimeLimitMs?: Setting<number>;
  /** Defaults to `timeLimits.passphraseMs`. */
  readonly passphraseTimeLimitMs?: Setting<number>;
}

export interface Agent {
  readonly openSession: OpenSession;
  /** The window's way to add a key. */
  readonly addKey: FrontDoor['addKey'];
  /** The window's way to load the keys that a security key keeps; as the function of this name rejects. */
  readonly loadResidentKeys: FrontDoor['loadResidentKeys'];
  readonly keys: KeyAdministration;
  /** Where keys live that are not held here. */
  readonly stores: Pick<KeyStores, 'add' | 'remove' | 'list' | 'refresh' | 'cancel' | 'onChanged'>;
  readonly consent: ConsentAdministration;
  /** Locked by a client's passphrase or paused by the person. */
  readonly isLocked: boolean;
  readonly lock: LockState;
  onLockChanged(listener: () => void): () => void;
  /**
   * Behaves as locked until `resume()`; decrypted keys that have an encrypted form are dropped. `reason` is a sentence
   * for the person; left out: that it was them. A pause that holds keeps its first reason.
   */
  pause(reason?: string): void;
  resume(): void;
  /** The questions that wait behind the one that the person is asked. */
  readonly prompts: Pick<PromptQueue, 'waiting' | 'onWaitingChanged'>;
  /** Closes prompts and forgets all keys. */
  stop(): void;
}

const withoutSecurityKeys = noAuthenticators(
  "Security keys can't be reached from here.",
  'Use the key with a program that has a way to them.',
);

/** Makes an agent with no keys and no doors. */
export function createAgent(options: AgentOptions): Agent {
  const clock = options.clock ?? systemClock();
  const ports: AgentPorts = {
    approver: options.approver,
    offload: options.offload,
    authenticators: timedAuthenticators(options.authenticators ?? withoutSecurityKeys, clock),
    clock,
    now: options.now ?? (() => new Date()),
    hostNames: options.hostNames ?? noHostNames,
    host: options.host ?? { doors: () => [] },
    localSecret: options.localSecret,
    passphraseEncodings: options.passphraseEncodings ?? ((utf8) => [utf8.slice()]),
    log: options.log ?? (() => {}),
    get confirmTimeLimitMs() {
      return currentValue(options.confirmTimeLimitMs ?? timeLimits.confirmMs);
    },
    get passphraseTimeLimitMs() {
      return currentValue(options.passphraseTimeLimitMs ?? timeLimits.passphraseMs);
    },
  };
  const prompts = new PromptQueue(ports.log);
  const keyRing = new KeyRing(ports, prompts);
  const stores = new KeyStores(keyRing, ports);
  const keysForHosts: KeysForHosts = options.keysForHosts ?? { current: new Map() };
  const levelsBeside = () => keysForHosts.levels ?? noLevelsBeside;
  const policies = new PolicyStore(options.policyFile ?? noPolicyFile, clock, ports.log, levelsBeside);
  const recorder = new UseRecorder(options.activitySink ?? forgetfulSink, ports.now, ports.log);
  const consent = new Consent(ports, prompts, policies, recorder);
  const keyOrder = () => recorder.keyOrder;
  const offerParts = { keyRing, policies, keyOrder, keysForHosts, now: ports.now, clock };
  const offers = new KeyOffers(offerParts, options.offerLimit ?? 'all');
  let sealing = new AbortController();
  const seal = (reason: string) => {
    sealing.abort(new RefusedError(reason));
    sealing = new AbortController();
    keyRing.forgetDecrypted(reason);
    stores.lock();
    consent.forget();
  };
  const lock = new AgentLock(clock, ports.log);
  const sealed = () => sealing.signal;
  const state: AgentState = {
    ports,
    keyRing,
    stores,
    lock,
    lockedRequests: new LockedRequests({ ports, lock, queue: prompts, consent, sealed }),
    loadTurns: new LoadTurns(),
    consent,
    offers,
    lookAheads: new LookAheads(clock),
    sealed,
    seal,
    get allowSha1() {
      return currentValue(options.allowSha1 ?? true);
    },
  };
  const frontDoor = new FrontDoor(state);
  return {
    openSession: (peer) => openAgentSession(state, peer),
    addKey: (key) => frontDoor.addKey(key),
    loadResidentKeys: (pin, signal) => frontDoor.loadResidentKeys(pin, signal),
    keys: administerKeys(keyRing, clock),
    stores,
    consent: administerConsent(consent, offers, keyRing),
    get isLocked() {
      return state.lock.isLocked;
    },
    get lock() {
      return state.lock.state;
    },
    onLockChanged: (listener) => state.lock.onChanged(listener),
    prompts,
    pause(reason) {
      state.lock.pause(reason);
      seal('the agent was locked');
    },
    resume: () => state.lock.resume(),
    stop() {
      frontDoor.close();
      state.lockedRequests.close();
      seal('the agent is ending');
      stores.close();
      keyRing.removeAll();
    },
  };
}
