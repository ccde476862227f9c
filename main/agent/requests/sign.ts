// SSH_AGENTC_SIGN_REQUEST: everything that must hold before a signature leaves.

import { equalBytes } from '../../keys/encoding/wire.ts';
import { applicationOf, isSecurityKey } from '../../keys/kinds/security-key/security-key-public-key.ts';
import type { SignatureAlgorithm } from '../../keys/kinds/shared/key-types.ts';
import type { PublicKey } from '../../keys/kinds/shared/public-key.ts';
import { KeyUse } from '../consent/key-use.ts';
import type { Connection } from '../facts/connection.ts';
import { parseSignPurpose, type SignPurpose } from '../facts/sign-purpose.ts';
import { timeLimits } from '../limits/time-limits.ts';
import { RefusedError } from '../protocol/errors.ts';
import { signFlag } from '../protocol/message-numbers.ts';
import { assertOfUse } from '../ring/certificate-ends.ts';
import { pathIsPermitted } from '../ring/destination-constraints.ts';
import type { Identity } from '../ring/identity.ts';
import type { ServedConnection } from './agent-state.ts';
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
  /** Aborted when the agent has been locked since the request came. */
  readonly sealed: AbortSignal;
}

/** The algorithm that the flags choose. Throws RefusedError for an unknown flag (RFC 9987 §5.3). */
function signatureAlgorithm(key: PublicKey, flags: number): SignatureAlgorithm {
  const { SSH_AGENT_RSA_SHA2_256, SSH_AGENT_RSA_SHA2_512 } = signFlag;
  if ((flags & ~(SSH_AGENT_RSA_SHA2_256 | SSH_AGENT_RSA_SHA2_512)) !== 0)
    throw new RefusedError('unknown sign flag');
  if (key.type !== 'rsa') return key.base.algorithm as SignatureAlgorithm;
  if (flags & SSH_AGENT_RSA_SHA2_256) return 'rsa-sha2-256';
  if (flags & SSH_AGENT_RSA_SHA2_512) return 'rsa-sha2-512';
  return 'ssh-rsa';
}

/**
 * Throws unless the key's destination constraints allow this signature on this connection: it must be for a
 * login, in the session that was bound last, to the host that was bound last.
 */
function assertDestinationPermitted(identity: Identity, connection: Connection, purpose: SignPurpose): void {
  const { restrictions } = identity;
  if (restrictions.length === 0) return;
  const { bindings } = connection;
  const last = bindings.all.at(-1);
  if (bindings.doubt !== undefined || last === undefined)
    throw new RefusedError('destination-constrained key on a connection without verified session');
  if (purpose.kind !== 'ssh-login')
    throw new RefusedError('destination-constrained key for something else than a login');
  const { user } = purpose;
  if (!restrictions.every((destinations) => pathIsPermitted(destinations, bindings.all, user)))
    throw new RefusedError('destination is not permitted for this key');
  if (!equalBytes(purpose.sessionId, last.sessionId))
    throw new RefusedError('login is for another session than the one bound last');
  if (purpose.hostKey === undefined && bindings.all.length > 1)
    throw new RefusedError('forwarded login does not name the host key');
  if (purpose.hostKey && !equalBytes(purpose.hostKey, last.hostKey.blob))
    throw new RefusedError('login is for another host key than the one bound last');
}

/**
 * Throws RefusedError for what may be a login at a website. SECURITY: a key of a security key whose application is not one
 * of SSH's is one of a site's, too, and what is to be signed may be its browser's words: as OpenSSH's agent does, it signs
 * nothing but what SSH alone makes.
 */
function assertNoWebsite({ type, base }: PublicKey, { kind }: SignPurpose): void {
  if (isSecurityKey(type) && kind === 'unknown' && !applicationOf(base).startsWith('ssh:'))
    throw new RefusedError('a security key made for a website signs only logins and signatures of SSH');
}

/** Ends a request's wait. Made only when it waits: signals that hang on a long-lived key are not free. */
function endOf({ identity }: KeyUse, client: AbortSignal, sealed: AbortSignal): AbortSignal {
  return AbortSignal.any([client, identity.removed, sealed]);
}

/** One round: undefined when the key was replaced, or a rule changed, while the person was asked. */
async function trySign(
  { request, connection, sealed }: Signing,
  use: KeyUse,
): Promise<Uint8Array | undefined> {
  const { keyRing, lock, consent, allowSha1, ports } = connection.state;
  const { claimant } = connection;
  const algorithm = signatureAlgorithm(use.identity.publicKey, request.flags);
  if (algorithm === 'ssh-rsa' && !allowSha1) throw new RefusedError('SHA-1 signatures are switched off');
  assertOfUse(use.identity, ports.now());
  assertDestinationPermitted(use.identity, connection, use.purpose);
  assertNoWebsite(use.identity.publicKey, use.purpose);

  await use.identity.key.store?.assertServes(connection);

  const end = () => endOf(use, connection.closed, sealed);
  const permit = await consent.judge(use, end);
  const isStillAllowed = () => {
    const now = keyRing.find(request.keyBlob);
    if (now === undefined || !permit.holdsFor(now)) return false;
    assertOfUse(now, ports.now());
    assertDestinationPermitted(now, connection, use.purpose);
    return true;
  };
  const lease = await permit.lease(end);
  try {
    // SECURITY: what was true before the person answered may not be now.
    if (lock.isLocked) throw new RefusedError('the agent is locked');
    if (!isStillAllowed()) return undefined;
    using wait = new PersonWait(use, connection.state.ports, end);
    const signal = () => AbortSignal.any([endOf(use, claimant.signal(), sealed), wait.cancelled]);
    const signed = signWithPin(
      (pin) => lease.privateKey.sign(request.data, algorithm, { ...claimant, signal }, wait.note, pin),
      (before) => permit.askPin(() => AbortSignal.any([end(), wait.cancelled]), before),
    );
    // Looked up while the thread pool signs and the client waits: afterwards it may have ended.
    const seen = connection.process(timeLimits.lookUpBesideSignatureMs);
    const [signature] = await wait.unlessCancelled(Promise.all([signed, seen]));
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
async function findKey({ request, connection, sealed }: Signing): Promise<Identity | undefined> {
  const { keyRing, stores } = connection.state;
  const known = keyRing.find(request.keyBlob);
  if (known !== undefined || !stores.hasAny) return known;
  await stores.refresh(connection);
  sealed.throwIfAborted();
  return keyRing.find(request.keyBlob);
}

/** Signs, after asking the person where that is needed. Rejects with RefusedError or the reason why it ended. */
export async function sign(request: SignRequest, connection: ServedConnection): Promise<Uint8Array> {
  const { offers, consent } = connection.state;
  const purpose = parseSignPurpose(request.data, request.keyBlob);
  if (purpose.kind === 'ssh-login') offers.noteLogin(connection);
  // Taken now: a lock that comes while it is looked up who asks must end this request, too.
  const signing = { request, connection, sealed: connection.state.sealed() };
  for (let round = 0; round < maxRounds; round++) {
    const identity = await findKey(signing);
    if (identity === undefined) throw new RefusedError('no such key');
    const use = new KeyUse(identity, connection, purpose, request.data);
    try {
      const signature = await trySign(signing, use);
      if (signature) return signature;
    } catch (error) {
      consent.noteRefused(use, error);
      throw error;
    }
  }
  throw new RefusedError('the key or the rules for it kept changing');
}
