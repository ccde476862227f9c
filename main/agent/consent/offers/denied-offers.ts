// The keys that the person's rules deny to a host: offering them would use up the tries of a login there.
import type { Connection } from '../../facts/connection.ts';
import type { SignPurpose } from '../../facts/sign-purpose.ts';
import { timeLimits } from '../../limits/time-limits.ts';
import { fingerprintOf, type Identity } from '../../ring/identity.ts';
import { deniesEveryUser, type Policy } from '../rules/policy.ts';

/** The login that a list is for, as far as it is known: by OpenSSH it names the host in what is signed. */
function expectedLogin({ bindings }: Connection): SignPurpose {
  const bound = bindings.all.find(({ forwarded }) => !forwarded);
  const sessionId = bound?.sessionId ?? new Uint8Array();
  const hostKey = bound && { hostKey: bound.hostKey.blob };
  return { kind: 'ssh-login', user: '', service: 'ssh-connection', sessionId, ...hostKey };
}

/**
 * Those of `identities` that need not be offered on this connection, as the rules deny each login with them to its host.
 * None where the host is not known within the time: a signature is judged in any case.
 */
export async function deniedToHost(
  identities: readonly Identity[],
  policy: Policy,
  connection: Connection,
): Promise<readonly Identity[]> {
  if (identities.length === 0 || !policy.rules.some(({ action }) => action === 'deny')) return [];
  const lookUp = connection.requester(expectedLogin(connection));
  const use = await connection.withinLimit(lookUp, timeLimits.lookUpForOrderMs);
  if (use?.destination === undefined) return [];
  const { executable: program, otherFile } = use.process ?? {};
  return identities.filter((identity) =>
    deniesEveryUser(policy, {
      keyFingerprint: fingerprintOf(identity),
      program,
      isOtherFile: otherFile !== undefined,
      relayed: use.relayed,
      use,
    }),
  );
}
