// The keys that the person has set for hosts: a host that is known is offered those of them that are there, and no others.
import type { Connection } from '../../facts/connection.ts';
import type { Destination } from '../../facts/request-facts.ts';
import { isFromHere } from '../../facts/requester.ts';
import { matchesPattern } from '../../facts/wildcard-pattern.ts';
import { timeLimits } from '../../limits/time-limits.ts';
import { validityOfIdentity } from '../../ring/certificate-ends.ts';
import { fingerprintOf, type Identity } from '../../ring/identity.ts';
import type { LevelsBeside } from '../rules/ask-level.ts';
import { expectedUse } from './expected-use.ts';

/** Hosts by key (`SHA256:…` of the plain key): `SHA256:…` of a host key, or `[USER@]NAME` with `*` and `?` in it. */
export type HostsOfKeys = ReadonlyMap<string, readonly string[]>;

/** Where the person keeps them. */
export interface KeysForHosts {
  /** As they hold now. Never throws: what can't be read sets nothing. */
  readonly current: HostsOfKeys;
  /** The place of a key among those that are set for the same host, the lowest first; left out: behind those. */
  readonly orders?: ReadonlyMap<string, number>;
  /** When to ask for a key; the same object as long as nothing changes. */
  readonly levels?: LevelsBeside;
}

/** Without the user: a list is asked for before anybody knows who logs in. */
function hostIn(pattern: string): string {
  return pattern.slice(pattern.lastIndexOf('@') + 1).toLowerCase();
}

/** Known_hosts writes `[host]:2222` for another port than 22. */
function withoutPort(name: string): string {
  return /^\[([^\]]+)\]:\d+$/.exec(name)?.[1] ?? name;
}

function isHost(pattern: string, destination: Destination): boolean {
  const isObserved = destination.trust === 'observed';
  if (pattern.startsWith('SHA256:')) return !isObserved && pattern === destination.host.fingerprint;
  const name = isObserved ? destination.name : destination.host.name;
  // Nothing that goes by a key which must not be trusted any more.
  if (name?.isRevoked) return false;
  const names = [...(name?.names ?? []), ...(isObserved ? [destination.address] : [])];
  const sought = hostIn(pattern);
  return names
    .map((known) => known.toLowerCase())
    .some((known) => matchesPattern(known, sought) || matchesPattern(withoutPort(known), sought));
}

/** The keys that are set for this host. */
export function keysSetFor(hosts: HostsOfKeys, destination: Destination): ReadonlySet<string> {
  const isSet = ([, patterns]: readonly [string, readonly string[]]) =>
    patterns.some((pattern) => isHost(pattern, destination));
  return new Set([...hosts].filter(isSet).map(([key]) => key));
}

/** What the person has set for the host of a connection. */
export interface SetForHost {
  /** Keys (`SHA256:…`); empty: none of those that could be offered. */
  readonly keys: ReadonlySet<string>;
  /** Those that are left out. */
  readonly others: readonly Identity[];
}

const nothingSet: SetForHost = { keys: new Set(), others: [] };

/**
 * What of `identities` is set for the host of this connection. Nothing where the host is not known within the time, and
 * nothing for other machines, which could find out by it what is set.
 */
export async function setForHost(
  identities: readonly Identity[],
  hosts: HostsOfKeys,
  connection: Connection,
  now: Date,
): Promise<SetForHost> {
  if (
    hosts.size === 0 ||
    identities.length < 2 ||
    !identities.some((identity) => hosts.has(fingerprintOf(identity)))
  )
    return nothingSet;
  const use = await connection.withinLimit(expectedUse(connection), timeLimits.lookUpForOrderMs);
  if (use?.destination === undefined || !isFromHere(use) || connection.bindings.mayBeForwarded)
    return nothingSet;
  const set = keysSetFor(hosts, use.destination);
  const isSet = (identity: Identity) => set.has(fingerprintOf(identity));
  // SECURITY: what another machine has added, and what no server takes yet, must not be all that is left.
  const isHeld = (identity: Identity) =>
    !identity.isFromElsewhere && validityOfIdentity(identity, now) !== 'not-yet';
  if (!identities.some((identity) => isSet(identity) && isHeld(identity))) return nothingSet;
  return { keys: set, others: identities.filter((identity) => !isSet(identity)) };
}

/**
 * The keys that are set for a host in the person's order, those without a place behind the others. `isPlaced`: whether
 * one may come first by it.
 */
export function inOrder(
  identities: readonly Identity[],
  { keys }: SetForHost,
  orders: ReadonlyMap<string, number>,
  isPlaced: (identity: Identity) => boolean,
): readonly Identity[] {
  if (keys.size === 0) return identities;
  const placeOf = (identity: Identity) => {
    const fingerprint = fingerprintOf(identity);
    const place = isPlaced(identity) && keys.has(fingerprint) ? orders.get(fingerprint) : undefined;
    return place ?? Number.POSITIVE_INFINITY;
  };
  const places = identities.map((identity) => ({ identity, place: placeOf(identity) }));
  if (places.every(({ place }) => place === Number.POSITIVE_INFINITY)) return identities;
  // Two of them may both have none, and Infinity − Infinity is no order.
  return places.sort((a, b) => (a.place === b.place ? 0 : a.place - b.place)).map(({ identity }) => identity);
}
