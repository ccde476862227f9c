// Which keys are for which hosts, in lines of text and as JSON.
import { foreignName, foreignText, insideQuotes } from '../../../text/foreign-text.ts';
import { askLevelWords } from '../../../text/rules/policy-words.ts';
import type { HostsNow } from './gather-hosts.ts';
import type { HostOffer, OfferedKey } from './offer-to-host.ts';

const maxCharacters = 200;
const maxShown = 20;
const show = (text: string) => foreignText(text, maxCharacters);

const named = (fingerprint: string, name: string | undefined) =>
  `${fingerprint}${name ? ` “${insideQuotes(name, maxCharacters)}”` : ''}`;

function keysOf({ set, held }: HostsNow) {
  const fingerprints = [...new Set([...set.hosts.keys(), ...set.levels.keys()])];
  return fingerprints.map((fingerprint) => ({
    fingerprint,
    name: set.names.get(fingerprint) ?? held?.find((key) => key.fingerprint === fingerprint)?.comment,
    inAgent: held?.some((key) => key.fingerprint === fingerprint),
    hosts: [...new Set(set.hosts.get(fingerprint))],
    order: set.orders.get(fingerprint),
    level: set.levels.get(fingerprint),
  }));
}

function setLines(now: HostsNow): string[] {
  const keys = keysOf(now);
  if (keys.length === 0) return [`No key is set for a host in ${foreignName(now.file)}.`];
  return [
    `Set by you in ${foreignName(now.file)}:`,
    ...keys.flatMap(({ fingerprint, name, inAgent, hosts, order, level }) => [
      `  ${named(fingerprint, name)}${inAgent === false ? ' (not in the agent)' : ''}`,
      ...(hosts.length > 0 ? [`    hosts: ${hosts.map((host) => show(host)).join(', ')}`] : []),
      ...(order === undefined ? [] : [`    order: ${order}`]),
      ...(level === undefined ? [] : [`    ask before use: ${askLevelWords[level].toLowerCase()}, or more`]),
    ]),
  ];
}

function learnedLines({ learned, held }: HostsNow): string[] {
  const nameOf = (fingerprint: string) => held?.find((key) => key.fingerprint === fingerprint)?.comment;
  const hosts = learned
    .map((host) => ({ ...host, keys: host.keys.filter((key) => nameOf(key) !== undefined) }))
    .filter(({ keys }) => keys.length > 0);
  if (hosts.length === 0) return [];
  const left = hosts.length - maxShown;
  return [
    'Used before, so that they come first there:',
    ...hosts
      .slice(0, maxShown)
      .flatMap(({ names, fingerprint, keys }) => [
        `  ${show(names[0] ?? fingerprint ?? '')}`,
        ...keys.map((key) => `    ${named(key, nameOf(key))}`),
      ]),
    ...(left > 0 ? [`  and ${left} other host${left === 1 ? '' : 's'} (--json has all)`] : []),
  ];
}

export function problemLines({ file, set }: HostsNow): string[] {
  return set.problems.map((problem) => `Not understood in ${foreignName(file)}: ${problem}.`);
}

export function describeHosts(now: HostsNow): string[] {
  return [
    ...setLines(now),
    ...learnedLines(now),
    ...(now.held === undefined ? ['No agent answers, so what it has and what was used is not known.'] : []),
  ];
}

function whyOffered({ setBy, order, isUsed, isRestricted }: OfferedKey): string {
  const reasons = [
    ...(setBy.length > 0 ? [`set for ${setBy.map((pattern) => show(pattern)).join(', ')}`] : []),
    ...(order === undefined ? [] : [`order ${order}`]),
    ...(isUsed ? ['used there before'] : []),
    ...(isRestricted ? ['restricted to hosts, and shown only to those'] : []),
  ];
  return reasons.length === 0 ? '' : `: ${reasons.join('; ')}`;
}

function knownLine({ host, hostKeys, isRevoked, isNameless }: HostOffer): string {
  const shown = show(host);
  if (isRevoked)
    return `A key of ${shown} is marked as revoked in known_hosts: it is offered keys as if nothing were set by its name.`;
  if (isNameless)
    return `${shown} is hashed in known_hosts, and nothing else tells Sallyport its name: set keys for SHA256:… of its key, or name it in ~/.ssh/config.`;
  return hostKeys.length === 0
    ? `${shown} is not in known_hosts: this is what holds once it is.`
    : `${shown} is in known_hosts with ${hostKeys.length} key${hostKeys.length === 1 ? '' : 's'}.`;
}

export function describeOffer(offer: HostOffer, { held }: HostsNow): string[] {
  const { offered, others } = offer;
  const known = knownLine(offer);
  if (held === undefined) return [known, 'No agent answers, so which keys it has is not known.'];
  if (offered.length === 0) return [known, 'The agent has no key to offer.'];
  const isSet = offered.some(({ setBy }) => setBy.length > 0);
  const all = isSet
    ? 'It is offered the keys that are set for it:'
    : 'No key is set for it, so it is offered all:';
  return [
    known,
    all,
    ...offered.map(
      (key, index) => `  ${index + 1}. ${named(key.fingerprint, key.comment)}${whyOffered(key)}`,
    ),
    ...(others.length > 0
      ? [`Not offered: ${others.map(({ fingerprint, comment }) => named(fingerprint, comment)).join(', ')}`]
      : []),
    'A rule that denies a key there keeps it away as well (“sallyport rules”).',
  ];
}

export function hostsToJson(now: HostsNow) {
  return { file: now.file, problems: now.set.problems, keys: keysOf(now), learned: now.learned };
}

export function offerToJson({ host, hostKeys, isRevoked, offered, others }: HostOffer) {
  return { host, hostKeys, isRevoked, offered, notOffered: others };
}
