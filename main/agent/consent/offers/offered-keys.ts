// The list that a client gets: the most useful keys first, for the host that it is about to log in to.

import { keepLatest } from '../../../basics/keep-latest.ts';
import { sha256Fingerprint } from '../../../keys/kinds/shared/fingerprint.ts';
import type { Connection } from '../../facts/connection.ts';
import type { ProcessFacts } from '../../facts/peer.ts';
import { claimedHostId, type HostFacts, observedHostId } from '../../facts/request-facts.ts';
import { timeLimits } from '../../limits/time-limits.ts';
import { validityOfIdentity } from '../../ring/certificate-ends.ts';
import { fingerprintOf, type Identity } from '../../ring/identity.ts';
import type { KeyRing } from '../../ring/key-ring.ts';
import { heldHereFirst, offeredIdentities } from '../../ring/visibility.ts';
import { deniesAnything } from '../rules/policy.ts';
import type { PolicyStore } from '../rules/policy-store.ts';
import { deniedToHost } from './denied-offers.ts';
import type { KeyOrder, OfferedKeys, OfferLimit } from './key-order.ts';
import { inOrder, type KeysForHosts, setForHost } from './keys-for-hosts.ts';
import { fits, PlainLists } from './plain-lists.ts';

/** Why a client saw its keys in the order it did; for the window. */
export interface OfferExplanation {
  /** ISO 8601. */
  readonly time: string;
  readonly transport: string;
  readonly pid?: number;
  readonly host:
    | { readonly trust: 'verified' | 'claimed'; readonly fingerprint: HostFacts['fingerprint'] }
    | { readonly trust: 'observed'; readonly address: string; readonly port: number };
  /** `SHA256:…` in the order offered. */
  readonly offered: readonly string[];
  /** By the limit, or as other keys are set for this host. */
  readonly hidden: readonly string[];
  /** Not offered, as the rules deny each login with them there. */
  readonly denied: readonly string[];
  /** The first so many were used for this host before. */
  readonly usedBefore: number;
}

const maxExplanations = 20;

function without(identities: readonly Identity[], others: readonly Identity[]): readonly Identity[] {
  const leftOut = new Set(others);
  return identities.filter((identity) => !leftOut.has(identity));
}

/** Servers refuse a certificate before its time. */
const beginsLater = (identity: Identity, now: Date) => validityOfIdentity(identity, now) === 'not-yet';

/** Those from elsewhere stay last. */
function laterOnesBehind(identities: readonly Identity[], now: Date): readonly Identity[] {
  const isBehind = (identity: Identity) => !identity.isFromElsewhere && beginsLater(identity, now);
  const later = identities.filter(isBehind);
  if (later.length === 0) return identities;
  const fromElsewhere = identities.filter((identity) => identity.isFromElsewhere);
  const current = identities.filter((identity) => !identity.isFromElsewhere && !isBehind(identity));
  return [...current, ...later, ...fromElsewhere];
}

type Host = OfferExplanation['host'];

function boundHost({ bindings }: Connection): Host | undefined {
  const bound = bindings.all.find((binding) => !binding.forwarded);
  if (bound?.trust === 'verified')
    return { trust: 'verified', fingerprint: sha256Fingerprint(bound.hostKey.base.blob) };
  // SECURITY: the order tells which keys another host gets; a machine elsewhere could announce any host to learn it.
  if (bound === undefined || bindings.mayBeForwarded) return undefined;
  return { trust: 'claimed', fingerprint: sha256Fingerprint(bound.hostKey.blob) };
}

function observedHost(process: ProcessFacts | undefined): Host | undefined {
  const [connection, ...others] = process?.connections ?? [];
  return connection && others.length === 0 ? { trust: 'observed', ...connection } : undefined;
}

function idOf(host: Host): string {
  switch (host.trust) {
    case 'verified':
      return host.fingerprint;
    case 'claimed':
      return claimedHostId(host.fingerprint);
    case 'observed':
      return observedHostId(host.address, host.port);
  }
}

/** What decides about a list. */
interface OfferParts {
  readonly keyRing: KeyRing;
  readonly policies: PolicyStore;
  readonly keyOrder: () => KeyOrder;
  readonly keysForHosts: KeysForHosts;
  readonly now: () => Date;
  readonly clock: { elapsedMs(): number };
}

export class KeyOffers {
  readonly #parts: OfferParts;
  readonly #plainLists: PlainLists;
  /** The oldest first. */
  #explanations: { readonly isHere: boolean; readonly shown: OfferExplanation }[] = [];
  /** Those that asked for a login. */
  readonly #asking = new WeakSet<Connection>();
  readonly #watched = new WeakSet<Connection>();
  /** Those whose process was seen, which is so once and for all, and has no connection to one host. */
  readonly #hostless = new WeakSet<Connection>();
  /** How many keys a host that is known gets to see. */
  limit: OfferLimit;

  constructor(parts: OfferParts, limit: OfferLimit) {
    this.#parts = parts;
    const offered = (connection: Connection, now: Date) =>
      laterOnesBehind(offeredIdentities(parts.keyRing, connection, now), now);
    this.#plainLists = new PlainLists({ ...parts, offered });
    this.limit = limit;
  }

