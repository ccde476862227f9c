// Whether a key may make this signature at all, whoever is asked: its kind, its time, its destinations.
import { equalBytes } from '../../keys/encoding/wire.ts';
import { applicationOf, isSecurityKey } from '../../keys/kinds/security-key/security-key-public-key.ts';
import type { SignatureAlgorithm } from '../../keys/kinds/shared/key-types.ts';
import type { PublicKey } from '../../keys/kinds/shared/public-key.ts';
import type { KeyUse } from '../consent/key-use.ts';
import type { Connection } from '../facts/connection.ts';
import type { SignPurpose } from '../facts/sign-purpose.ts';
import { RefusedError } from '../protocol/errors.ts';
import { signFlag } from '../protocol/message-numbers.ts';
import { assertOfUse } from '../ring/certificate-ends.ts';
import { pathIsPermitted } from '../ring/destination-constraints.ts';
import type { Identity } from '../ring/identity.ts';
import type { ServedConnection } from './agent-state.ts';

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
export function assertDestinationPermitted(
  identity: Identity,
  connection: Connection,
  purpose: SignPurpose,
): void {
  const { restrictions } = identity;
  if (restrictions.length === 0) return;
  const { bindings } = connection;
  const last = bindings.all.at(-1);
  if (bindings.doubt !== undefined)
    throw new RefusedError(
      'the key may go to some hosts only, and nothing proves where this request comes from',
    );
  if (last === undefined)
    throw new RefusedError(
      'the key may go to some hosts only, and this program does not prove where it goes, as PuTTY, WinSCP, paramiko and ssh before 8.9 never do',
    );
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

/** The algorithm to sign with. Throws RefusedError where the key does not make such a signature on this connection. */
export function algorithmFor(
  { identity, purpose }: KeyUse,
  flags: number,
  connection: ServedConnection,
): SignatureAlgorithm {
  const { allowSha1, ports } = connection.state;
  const algorithm = signatureAlgorithm(identity.publicKey, flags);
  if (algorithm === 'ssh-rsa' && !allowSha1) throw new RefusedError('SHA-1 signatures are switched off');
  assertOfUse(identity, ports.now());
  assertDestinationPermitted(identity, connection, purpose);
  assertNoWebsite(identity.publicKey, purpose);
  return algorithm;
}
