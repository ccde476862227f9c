// What is known about one use of a key, each fact with how far it can be trusted. Plain data, without secrets.

import { equalBytes } from '../../keys/encoding/wire.ts';
import { parseHostKey } from '../../keys/kinds/parse-public-key.ts';
import { sha256Fingerprint } from '../../keys/kinds/shared/fingerprint.ts';
import { isChecked, type PublicKey, type UncheckedPublicKey } from '../../keys/kinds/shared/public-key.ts';
import type { HostName, HostNames } from './host-names.ts';
import type { ProcessFacts } from './peer.ts';
import type { SessionBinding, SessionBindings } from './session-bind.ts';
import type { SignPurpose } from './sign-purpose.ts';

/** What the signature is for ("verified": read from the data to be signed). */
export type PurposeFacts =
  | { readonly kind: 'ssh-login'; readonly user: string; readonly service: string }
  | { readonly kind: 'sshsig'; readonly namespace: string; readonly hashAlgorithm: string }
  /** Neither a login nor an SSHSIG blob: the person is warned. */
  | { readonly kind: 'unknown' };

/** A host by its key. */
export interface HostFacts {
  /** `SHA256:…` of the plain host key, also where the host showed a certificate. */
  readonly fingerprint: string;
  readonly algorithm: string;
  /** What the person's own files call this key. */
  readonly name?: HostName;
  /**
   * The client announced the host, and nothing proves it: its key is of a kind that can't be checked here. Absent:
   * proved.
   */
  readonly isAnnounced?: true;
  /** Proved by a signature over SHA-1 alone. */
  readonly isWeak?: true;
  /** A machine on the way may have said so of a login elsewhere: what is signed does not name the host. */
  readonly isHearsay?: true;
}

/** Why a host is only announced, for the person. */
const uncheckedKindNote = "a kind of host key that Sallyport can't check";

/** What is weak about a host that was proved, for the person. */
const weakProofNote = 'weakly proved: by an RSA signature with SHA-1';

/** What to know of how far a host is proved, for the person; undefined where there is nothing to say. */
export function proofNote({ isAnnounced, isHearsay, isWeak }: HostFacts): string | undefined {
  if (isAnnounced) return `not verified: ${uncheckedKindNote}`;
  if (isHearsay) return 'not verified: a machine on the way could say so of a login elsewhere';
  return isWeak ? weakProofNote : undefined;
}

/** Where the signature will be used. */
export type Destination =
  /** Proved by a session-bind of this very session (of this machine's own logins), or named in the signed data, so that it is good for no other host. */
  | { readonly trust: 'verified'; readonly basis: 'session-bind' | 'signed-data'; readonly host: HostFacts }
  /** As there, but the host key is of a kind that can't be checked here, or a machine on the way may have made it up. */
  | { readonly trust: 'claimed'; readonly basis: 'session-bind' | 'signed-data'; readonly host: HostFacts }
  /** The one live SSH connection of the process that asks. */
  | {
      readonly trust: 'observed';
      readonly address: string;
      readonly port: number;
      readonly name?: HostName;
    };

/** Why what the client said about its sessions does not hold together. */
export type PathProblem =
  /** A session-bind was refused on this connection. */
  | 'bind-refused'
  /** The client passes on forwarded requests by a door that can't tell them from its own. */
  | 'may-be-forwarded'
  /** The login is for another session than the one that the connection was bound to. */
  | 'other-session'
  /** The login names another host key than the one that the session was bound to. */
  | 'other-host';

/** One use of a key, beside who asks. */
export interface UseFacts {
  readonly purpose: PurposeFacts;
  /** True when a session-bind says that the request came through agent forwarding. */
  readonly forwarded: boolean;
  /** Hosts through which the request came, from this machine outwards; verified but for those announced. Empty when not forwarded. */
  readonly path: readonly HostFacts[];
  readonly destination?: Destination;
  readonly problem?: PathProblem;
}

type HostKey = PublicKey | UncheckedPublicKey;

/** A host as far as it was proved. */
interface ProvedHost {
  readonly hostKey: HostKey;
  readonly isWeak: boolean;
}

/** What can be said at once, from the data to be signed and the connection's bindings. */
export interface SignedFacts {
  readonly purpose: PurposeFacts;
  readonly forwarded: boolean;
  readonly path: readonly ProvedHost[];
  readonly destination?: {
    readonly basis: 'session-bind' | 'signed-data';
    /** As in HostFacts. */
    readonly isHearsay: boolean;
  } & ProvedHost;
  readonly problem?: PathProblem;
}

function purposeFacts(purpose: SignPurpose): PurposeFacts {
  switch (purpose.kind) {
    case 'ssh-login':
      return { kind: 'ssh-login', user: purpose.user, service: purpose.service };
    case 'sshsig':
      return { kind: 'sshsig', namespace: purpose.namespace, hashAlgorithm: purpose.hashAlgorithm };
    case 'unknown':
      return { kind: 'unknown' };
  }
}

function provedHost(binding: SessionBinding): ProvedHost {
  return { hostKey: binding.hostKey, isWeak: binding.trust === 'verified' && binding.isWeak };
}

