// The hosts of the person, for who sets them for keys: known ones, what is set, and what restricts a key to some.

import type { KeysForHosts } from '../agent/consent/offers/keys-for-hosts.ts';
import type { DestinationConstraint } from '../agent/ring/destination-constraints.ts';
import { destinationsFor } from './hosts/destinations.ts';
import { hostFiles } from './hosts/host-files.ts';
import { readPuttyRegistry } from './hosts/putty-registry.ts';
import { hostNamesToOffer, puttyNamesToOffer, readKnownHosts } from './hosts/read-known-hosts.ts';
import {
  addHostsOfKey,
  type HostOfKey,
  hostsOfKey,
  keysTomlPath,
  removeHostOfKey,
} from './keys-toml-file.ts';
import { personHome } from './person-dir.ts';

export interface PersonHosts {
  /** Where hosts are set for keys. */
  readonly file: string;
  /** What is set for a key (`SHA256:…`). Throws as `hostsOfKey`. */
  readonly setOf: (key: string) => readonly HostOfKey[];
  /** Names to be completed while one is typed: to be offered a key, or to restrict one to. Sorted. Never rejects. */
  readonly known: (use: 'offer' | 'restrict') => Promise<readonly string[]>;
  /** Rejects with DestinationError, a sentence for the person, for a host whose key is not known. */
  readonly destinationsFor: (hosts: readonly string[]) => Promise<readonly DestinationConstraint[]>;
  /**
   * Sets hosts for a key (`SHA256:…`), and resolves with the way to take that back, which never rejects. Rejects as
   * `addHostsOfKey`.
   */
  readonly setFor: (key: string, name: string, hosts: readonly string[]) => Promise<() => Promise<void>>;
}

/** `inForce` is what the agent goes by: it knows the keys that the file names by paths, too. */
export function personHosts(env: NodeJS.ProcessEnv, inForce: KeysForHosts | undefined): PersonHosts {
  const paths = hostFiles(process.platform, env, personHome());
  const file = keysTomlPath(env);
  return {
    file,
    setOf(key) {
      const set = hostsOfKey(file, key);
      const byPath = (inForce?.current.get(key) ?? []).filter(
        (host) => !set.some((other) => other.host === host),
      );
      return [...set, ...[...new Set(byPath)].map((host) => ({ host, isByHand: true }))];
    },
    async known(use) {
      const ofSsh = await hostNamesToOffer(paths);
      // PuTTY's hosts, whose keys can't restrict one, as no program that proves where it logs in goes by them.
      if (use === 'restrict') return ofSsh;
      return [...new Set([...ofSsh, ...(await puttyNamesToOffer(paths, readPuttyRegistry))])].sort();
    },
    destinationsFor: async (hosts) => destinationsFor(hosts, await readKnownHosts(paths.knownHosts)),
    async setFor(key, name, hosts) {
      const added = await addHostsOfKey(file, key, name, hosts);
      return async () => {
        for (const host of added) await removeHostOfKey(file, key, host).catch(() => undefined);
      };
    },
  };
}
