// Restricting a key to hosts, as ssh-add -h does: from their names and known_hosts to what the agent enforces.
import { insideQuotes } from '../../../text/foreign-text.ts';
import { isProvable } from '../../agent/facts/session-bind.ts';
import { limits } from '../../agent/limits/limits.ts';
import {
  type DestinationConstraint,
  encodeDestinationConstraints,
  type Hop,
  type HostKeySpec,
} from '../../agent/ring/destination-constraints.ts';
import { parseHostKey } from '../../keys/kinds/parse-public-key.ts';
import { isChecked } from '../../keys/kinds/shared/public-key.ts';
import { entryIsFor, type HostKeyEntry, isPattern } from './host-key-entry.ts';
import type { KnownHosts } from './read-known-hosts.ts';

/** A host can't be restricted to; `message` is a sentence for the person or several. */
export class DestinationError extends Error {
  override readonly name = 'DestinationError';
}

const origin: Hop = { user: '', hostName: '', keys: [] };
const maxNameLength = 255;
/** Each is looked for in all of known_hosts, whose hashed names are dear. */
const maxSteps = 100;
const maxEncodedBytes = 128 * 1024;
const withPort = /^\[(.+)\]:\d{1,5}$/;

const shown = (text: string) => `“${insideQuotes(text, maxNameLength)}”`;

/** `[USER@]HOST`, where the user may be a pattern: by the first `@`, as ssh-add takes it apart. */
function parseEnd(text: string): { readonly user: string; readonly host: string } {
  const at = text.indexOf('@');
  const host = text.slice(at + 1).toLowerCase();
  return {
    user: text.slice(0, Math.max(at, 0)),
    host: host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host,
  };
}

function provableKey(entry: HostKeyEntry): HostKeySpec | undefined {
  try {
    const key = parseHostKey(Buffer.from(entry.key, 'base64'));
    if (!isChecked(key) || !isProvable(key) || key.certificate) return undefined;
    return { blob: key.blob, isCertificateAuthority: entry.role === 'certificate-authority' };
  } catch {
    return undefined;
  }
}

function whyUnknown(host: string, { entries, problems }: KnownHosts): string {
  const name = withPort.exec(host)?.[1] ?? host;
  const others = entries
    .flatMap(({ patterns }) => patterns)
    .filter((pattern) => pattern !== host && (withPort.exec(pattern)?.[1] ?? pattern) === name);
  const [other] = others;
  const hint = isPattern(host)
    ? 'A host is named in full here: * and ? are for users alone.'
    : other !== undefined
      ? `It is known there as ${shown(other)}: write it so.`
      : 'Log in there once with ssh, then try again.';
  return [`${shown(host)} is not in known_hosts, so that its key is not known.`, hint, ...problems].join(' ');
}

/** The keys of a host, and of authorities for it. Throws DestinationError. */
function keysOf(host: string, known: KnownHosts): readonly HostKeySpec[] {
  const revoked = new Set(known.entries.filter(({ role }) => role === 'revoked').map(({ key }) => key));
  const own = known.entries.filter((entry) => entry.role !== 'revoked' && entryIsFor(entry, host));
  if (own.length === 0) throw new DestinationError(whyUnknown(host, known));
  const trusted = own.filter(({ key }) => !revoked.has(key));
  if (trusted.length === 0)
    throw new DestinationError(
      `All keys of ${shown(host)} in known_hosts are marked there as revoked. Log in there once with ssh, so that a new one is known.`,
    );
  const seen = new Set<string>();
  const keys = trusted.flatMap((entry) => {
    const id = `${entry.role} ${entry.key}`;
    if (seen.has(id)) return [];
    seen.add(id);
    return provableKey(entry) ?? [];
  });
  if (keys.length === 0)
    throw new DestinationError(
      `The keys of ${shown(host)} in known_hosts are of kinds that prove nothing to an agent, such as DSA. Log in there once with ssh, so that another one is known.`,
    );
  return keys;
}

/**
 * One end of a step: two where a host at another port than 22 has authorities, as no certificate names a port, and
 * ssh looks for the bare name in it.
 */
function hopsTo({ user, host }: { user: string; host: string }, known: KnownHosts): readonly Hop[] {
  const keys = keysOf(host, known);
  const bare = withPort.exec(host)?.[1];
  if (bare === undefined) return [{ user, hostName: host, keys }];
  const own = keys.filter(({ isCertificateAuthority }) => !isCertificateAuthority);
  const authorities = keys.filter(({ isCertificateAuthority }) => isCertificateAuthority);
  return [
    ...(own.length > 0 ? [{ user, hostName: host, keys: own }] : []),
    ...(authorities.length > 0 ? [{ user, hostName: bare, keys: authorities }] : []),
  ];
}

/** Throws DestinationError. */
function endOf(text: string, step: string): ReturnType<typeof parseEnd> {
  const end = parseEnd(text);
  if (end.host === '' || end.host.length > maxNameLength || end.user.length > limits.userNameBytes)
    throw new DestinationError(
      `${shown(step)} names no host: write host, user@host, or first>second for the way from one to the next.`,
    );
  return end;
}

function stepsOf(step: string, known: KnownHosts): readonly DestinationConstraint[] {
  const [first = '', second, ...others] = step.split('>');
  if (others.length > 0)
    throw new DestinationError(
      `${shown(step)} has more than two hosts: write each step by itself, as a, a>b and b>c.`,
    );
  if (second === undefined) return hopsTo(endOf(first, step), known).map((to) => ({ from: origin, to }));
  const from = endOf(first, step);
  if (from.user !== '')
    throw new DestinationError(`${shown(step)} has a user before the “>”: one can only be named behind it.`);
  const ends = hopsTo(endOf(second, step), known);
  return hopsTo(from, known).flatMap((hop) => ends.map((to) => ({ from: hop, to })));
}

/**
 * The restriction to these steps, each as `ssh-add -h` takes it: `host`, `user@host` (the user may have `*` and `?`), or
 * `first>second` from one host to the next. Host keys are those of known_hosts, but none that it has as revoked. Throws
 * DestinationError, also for no step at all.
 */
export function destinationsFor(
  steps: readonly string[],
  known: KnownHosts,
): readonly DestinationConstraint[] {
  if (steps.length === 0) throw new DestinationError('No host was named.');
  const tooMany = 'These are more hosts than one key can be restricted to. Name fewer.';
  if (steps.length > maxSteps) throw new DestinationError(tooMany);
  const constraints = steps.flatMap((step) => stepsOf(step.trim(), known));
  if (
    constraints.length > limits.destinationConstraints ||
    encodeDestinationConstraints(constraints).length > maxEncodedBytes
  )
    throw new DestinationError(tooMany);
  return constraints;
}
