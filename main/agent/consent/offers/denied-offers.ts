// The keys that the person's rules deny to a host: offering them would use up the tries of a login there.
import type { Connection } from '../../facts/connection.ts';
import { timeLimits } from '../../limits/time-limits.ts';
import { fingerprintOf, type Identity } from '../../ring/identity.ts';
import { deniedToEveryUser, deniesAnything, type Policy } from '../rules/policy.ts';
import { expectedUse } from './expected-use.ts';

/**
 * Those of `identities` that need not be offered on this connection, as the rules deny each login with them to its host.
 * None where the host is not known within the time: a signature is judged in any case.
 */
export async function deniedToHost(
  identities: readonly Identity[],
  policy: Policy,
  connection: Connection,
): Promise<readonly Identity[]> {
  if (identities.length === 0 || !deniesAnything(policy)) return [];
  const use = await connection.withinLimit(expectedUse(connection), timeLimits.lookUpForOrderMs);
  if (use?.destination === undefined) return [];
  const { executable: program, otherFile } = use.process ?? {};
  const isDenied = deniedToEveryUser(policy, {
    program,
    isOtherFile: otherFile !== undefined,
    relayed: use.relayed,
    use,
  });
  return identities.filter((identity) => isDenied(fingerprintOf(identity)));
}
