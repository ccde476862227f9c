// Which keys were used for which hosts, from the activity: by that the agent orders what it offers.
import type { ActivityEntry } from '../../agent/consent/activity/activity-entry.ts';
import type { Destination } from '../../agent/facts/request-facts.ts';
import { isFromHere } from '../../agent/facts/requester.ts';

/** A host where keys were used. */
export interface LearnedHost {
  /** By its key where that is known. */
  readonly fingerprint?: string;
  /** As the person's files call it, else its address; empty where nobody knows. */
  readonly names: readonly string[];
  /** `SHA256:…`, the latest used first. */
  readonly keys: readonly string[];
}

function hostOf(destination: Destination): Omit<LearnedHost, 'keys'> {
  if (destination.trust !== 'observed')
    return { fingerprint: destination.host.fingerprint, names: destination.host.name?.names ?? [] };
  const { address, port, name } = destination;
  return { names: [...(name?.names ?? []), port === 22 ? address : `[${address}]:${port}`] };
}

/** `entries`: the latest first. The host that was used last is first. */
export function learnedHosts(entries: readonly ActivityEntry[]): readonly LearnedHost[] {
  const hosts = new Map<string, LearnedHost>();
  for (const { answer, requester, key } of entries) {
    const { destination, purpose } = requester;
    if (answer !== 'allowed' || purpose.kind !== 'ssh-login' || !destination || !isFromHere(requester))
      continue;
    const host = hostOf(destination);
    const id = host.fingerprint ?? host.names.at(-1) ?? '';
    const known = hosts.get(id) ?? { ...host, keys: [] };
    if (!known.keys.includes(key.fingerprint))
      hosts.set(id, { ...known, keys: [...known.keys, key.fingerprint] });
  }
  return [...hosts.values()];
}
