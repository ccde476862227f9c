// Who asks, what for and where to, as lines for the person with the trust that each deserves.
import type { Fact } from '../../../ipc/contract/facts.ts';
import type { RequesterView } from '../../../ipc/contract/prompt.ts';
import { foreignName, insideQuotes } from '../../../text/foreign-text.ts';
import {
  asRelaySays,
  hostNameSources,
  notAskedAgain,
  pathProblemSentences,
} from '../../../text/prompt-words.ts';
import type { HostName } from '../../agent/facts/host-names.ts';
import type { ProcessFacts } from '../../agent/facts/peer.ts';
import { fileNote, type Program } from '../../agent/facts/program.ts';
import type { Relayed } from '../../agent/facts/relayed-program.ts';
import {
  type Destination,
  type HostFacts,
  type PurposeFacts,
  proofNote,
  type UseFacts,
} from '../../agent/facts/request-facts.ts';
import type { Requester } from '../../agent/facts/requester.ts';
import type { RememberFor } from '../../agent/ports/approver.ts';

const maxName = 120;
const maxPath = 400;
const maxParents = 6;

/** The file's name at the end of a path of either kind of system. */
const baseName = (path: string) => foreignName(path.split(/[\\/]/).at(-1) ?? path, maxName);

const processName = ({ pid, ...program }: { readonly pid: number } & Program) =>
  program.executable === undefined
    ? `process ${pid}`
    : `${baseName(program.executable)}${fileNote(program)} (process ${pid})`;

/** The program behind a relay. Whoever says so is named, as it may be a liar. */
function relayedFact({ place, executable, user, pid }: Relayed, relay: Fact): Fact {
  const name = baseName(executable);
  const where = `“${insideQuotes(place, maxName)}”`;
  const whose = user === '' ? '' : ` of ${foreignName(user, maxName)}`;
  return {
    text: `${name} in ${where}, ${asRelaySays}`,
    trust: 'claimed',
    detail: `${foreignName(executable, maxPath)}${whose} (process ${pid} there). The relay (${relay.trust}): ${relay.detail ?? relay.text}`,
  };
}

type Who = Pick<Requester, 'pid' | 'process' | 'relayed'>;

/** The program that asks. `pid` is there even when the process could not be looked at. */
export function whoFact({ pid, process, relayed }: Who): Fact {
  const seen = seenProgram(pid, process);
  return relayed === undefined ? seen : relayedFact(relayed, seen);
}

function seenProgram(pid: number | undefined, process: ProcessFacts | undefined): Fact {
  const id = process?.pid ?? pid;
  if (process?.executable === undefined)
    return {
      text: id === undefined ? 'An unknown program' : `An unknown program (process ${id})`,
      trust: 'unknown',
    };
  const [parent] = process.parents;
  const by = parent?.executable === undefined ? '' : `, started by ${baseName(parent.executable)}`;
  const note = fileNote(process);
  return {
    text: `${baseName(process.executable)}${note}${by}`,
    trust: 'observed',
    detail: `${foreignName(process.executable, maxPath)}${note} (process ${process.pid})`,
  };
}

const signedNamespaces: Readonly<Record<string, string>> = {
  git: 'Sign a Git commit or tag',
  file: 'Sign a file',
};

export function purposeFact(purpose: PurposeFacts): Fact {
  switch (purpose.kind) {
    case 'ssh-login':
      return {
        text: `Log in as “${insideQuotes(purpose.user, maxName)}”`,
        trust: 'verified',
        detail: `SSH, service ${foreignName(purpose.service, maxName)}`,
      };
    case 'sshsig':
      return {
        text:
          (Object.hasOwn(signedNamespaces, purpose.namespace) && signedNamespaces[purpose.namespace]) ||
          `Sign data for “${insideQuotes(purpose.namespace, maxName)}”`,
        trust: 'verified',
        detail: `SSH signature, namespace ${foreignName(purpose.namespace, maxName)}, ${foreignName(purpose.hashAlgorithm, maxName)}`,
      };
    case 'unknown':
      return { text: 'Sign data of an unknown kind', trust: 'unknown' };
  }
}

function namedBy(name: HostName | undefined): string | undefined {
  const [best] = name?.names ?? [];
  return best === undefined ? undefined : foreignName(best, maxName);
}

