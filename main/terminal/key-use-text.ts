// What a signature is for and where it goes, in words that tell verified from observed.

import { foreignName, insideQuotes } from '../../text/foreign-text.ts';
import { asRelaySays, hostNameSources, pathProblemSentences } from '../../text/prompt-words.ts';
import type { HostName } from '../agent/facts/host-names.ts';
import {
  type Destination,
  type HostFacts,
  type PurposeFacts,
  proofNote,
  type UseFacts,
} from '../agent/facts/request-facts.ts';
import type { Requester } from '../agent/facts/requester.ts';

const maxNames = 3;
const maxHops = 4;
const maxTextCharacters = 100;

/** Bare where it is one word: between words of ours nothing else may be. */
const show = (text: string) => foreignName(text, maxTextCharacters);
const quoted = (text: string) => `"${insideQuotes(text, maxTextCharacters)}"`;

function purposeLine(purpose: PurposeFacts): string {
  switch (purpose.kind) {
    case 'ssh-login':
      return `For (verified): SSH login as ${quoted(purpose.user)}`;
    case 'sshsig':
      return `For (verified): a signature for ${quoted(purpose.namespace)} (SSHSIG)`;
    case 'unknown':
      return 'For: unknown data, neither an SSH login nor an SSH signature. Refuse it unless you know why.';
  }
}

/** ` (names, as in known_hosts)`, with a warning for a revoked key. */
function nameNote(name: HostName | undefined): string {
  if (!name) return '';
  const names = name.names.slice(0, maxNames).map(show).join(', ') || 'name hidden';
  return ` (${names}, as in ${hostNameSources[name.source]}${name.isRevoked ? '; MARKED AS REVOKED' : ''})`;
}

function hostText(host: HostFacts): string {
  const { algorithm, fingerprint, name } = host;
  const note = proofNote(host);
  return `${show(algorithm)} host key ${show(fingerprint)}${note ? `, ${note}` : ''}${nameNote(name)}`;
}

function destinationLine(destination: Destination): string {
  if (destination.trust !== 'observed') return `To (${destination.trust}): ${hostText(destination.host)}`;
  return `To (observed): ${show(destination.address)} port ${destination.port}${nameNote(destination.name)}`;
}

/** Each hop takes the request further from this machine. */
function forwardingLine({ forwarded, path }: UseFacts): string {
  if (!forwarded) return 'Forwarded: not as far as could be verified.';
  const hops = path.slice(0, maxHops).map(hostText).join(', then ');
  const more = path.length > maxHops ? ` and ${path.length - maxHops} more` : '';
  const trust = path.every(({ isAnnounced }) => isAnnounced) ? 'claimed' : 'verified';
  return `Forwarded (${trust}): the request came from another machine${hops ? `, through ${hops}${more}` : ''}.`;
}

/** For whom a relay asks, as it says; nothing where it says nothing. */
export function relayedLines({ relayed }: Requester): string[] {
  if (relayed === undefined) return [];
  const { executable, pid, user, place } = relayed;
  const whose = user === '' ? '' : ` of ${show(user)}`;
  return [`For (claimed): ${show(executable)}${whose} (process ${pid}) in ${quoted(place)}, ${asRelaySays}`];
}

/** The lines on one use of a key. */
export function keyUseLines(facts: UseFacts): string[] {
  return [
    purposeLine(facts.purpose),
    ...(facts.destination ? [destinationLine(facts.destination)] : []),
    forwardingLine(facts),
    ...(facts.problem ? [`Warning: ${pathProblemSentences[facts.problem]}`] : []),
  ];
}
