// SSH_AGENTC_SIGN_REQUEST: everything that must hold before a signature leaves.

import { JoinedSignal } from '../../basics/joined-signal.ts';
import { inSteps, type Steps, settled } from '../../basics/steps.ts';
import type { SignatureAlgorithm } from '../../keys/kinds/shared/key-types.ts';
import type { PrivateKey } from '../../keys/kinds/shared/private-key.ts';
import { KeyUse } from '../consent/key-use.ts';
import type { Permit } from '../consent/permit.ts';
import { parseSignPurpose, type SignPurpose } from '../facts/sign-purpose.ts';
import { timeLimits } from '../limits/time-limits.ts';
import { RefusedError } from '../protocol/errors.ts';
import { assertOfUse } from '../ring/certificate-ends.ts';
import type { Identity } from '../ring/identity.ts';
import { findVisible } from '../ring/visibility.ts';
import type { ServedConnection } from './agent-state.ts';
import { algorithmFor, assertDestinationPermitted } from './may-sign.ts';
import { PersonWait } from './person-wait.ts';
import { signWithPin } from './sign-with-pin.ts';

interface SignRequest {
  readonly keyBlob: Uint8Array;
  readonly data: Uint8Array;
  readonly flags: number;
}

/** What changed while the person was asked is judged anew, this often at the most. */
const maxRounds = 3;

/** One request for a signature, through all its rounds. */
interface Signing {
  readonly request: SignRequest;
  readonly connection: ServedConnection;
  /** Aborted when the agent has been locked since the request came, or since it was unlocked for it. */
  readonly sealed: AbortSignal;
  /** Aborted when it has its answer; left out where it did not wait for the unlock of the agent. */
  readonly over?: AbortSignal;
}

/** Ends a request's wait. Made only when it waits: signals that hang on a long-lived key are not free. */
function endOf({ identity }: KeyUse, client: AbortSignal, sealed: AbortSignal): AbortSignal {
  return AbortSignal.any([client, identity.removed, sealed]);
}

/** What is signed with, and by whose leave. */
interface Allowed {
  readonly algorithm: SignatureAlgorithm;
  readonly privateKey: PrivateKey;
  readonly permit: Permit;
  readonly end: () => AbortSignal;
  /** Settles when it is seen who asks. */
  readonly seen: Promise<unknown>;
}

/** SECURITY: what waits for its turn is not made for who has gone, with a key that was removed, or when the agent is locked. */
function wanted({ identity }: KeyUse, { connection, sealed }: Signing): () => void {
  return () => {
    connection.assertHere();
    sealed.throwIfAborted();
    identity.removed.throwIfAborted();
  };
}

/**
 * One that needs no person and is soon made: nothing ends its wait. SECURITY: what is not wanted any more does not leave, by
 * this and by what is judged afterwards of any signature.
 */
function* signedSoon(
  soon: Uint8Array | Promise<Uint8Array>,
  seen: Promise<unknown>,
  connection: ServedConnection,
): Steps<Uint8Array> {
  const signature = yield* settled(soon);
  if (!connection.hasSeenProcess) yield seen;
  connection.assertHere();
  return signature;
}

/** One that may wait: for its turn on the thread pool, for another program, or for the person. */
async function signInTime(
  { algorithm, privateKey, permit, end, seen }: Allowed,
  use: KeyUse,
  { request, connection, sealed }: Signing,
): Promise<Uint8Array> {
  const { claimant } = connection;
  using wait = new PersonWait(use, connection.state.ports, end);
  using ends = new JoinedSignal(() => [claimant.signal(), use.identity.removed, sealed, wait.cancelled]);
  const signal = () => ends.signal;
  const signed = signWithPin(
    (pin) => privateKey.sign(request.data, algorithm, { ...claimant, signal }, wait.note, pin),
    (before) => permit.askPin(() => AbortSignal.any([end(), wait.cancelled]), before),
  );
  const [signature] = await wait.unlessCancelled(Promise.all([signed, seen]));
  return signature;
}