/** What session-bind and the login's own words say together, or why they contradict each other. */
function boundDestination(
  purpose: SignPurpose,
  bindings: SessionBindings,
): Pick<SignedFacts, 'destination' | 'problem'> {
  const problem = bindings.doubt && { problem: bindings.doubt };
  if (purpose.kind !== 'ssh-login') return { ...problem };
  const { hostKey } = purpose;
  const bound = bindings.all.find((binding) => !binding.forwarded);
  if (bound && !equalBytes(bound.sessionId, purpose.sessionId)) return { problem: 'other-session' };
  if (bound && hostKey && !equalBytes(bound.hostKey.blob, hostKey)) return { problem: 'other-host' };
  // SECURITY: a machine on the way can sign its session with another host by any host key that it holds: where a login
  // from there goes is proved only by what is signed. OpenSSH's agent keeps keys with destinations to the same.
  const isHearsay = !hostKey && bindings.mayBeForwarded;
  if (bound) return { destination: { basis: 'session-bind', ...provedHost(bound), isHearsay }, ...problem };
  // A server that knows this method accepts the signature only if the key named in it is its own. Its certificate
  // was verified by nobody, so only the plain key counts.
  if (hostKey)
    return {
      destination: { basis: 'signed-data', hostKey: plainKey(hostKey), isWeak: false, isHearsay: false },
      ...problem,
    };
  return { ...problem };
}

function plainKey(blob: Uint8Array): HostKey {
  const key = parseHostKey(blob);
  return isChecked(key) ? key.base : key;
}

/** Reads the facts that need no look-up. */
export function readSignedFacts(purpose: SignPurpose, bindings: SessionBindings): SignedFacts {
  return {
    purpose: purposeFacts(purpose),
    forwarded: bindings.isForwarded,
    path: bindings.all.filter((binding) => binding.forwarded).map(provedHost),
    ...boundDestination(purpose, bindings),
  };
}

function isSamePurpose(one: PurposeFacts, other: PurposeFacts): boolean {
  switch (one.kind) {
    case 'ssh-login':
      return other.kind === one.kind && one.user === other.user && one.service === other.service;
    case 'sshsig':
      return (
        other.kind === one.kind &&
        one.namespace === other.namespace &&
        one.hashAlgorithm === other.hashAlgorithm
      );
    case 'unknown':
      return other.kind === one.kind;
  }
}

/** A certificate is another host than its plain key. */
function isSameHost(one: ProvedHost, other: ProvedHost): boolean {
  return one.isWeak === other.isWeak && equalBytes(one.hostKey.blob, other.hostKey.blob);
}

/** Whether all that is said of a use by itself is the same, so that names and what was seen are, too. */
export function isSameUse(one: SignedFacts, other: SignedFacts): boolean {
  const [here, there] = [one.destination, other.destination];
  if (here && there && !isSameHost(here, there)) return false;
  return (
    isSamePurpose(one.purpose, other.purpose) &&
    one.forwarded === other.forwarded &&
    one.problem === other.problem &&
    here?.basis === there?.basis &&
    here?.isHearsay === there?.isHearsay &&
    one.path.length === other.path.length &&
    one.path.every((host, index) => isSameHost(host, other.path[index] ?? host))
  );
}

async function hostFacts({ hostKey, isWeak }: ProvedHost, hostNames: HostNames): Promise<HostFacts> {
  const name = await hostNames.nameOf(hostKey);
  const { blob, algorithm } = isChecked(hostKey) ? hostKey.base : hostKey;
  return {
    fingerprint: sha256Fingerprint(blob),
    algorithm,
    ...(name && { name }),
    ...(!isChecked(hostKey) && { isAnnounced: true }),
    ...(isWeak && { isWeak }),
  };
}

/** Undefined when the process has no SSH connection, or several of which any could be meant. */
async function observedDestination(
  process: ProcessFacts | undefined,
  hostNames: HostNames,
): Promise<Destination | undefined> {
  const [connection, ...others] = process?.connections ?? [];
  if (connection === undefined || others.length > 0) return undefined;
  const { address, port } = connection;
  const name = await hostNames.nameAt(address, port);
  return { trust: 'observed', address, port, ...(name && { name }) };
}

/** Adds names and, where nothing is proved about a login's destination, what was seen of the process. */
export async function nameFacts(
  facts: SignedFacts,
  process: ProcessFacts | undefined,
  hostNames: HostNames,
): Promise<UseFacts> {
  const { purpose, forwarded, problem } = facts;
  const destination: Destination | undefined = facts.destination
    ? {
        trust: isChecked(facts.destination.hostKey) && !facts.destination.isHearsay ? 'verified' : 'claimed',
        basis: facts.destination.basis,
        host: {
          ...(await hostFacts(facts.destination, hostNames)),
          ...(facts.destination.isHearsay && { isHearsay: true as const }),
        },
      }
    : // A forwarded login goes elsewhere than the connection of the process that forwards it.
      purpose.kind === 'ssh-login' && !forwarded && problem === undefined
      ? await observedDestination(process, hostNames)
      : undefined;
  return {
    purpose,
    forwarded,
    path: await Promise.all(facts.path.map((host) => hostFacts(host, hostNames))),
    ...(destination && { destination }),
    ...(problem && { problem }),
  };
}

/** What tells hosts apart: the key, apart where it is not proved, else the address that was seen. Never a name. */
export function hostId(destination: Destination | undefined): string | undefined {
  switch (destination?.trust) {
    case undefined:
      return undefined;
    case 'verified':
      return destination.host.fingerprint;
    case 'claimed':
      return claimedHostId(destination.host.fingerprint);
    case 'observed':
      return observedHostId(destination.address, destination.port);
  }
}

export function claimedHostId(fingerprint: string): string {
  return `claimed ${fingerprint}`;
}

export function observedHostId(address: string, port: number): string {
  return `${address} port ${port}`;
}