function hostFact(host: HostFacts): Fact {
  const { fingerprint, algorithm, name, isAnnounced, isHearsay } = host;
  const key = `${foreignName(algorithm, maxName)} ${fingerprint}`;
  const note = proofNote(host);
  const detail = `${key}${note ? `, ${note}` : ''}${name ? `, named in ${hostNameSources[name.source]}` : ''}`;
  const text =
    namedBy(name) ?? (name ? 'A known host whose name is kept hashed' : 'A host that is not known here');
  return { text, trust: isAnnounced || isHearsay ? 'claimed' : 'verified', detail };
}

export function destinationFact(destination: Destination | undefined, purpose: PurposeFacts): Fact {
  if (destination === undefined)
    return purpose.kind === 'sshsig'
      ? { text: 'No host: the signature can be kept and sent anywhere', trust: 'unknown' }
      : { text: 'Not known', trust: 'unknown' };
  if (destination.trust !== 'observed') return hostFact(destination.host);
  const end = `${foreignName(destination.address, maxName)} port ${destination.port}`;
  const name = namedBy(destination.name);
  return { text: name ?? end, trust: 'observed', detail: `Connected to ${end}` };
}

function warningOf({ purpose, problem, destination, path }: UseFacts): string | undefined {
  if (problem) return `${pathProblemSentences[problem]} Allow this only if you know why.`;
  const isRevoked = (host: HostFacts) => host.name?.isRevoked === true;
  const hosts = destination && destination.trust !== 'observed' ? [destination.host, ...path] : path;
  if (hosts.some(isRevoked))
    return 'A host key on the way is marked as revoked in your own files. Better deny.';
  if (purpose.kind === 'unknown')
    return 'What is to be signed is neither an SSH login nor an SSH signature. It could be anything.';
  return undefined;
}

const relayFact = ({ text, trust, detail }: Fact): Fact => ({
  text: `Relayed by ${text}`,
  trust,
  ...(detail && { detail }),
});

function moreFacts({ transport, pid, process, relayed }: Requester): Fact[] {
  const facts: Fact[] = [{ text: `Came in by ${transport}`, trust: 'observed' }];
  if (relayed) facts.push(relayFact(seenProgram(pid, process)));
  const parents = process?.parents.slice(0, maxParents) ?? [];
  if (parents.length > 0)
    facts.push({
      text: `Started by ${parents.map(processName).join(', ')}`,
      trust: 'observed',
    });
  for (const { address, port } of process?.connections.slice(0, maxParents) ?? [])
    facts.push({ text: `Connected to ${foreignName(address, maxName)} port ${port}`, trust: 'observed' });
  return facts;
}

export function requesterView(requester: Requester): RequesterView {
  const warning = warningOf(requester);
  return {
    who: whoFact(requester),
    whatFor: purposeFact(requester.purpose),
    whereTo: destinationFact(requester.destination, requester.purpose),
    path: requester.path.map(hostFact),
    isForwarded: requester.forwarded,
    ...(!requester.forwarded && requester.problem && { isOriginInDoubt: true }),
    more: moreFacts(requester),
    ...(warning !== undefined && { warning }),
  };
}

/** What a remembered "allow" would cover: the same four things, as the policy compares them. `usual` as in ConfirmRequest. */
export function rememberSentence(
  { forwarded, purpose }: Pick<Requester, 'forwarded' | 'purpose'>,
  usual?: RememberFor,
): string {
  if (usual !== undefined)
    return `Once allowed, ${notAskedAgain(purpose.kind === 'ssh-login')}, unless you choose otherwise here.`;
  const from = forwarded ? 'forwarded requests' : 'requests from this machine';
  const what = purpose.kind === 'ssh-login' ? 'to this destination' : 'for this purpose';
  return `Covers ${from} of this program ${what} with this key.`;
}

/** What a passphrase or PIN allows beside, `allowed` as in PassphraseRequest; undefined: nothing. */
export function alsoAllowsSentence(
  allowed: 'this-use' | 'until-locked' | undefined,
  [first, ...others]: readonly Pick<Requester, 'purpose'>[],
): string | undefined {
  if (allowed === undefined || first === undefined) return undefined;
  const use = `Your answer allows this use${others.length > 0 ? ', and none of the others' : ''}.`;
  if (allowed === 'this-use') return use;
  const again = notAskedAgain(first.purpose.kind === 'ssh-login');
  return `${use} Unless you unlock it for this use only, ${again}.`;
}
