// OpenSSH's restrict-destination-v00@openssh.com: which hosts a key may go to, and through which.

import { equalBytes, MalformedMessageError, WireReader, WireWriter } from '../../keys/encoding/wire.ts';
import { uncheckedPublicKey } from '../../keys/kinds/parse-public-key.ts';
import type { PublicKey } from '../../keys/kinds/shared/public-key.ts';
import { isValidHostCertificate, maxHostNameLength } from '../facts/host-certificate.ts';
import type { SessionBinding } from '../facts/session-bind.ts';
import { matchesPattern } from '../facts/wildcard-pattern.ts';
import { limits } from '../limits/limits.ts';

export interface HostKeySpec {
  /**
   * As it came: a key of a kind that is not known here is in many a known_hosts, and matches nothing that is proved.
   * Nor is any other parsed: only a key that was proved to be equal counts.
   */
  readonly blob: Uint8Array;
  readonly isCertificateAuthority: boolean;
}

export interface Hop {
  readonly user: string;
  readonly hostName: string;
  readonly keys: readonly HostKeySpec[];
}

/** One permitted step. An empty `from` is the machine where the agent runs. */
export interface DestinationConstraint {
  readonly from: Hop;
  readonly to: Hop;
}

function parseHop(bytes: Uint8Array): Hop {
  const reader = new WireReader(bytes);
  const user = reader.readText();
  const hostName = reader.readText();
  // SECURITY: both are matched with patterns, which takes long for long ones.
  if (user.length > limits.userNameBytes || hostName.length > maxHostNameLength)
    throw new MalformedMessageError('host or user name of a hop is too long');
  if (reader.readString().length !== 0) throw new MalformedMessageError('unknown extension of a hop');
  const keys: HostKeySpec[] = [];
  while (reader.remaining > 0) {
    const { blob } = uncheckedPublicKey(reader.readString());
    keys.push({ blob, isCertificateAuthority: reader.readBoolean() });
  }
  return { user, hostName, keys };
}

function parseConstraint(bytes: Uint8Array): DestinationConstraint {
  const reader = new WireReader(bytes);
  const from = parseHop(reader.readString());
  const to = parseHop(reader.readString());
  if (reader.readString().length !== 0) throw new MalformedMessageError('unknown extension of a constraint');
  reader.assertEnd();
  const fromIsOrigin = from.hostName === '' && from.keys.length === 0;
  const fromIsHost = from.hostName !== '' && from.keys.length > 0;
  if (from.user !== '' || !(fromIsOrigin || fromIsHost))
    throw new MalformedMessageError('inconsistent "from" hop');
  if (to.hostName === '' || to.keys.length === 0) throw new MalformedMessageError('incomplete "to" hop');
  return { from, to };
}

/**
 * Parses the constraint's value, a sequence of `string` constraints.
 * Throws MalformedMessageError also for what would be a constraint that allows nothing to be checked.
 */
export function parseDestinationConstraints(bytes: Uint8Array): readonly DestinationConstraint[] {
  const reader = new WireReader(bytes);
  const constraints: DestinationConstraint[] = [];
  while (reader.remaining > 0) {
    if (constraints.length >= limits.destinationConstraints)
      throw new MalformedMessageError('too many destination constraints');
    constraints.push(parseConstraint(reader.readString()));
  }
  // SECURITY: an empty list read as "no restriction" would turn a restriction into none.
  if (constraints.length === 0) throw new MalformedMessageError('empty destination constraint');
  return constraints;
}

function encodeHop({ user, hostName, keys }: Hop): Uint8Array {
  const writer = new WireWriter().text(user).text(hostName).text('');
  for (const { blob, isCertificateAuthority } of keys) writer.string(blob).boolean(isCertificateAuthority);
  return writer.finish();
}

/** The constraint's value, as `parseDestinationConstraints` reads it. */
export function encodeDestinationConstraints(constraints: readonly DestinationConstraint[]): Uint8Array {
  const writer = new WireWriter();
  for (const { from, to } of constraints)
    writer.string(new WireWriter().string(encodeHop(from)).string(encodeHop(to)).text('').finish());
  return writer.finish();
}

/** Whether both lists are the same, in the same order. */
export function sameDestinations(
  a: readonly DestinationConstraint[],
  b: readonly DestinationConstraint[],
): boolean {
  return a === b || equalBytes(encodeDestinationConstraints(a), encodeDestinationConstraints(b));
}

/** One step in the words of the client that asked for the restriction; what counts are the host keys. */
export interface PermittedStep {
  /** Left out: from the machine where the agent runs. */
  readonly from?: string;
  readonly to: string;
  /** A pattern; left out: any. */
  readonly user?: string;
}

/** The steps for the person to read. */
export function permittedSteps(constraints: readonly DestinationConstraint[]): PermittedStep[] {
  return constraints.map(({ from, to }) => ({
    ...(from.hostName !== '' && { from: from.hostName }),
    to: to.hostName,
    ...(to.user !== '' && { user: to.user }),
  }));
}

/** How many host keys the constraints name, which is what they cost in memory. */
export function countHostKeys(constraints: readonly DestinationConstraint[] = []): number {
  return constraints.reduce((sum, { from, to }) => sum + from.keys.length + to.keys.length, 0);
}

function hopMatches(hop: Hop, hostKey: PublicKey): boolean {
  return hop.keys.some(({ blob, isCertificateAuthority }) =>
    hostKey.certificate
      ? isCertificateAuthority &&
        equalBytes(hostKey.certificate.signatureKeyBlob, blob) &&
        isValidHostCertificate(hostKey.certificate, hop.hostName)
      : !isCertificateAuthority && equalBytes(hostKey.blob, blob),
  );
}

function stepIsPermitted(
  constraints: readonly DestinationConstraint[],
  from: PublicKey | undefined,
  to: PublicKey | undefined,
  user: string | undefined,
): boolean {
  return constraints.some((constraint) => {
    const fromMatches = from ? hopMatches(constraint.from, from) : constraint.from.keys.length === 0;
    if (!fromMatches) return false;
    if (to && !hopMatches(constraint.to, to)) return false;
    return user === undefined || constraint.to.user === '' || matchesPattern(user, constraint.to.user);
  });
}

/**
 * Says whether a key with these constraints may be used along the verified path of a connection.
 * Without `user` the question is whether the key may be seen; with it, whether it may sign a login.
 */
export function pathIsPermitted(
  constraints: readonly DestinationConstraint[],
  bindings: readonly SessionBinding[],
  user?: string,
): boolean {
  let from: PublicKey | undefined;
  for (const [index, binding] of bindings.entries()) {
    const isLast = index === bindings.length - 1;
    // SECURITY: an announced host proves nothing; who could announce one could be any host.
    if (binding.trust !== 'verified') return false;
    // A connection bound for forwarding carries no login, one bound for a login carries no forwarding.
    if (isLast ? binding.forwarded && user !== undefined : !binding.forwarded) return false;
    if (!stepIsPermitted(constraints, from, binding.hostKey, isLast ? user : undefined)) return false;
    from = binding.hostKey;
  }
  // A key that may be used to log in to this host but not from it stays hidden from it.
  const last = bindings.at(-1);
  if (last?.forwarded && user === undefined) return stepIsPermitted(constraints, from, undefined, undefined);
  return true;
}
