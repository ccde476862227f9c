// SSH_AGENTC_SIGN_REQUEST: everything that must hold before a signature leaves.
import { randomUUID } from 'node:crypto';
import { sha256Fingerprint } from '../keys/fingerprint.ts';
import type { SignatureAlgorithm } from '../keys/private-key.ts';
import type { PublicKey } from '../keys/public-key.ts';
import { equalBytes } from '../keys/wire.ts';
import { type KeyIdentity, singleRequest } from './approver.ts';
import { type Connection, requesterOf } from './connection.ts';
import { pathIsPermitted } from './destination-constraints.ts';
import { RefusedError } from './errors.ts';
import { type Identity, mustConfirm } from './identity.ts';
import { signFlag } from './message-numbers.ts';
import { parseSignPurpose, type SignPurpose } from './sign-purpose.ts';
import { needsPerson } from './visibility.ts';

interface SignRequest {
  readonly keyBlob: Uint8Array;
  readonly data: Uint8Array;
  readonly flags: number;
}

/** A key replaced while the person was asked is judged anew, this often at the most. */
const maxRounds = 3;

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
  const { destinations } = identity.constraints;
  if (destinations === undefined) return;
  const { bindings } = connection;
  const last = bindings.all.at(-1);
  if (bindings.hasFailed || last === undefined)
    throw new RefusedError('destination-constrained key on a connection without verified session');
  if (purpose.kind !== 'ssh-login')
    throw new RefusedError('destination-constrained key for something else than a login');
  if (!pathIsPermitted(destinations, bindings.all, purpose.user))
    throw new RefusedError('destination is not permitted for this key');
  if (!equalBytes(purpose.sessionId, last.sessionId))
    throw new RefusedError('login is for another session than the one bound last');
  if (purpose.hostKey === undefined && bindings.all.length > 1)
    throw new RefusedError('forwarded login does not name the host key');
  if (purpose.hostKey && !equalBytes(purpose.hostKey, last.hostKey.blob))
    throw new RefusedError('login is for another host key than the one bound last');
}

/** The key as the person is told. */
function keyIdentity(identity: Identity): KeyIdentity {
  return {
    comment: new TextDecoder().decode(identity.comment),
    fingerprint: sha256Fingerprint(identity.publicKey.base.blob),
    algorithm: identity.publicKey.algorithm,
  };
}

async function assertConfirmed(
  identity: Identity,
  connection: Connection,
  purpose: SignPurpose,
  signal: AbortSignal,
): Promise<void> {
  const { approver, prompts, clock, confirmTimeLimitMs: timeLimitMs } = connection.state.ports;
  const requester = await requesterOf(connection, purpose);
  const timeLimit = new AbortController();
  const promptSignal = AbortSignal.any([signal, timeLimit.signal]);
  const answer = await prompts.run(promptSignal, async () => {
    const stopTimer = clock.schedule(timeLimitMs, () =>
      timeLimit.abort(new RefusedError('nobody confirmed in time')),
    );
    try {
      const reason = { kind: 'use-key', because: 'This key asks before each use.' } as const;
      return await approver.confirm(
        { id: randomUUID(), reason, key: keyIdentity(identity), requester, timeLimitMs, ...singleRequest },
        promptSignal,
      );
    } finally {
      stopTimer();
    }
  });
  promptSignal.throwIfAborted();
  if (answer !== 'allow') throw new RefusedError('the person did not allow the use of the key');
}

/** One round: undefined when the key was replaced while the person was asked. */
async function trySign(request: SignRequest, connection: Connection): Promise<Uint8Array | undefined> {
  const { keyRing, lock, sealed, allowSha1 } = connection.state;
  const identity = keyRing.find(request.keyBlob);
  if (identity === undefined) throw new RefusedError('no such key');
  const algorithm = signatureAlgorithm(identity.publicKey, request.flags);
  if (algorithm === 'ssh-rsa' && !allowSha1) throw new RefusedError('SHA-1 signatures are switched off');
  const purpose = parseSignPurpose(request.data, request.keyBlob);
  assertDestinationPermitted(identity, connection, purpose);

  if (!connection.peer.mayPrompt && needsPerson(identity))
    throw new RefusedError('the key needs a person, and this client may not ask one');
  // Made only when a person is asked: signals that hang on a long-lived key are not free.
  const signal = () => AbortSignal.any([connection.closed, identity.removed, sealed()]);
  if (mustConfirm(identity)) await assertConfirmed(identity, connection, purpose, signal());
  const lease = await identity.key.lease({
    key: () => keyIdentity(identity),
    requester: () => requesterOf(connection, purpose),
    signal,
  });
  try {
    // SECURITY: what was true before the person answered may not be now.
    if (lock.isLocked) throw new RefusedError('the agent is locked');
    if (keyRing.find(request.keyBlob) !== identity) return undefined;
    return await lease.privateKey.sign(request.data, algorithm);
  } finally {
    lease.release();
  }
}

/** Signs, after asking the person where that is needed. Rejects with RefusedError or the reason why it ended. */
export async function sign(request: SignRequest, connection: Connection): Promise<Uint8Array> {
  for (let round = 0; round < maxRounds; round++) {
    const signature = await trySign(request, connection);
    if (signature) return signature;
  }
  throw new RefusedError('the key kept being replaced');
}
