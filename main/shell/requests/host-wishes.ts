// Hosts as the person types them in the window: judged here, each fault told in a sentence.
import type { DestinationConstraint } from '../../agent/ring/destination-constraints.ts';
import { DestinationError } from '../../stored/hosts/destinations.ts';
import { isHostOfKey } from '../../stored/keys-toml.ts';
import type { PersonHosts } from '../../stored/person-hosts.ts';
import { RequestFailure } from './request-failure.ts';

/** Throws RequestFailure for what is no host that a key can be set for. */
export function assertHosts(hosts: readonly string[]): void {
  if (!hosts.every(isHostOfKey))
    throw new RequestFailure(
      'This is no host. Write example.com, *.example.com, git@example.com, or SHA256:… of a host key.',
    );
}

/** Rejects with RequestFailure for a host that a key can't be restricted to. */
export async function restrictionTo(
  hosts: readonly string[],
  personHosts: Pick<PersonHosts, 'destinationsFor'>,
): Promise<readonly DestinationConstraint[]> {
  try {
    return await personHosts.destinationsFor(hosts);
  } catch (error) {
    if (error instanceof DestinationError) throw new RequestFailure(error.message);
    throw error;
  }
}