  /** The latest first; only lists whose order was not the person's own. */
  explanations(): readonly OfferExplanation[] {
    return this.#explanations.map(({ shown }) => shown).reverse();
  }

  /** The host of this connection took a key, so that its client asks for a login. */
  noteLogin(connection: Connection): void {
    this.#asking.add(connection);
  }

  /**
   * The reply to a list request on this connection where it is the same for all of which no host is known, and may be given
   * at once; it is shared, and nobody may write to it. SECURITY: undefined wherever `offerTo` would wait for what may make
   * the list another: what is denied or set for hosts, and the process, whose host an order may be known for.
   */
  replyAtOnce(connection: Connection): Uint8Array | undefined {
    const { policies, keysForHosts, keyOrder } = this.#parts;
    if (deniesAnything(policies.policy) || keysForHosts.current.size > 0) return undefined;
    const list = this.#plainLists.listFor(connection);
    if (list === undefined || list.reply.length > connection.maxReplyBytes) return undefined;
    const isOfAnyHost = list.count > 1 && keyOrder().mayMatter(list.count) && !this.#hostless.has(connection);
    return isOfAnyHost ? undefined : list.reply;
  }

  /** What a list request on this connection is answered with. Hides all keys only where the person's rules deny all. */
  async offerTo(connection: Connection): Promise<readonly Identity[]> {
    const now = this.#parts.now();
    const all = offeredIdentities(this.#parts.keyRing, connection, now);
    const denied = await deniedToHost(all, this.#parts.policies.policy, connection);
    // SECURITY: another machine can add certificates of a key that was used, which must not come first with it.
    const isRanked = (identity: Identity) =>
      !identity.isFromElsewhere && !beginsLater(identity, now) && !(isTight && identity.key.store);
    const rankedAs = (identity: Identity) => (isRanked(identity) ? fingerprintOf(identity) : undefined);
    const allowed = denied.length === 0 ? all : without(all, denied);
    const { current, orders = new Map() } = this.#parts.keysForHosts;
    const set = await setForHost(allowed, current, connection, now);
    const notSet = set.others;
    const visible = laterOnesBehind(notSet.length === 0 ? allowed : without(allowed, notSet), now);
    const leftOut = denied.length + notSet.length;
    // Nor another agent, where there is no room for all.
    const isTight = !fits(visible, connection.maxReplyBytes);
    if (visible.length < 2 && leftOut === 0) return visible;
    // Who forwards is connected to the machine on the way, not to the one that is asked for.
    const mayObserve =
      connection.bindings.all.length === 0 &&
      (leftOut > 0 || this.#parts.keyOrder().mayMatter(visible.length));
    const process = mayObserve ? await connection.process(timeLimits.lookUpForOrderMs) : undefined;
    const host = boundHost(connection) ?? observedHost(process);
    if (process && !host) this.#hostless.add(connection);
    const id = host && idOf(host);
    if (id) this.#watch(connection, id);
    const keys = isTight ? this.#parts.keyOrder().byRecentUse(heldHereFirst(visible), rankedAs) : visible;
    const placed = (identities: readonly Identity[]) => inOrder(identities, set, orders, isRanked);
    if (!host || !id || (leftOut === 0 && !this.#parts.keyOrder().knows(id))) return placed(keys);
    // The person has said which: no limit cuts that.
    const limit = set.keys.size > 0 ? 'all' : this.limit;
    const ordered = this.#parts.keyOrder().forHost(keys, rankedAs, id, limit);
    const hidden = [...ordered.hidden, ...notSet];
    const offered = placed(ordered.offered);
    const usedBefore = offered === ordered.offered ? ordered.usedBefore : 0;
    if (usedBefore > 0 || leftOut > 0)
      this.#explain(connection, host, { offered, hidden, usedBefore }, denied);
    return offered;
  }

  /**
   * Who leaves without having asked for a login was told by the host that it takes none of the keys, or no more of
   * them. SECURITY: another machine could turn round the lists of this one.
   */
  #watch(connection: Connection, host: string): void {
    if (this.#watched.has(connection)) return;
    this.#watched.add(connection);
    const note = () => {
      if (!this.#asking.has(connection) && !connection.bindings.mayBeForwarded)
        this.#parts.keyOrder().noteVain(host);
    };
    connection.closed.addEventListener('abort', note, { once: true });
  }

  #explain(
    { peer, bindings }: Connection,
    host: Host,
    { offered, hidden, usedBefore }: OfferedKeys<Identity>,
    denied: readonly Identity[],
  ): void {
    const shown = {
      time: this.#parts.now().toISOString(),
      transport: peer.transport,
      ...(peer.pid !== undefined && { pid: peer.pid }),
      host,
      offered: offered.map(fingerprintOf),
      hidden: hidden.map(fingerprintOf),
      denied: denied.map(fingerprintOf),
      usedBefore,
    };
    this.#explanations.push({ isHere: !bindings.mayBeForwarded, shown });
    this.#explanations = keepLatest(this.#explanations, maxExplanations, ({ isHere }) => isHere);
  }
}