/** One round: undefined when the key was replaced, or a rule changed, while the person was asked. */
function* trySign(signing: Signing, use: KeyUse): Steps<Uint8Array | undefined> {
  const { request, connection, sealed } = signing;
  const { keyRing, lock, consent, ports } = connection.state;
  const { claimant } = connection;
  const algorithm = algorithmFor(use, request.flags, connection);
  const { store } = use.identity.key;
  if (store) yield store.assertServes(connection);

  const end = () => endOf(use, connection.closed, sealed);
  const permit = yield* settled(consent.judge(use, end));
  const isStillAllowed = () => {
    const now = keyRing.find(request.keyBlob);
    if (now === undefined || !permit.holdsFor(now)) return false;
    assertOfUse(now, ports.now());
    assertDestinationPermitted(now, connection, use.purpose);
    return true;
  };
  const lease = yield* settled(permit.lease(end));
  try {
    // SECURITY: what was true before the person answered may not be now.
    if (lock.isLocked) throw new RefusedError('the agent is locked');
    if (!isStillAllowed()) return undefined;
    // Looked up while the thread pool signs and the client waits: afterwards it may have ended.
    const seen = connection.process(timeLimits.lookUpBesideSignatureMs);
    const { privateKey } = lease;
    const soon = privateKey.signSoon?.(request.data, algorithm, claimant, wanted(use, signing));
    const signature =
      soon === undefined
        ? yield* settled(signInTime({ algorithm, privateKey, permit, end, seen }, use, signing))
        : yield* signedSoon(soon, seen, connection);
    // Nor may it be after a wait for its turn.
    sealed.throwIfAborted();
    if (!isStillAllowed()) return undefined;
    permit.noteUsed();
    return signature;
  } finally {
    lease.release();
  }
}

/** One that is not known may have come to a store just now. */
function* findKey({ request, connection, sealed }: Signing): Steps<Identity | undefined> {
  const { keyRing, stores } = connection.state;
  const known = keyRing.find(request.keyBlob);
  if (known !== undefined || !stores.hasAny) return known;
  yield* settled(stores.refresh(connection));
  sealed.throwIfAborted();
  return keyRing.find(request.keyBlob);
}

/**
 * Waits until the person has unlocked the agent, and resolves with what is aborted when it is locked again. SECURITY: nothing
 * of it is a "yes" to the use, which is judged afterwards; what would be refused in any case asks nobody, nor does it look
 * into any place of keys, and a client learns of no key that it could not list.
 */
async function untilUnlocked(
  { keyBlob, data, flags }: SignRequest,
  purpose: SignPurpose,
  connection: ServedConnection,
  over: AbortSignal,
): Promise<AbortSignal> {
  const { keyRing, consent, lockedRequests } = connection.state;
  using unlock = lockedRequests.watch(connection);
  const use = new KeyUse(findVisible(keyRing, keyBlob, connection), connection, purpose, data, over);
  try {
    algorithmFor(use, flags, connection);
    const question = await consent.questionOf(use);
    return await lockedRequests.ask(use, question, unlock);
  } catch (error) {
    consent.noteRefused(use, error);
    throw error;
  }
}

/**
 * Signs, after asking the person where that is needed: at once where nothing has to be waited for. Throws or rejects with
 * RefusedError or the reason why it ended. SECURITY: it is the same way with all its judgements, whether it waits or not.
 */
export function sign(request: SignRequest, connection: ServedConnection): Uint8Array | Promise<Uint8Array> {
  const { offers, lock } = connection.state;
  const purpose = parseSignPurpose(request.data, request.keyBlob);
  if (purpose.kind === 'ssh-login') offers.noteLogin(connection);
  // Taken now: a lock that comes while it is looked up who asks must end this request, too.
  const sealed = connection.state.sealed();
  if (lock.isLocked) return signOnceUnlocked(request, purpose, connection);
  return inSteps(signInRounds({ request, connection, sealed }, purpose));
}

async function signOnceUnlocked(
  request: SignRequest,
  purpose: SignPurpose,
  connection: ServedConnection,
): Promise<Uint8Array> {
  const over = new AbortController();
  try {
    const sealed = await untilUnlocked(request, purpose, connection, over.signal);
    return await inSteps(signInRounds({ request, connection, sealed, over: over.signal }, purpose));
  } finally {
    over.abort();
  }
}

function* signInRounds(signing: Signing, purpose: SignPurpose): Steps<Uint8Array> {
  const { request, connection, over } = signing;
  const { consent } = connection.state;
  for (let round = 0; round < maxRounds; round++) {
    const identity = yield* findKey(signing);
    if (identity === undefined) throw new RefusedError('no such key');
    const use = new KeyUse(identity, connection, purpose, request.data, over);
    try {
      const signature = yield* trySign(signing, use);
      if (signature) return signature;
    } catch (error) {
      consent.noteRefused(use, error);
      throw error;
    }
  }
  throw new RefusedError('the key or the rules for it kept changing');
}
