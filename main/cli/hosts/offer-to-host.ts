// What one host would be offered, and why, as the agent decides it.
import { keysSetFor } from '../../agent/consent/offers/keys-for-hosts.ts';
import type { Destination } from '../../agent/facts/request-facts.ts';
import { parseHostKey } from '../../keys/kinds/parse-public-key.ts';
import { sha256Fingerprint } from '../../keys/kinds/shared/fingerprint.ts';
import { isChecked } from '../../keys/kinds/shared/public-key.ts';
import { createFileHostNames } from '../../stored/hosts/file-host-names.ts';
import { hostFiles } from '../../stored/hosts/host-files.ts';
import { entryIsFor } from '../../stored/hosts/host-key-entry.ts';
import { readKnownHosts } from '../../stored/hosts/read-known-hosts.ts';
import { personHome } from '../../stored/person-dir.ts';
import type { CommandIo } from '../parts/command.ts';
import type { HeldKey, HostsNow } from './gather-hosts.ts';

/** Why a key is where it is. */
export interface OfferedKey extends HeldKey {
  /** What is set for the key and is this host. */
  readonly setBy: readonly string[];
  readonly order?: number;
  /** It was used there before. */
  readonly isUsed: boolean;
}

export interface HostOffer {
  readonly host: string;
  /** `SHA256:…` of its keys in known_hosts that are not revoked. */
  readonly hostKeys: readonly string[];
  readonly isRevoked: boolean;
  /** Known_hosts has its name hashed, and nothing else gives it away. */
  readonly isNameless: boolean;
  /** In the order of the offer. */
  readonly offered: readonly OfferedKey[];
  /** Left out, as others are set. */
  readonly others: readonly HeldKey[];
}

/** Without the user, in lower case, as known_hosts has it. */
const nameOf = (host: string) => host.slice(host.lastIndexOf('@') + 1).toLowerCase();

/** The host as the agent would know it: by each of its keys, or by its name alone where it has none yet. */
async function destinationsOf(name: string, io: CommandIo): Promise<readonly Destination[]> {
  const files = hostFiles(process.platform, io.env, personHome());
  const { entries } = await readKnownHosts(files.knownHosts);
  const log = () => undefined;
  const names = createFileHostNames({ files, elapsedMs: () => performance.now(), log });
  const keys = entries
    .filter((entry) => entry.role === 'host' && entryIsFor(entry, name))
    .flatMap(({ key }) => {
      try {
        return [parseHostKey(Buffer.from(key, 'base64'))];
      } catch {
        return [];
      }
    });
  const known = await Promise.all(
    keys.map(async (key): Promise<Destination> => {
      const fingerprint = sha256Fingerprint(isChecked(key) ? key.base.blob : key.blob);
      const hostName = await names.nameOf(key);
      const host = { fingerprint, algorithm: key.algorithm, ...(hostName && { name: hostName }) };
      return { trust: 'verified', basis: 'session-bind', host };
    }),
  );
  if (known.length > 0) return known;
  const hostName = { names: [name], source: 'known_hosts', isRevoked: false } as const;
  const host = { fingerprint: '', algorithm: '', name: hostName };
  return [{ trust: 'verified', basis: 'session-bind', host }];
}

const fingerprintsOf = (destinations: readonly Destination[]) =>
  destinations.flatMap((to) =>
    to.trust === 'observed' || to.host.name?.isRevoked ? [] : [to.host.fingerprint],
  );

/** `host`: as in a login, with or without a user; `now`: see `gatherHosts`. */
export async function offerToHost(
  host: string,
  { set, held = [], learned }: HostsNow,
  io: CommandIo,
): Promise<HostOffer> {
  const name = nameOf(host);
  const destinations = await destinationsOf(name, io);
  const hostKeys = fingerprintsOf(destinations).filter((fingerprint) => fingerprint !== '');
  const setBy = (key: string) =>
    (set.hosts.get(key) ?? []).filter((pattern) =>
      destinations.some((to) => keysSetFor(new Map([[key, [pattern]]]), to).has(key)),
    );
  const used = learned
    .filter(({ fingerprint, names }) =>
      fingerprint === undefined ? names.includes(name) : hostKeys.includes(fingerprint),
    )
    .flatMap(({ keys }) => keys);
  const keys = held.map((key): OfferedKey => {
    const order = set.orders.get(key.fingerprint);
    const by = setBy(key.fingerprint);
    return {
      ...{ ...key, setBy: by, isUsed: used.includes(key.fingerprint) },
      ...(order !== undefined && by.length > 0 && { order }),
    };
  });
  const isSet = keys.some((key) => key.setBy.length > 0);
  const rank = ({ order = Number.MAX_SAFE_INTEGER }: OfferedKey) => order;
  const place = ({ fingerprint, isUsed }: OfferedKey) =>
    isUsed ? used.indexOf(fingerprint) : Number.MAX_SAFE_INTEGER;
  return {
    host: name,
    hostKeys,
    isRevoked: destinations.some((to) => to.trust !== 'observed' && to.host.name?.isRevoked === true),
    isNameless: destinations.every((to) => to.trust !== 'observed' && to.host.name?.names.length === 0),
    offered: keys
      .filter((key) => !isSet || key.setBy.length > 0)
      .sort((a, b) => rank(a) - rank(b) || place(a) - place(b)),
    others: isSet ? keys.filter((key) => key.setBy.length === 0) : [],
  };
}
