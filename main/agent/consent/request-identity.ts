// What makes two requests "the same" for remembered answers and for quiet: proved or observed facts, never display text.
import { createHash } from 'node:crypto';
import { sha256Fingerprint } from '../../keys/kinds/shared/fingerprint.ts';
import type { PublicKey } from '../../keys/kinds/shared/public-key.ts';
import { programId } from '../facts/program.ts';
import { claimedHostId, type Destination, type HostFacts, type UseFacts } from '../facts/request-facts.ts';
import { isFromHere, type Requester } from '../facts/requester.ts';

/** Who is counted together for quiet and for places in the queue of prompts. */
export interface RequestSource {
  /** Equal for all requests of one program that came on the same way: local, or through the same machines. */
  readonly id: string;
  /**
   * The program here, or the machine elsewhere whatever it asks by. SECURITY: that is the host that `ssh` itself is
   * connected to. Further ones on the way are bound by that host, which can make up as many as it likes.
   */
  readonly group: string;
  /** False when the request came from another machine, or when that is in doubt. */
  readonly isHere: boolean;
}

export interface RequestIdentity {
  /** Equal for requests with the same key, program, destination or purpose, and path. */
  readonly id: string;
  /** `SHA256:…` of the identity used. */
  readonly keyFingerprint: string;
  readonly source: RequestSource;
  /** Whether an answer to this request says anything about the next one with the same id. */
  readonly isRecognizable: boolean;
}

function destinationId(destination: Destination | undefined): readonly string[] {
  if (destination === undefined) return ['unknown'];
  return destination.trust === 'observed'
    ? ['observed', destination.address, String(destination.port)]
    : [destination.trust, destination.host.fingerprint];
}

function subjectId({ purpose, destination }: UseFacts, data: Uint8Array): readonly string[] {
  switch (purpose.kind) {
    case 'ssh-login':
      return ['login', purpose.user, ...destinationId(destination)];
    case 'sshsig':
      return ['sshsig', purpose.namespace];
    case 'unknown':
      // SECURITY: unknown data is the same only byte for byte, or one answer would sign anything.
      return ['unknown', createHash('sha256').update(data).digest('hex')];
  }
}

const hopId = ({ fingerprint, isAnnounced }: HostFacts) =>
  isAnnounced ? claimedHostId(fingerprint) : fingerprint;

/** SECURITY: by the whole path, so that an answer for one host on the way says nothing for another. */
function originId({ forwarded, path }: UseFacts): readonly string[] {
  return forwarded ? ['forwarded', ...path.map(hopId)] : ['local'];
}

/** A program whose executable is not known is at best the same process. */
function whoAsks({ process, pid, transport }: Requester): readonly string[] {
  return (process && programId(process)) ?? ['process', transport, String(pid ?? 'unknown')];
}

/** SECURITY: what a relay says tells its programs apart, and never makes two relays one. */
function forWhom({ relayed }: Requester): readonly string[] {
  return relayed === undefined ? [] : [relayed.place, relayed.executable, relayed.user];
}

function sourceOf(requester: Requester, program: string): RequestSource {
  const { forwarded, path, problem } = requester;
  const isHere = isFromHere(requester);
  // A connection with a wrong bind may be anybody's, and has bound its first host itself.
  const machine = problem === undefined ? path.slice(0, 1).map(hopId) : 'unproved';
  return {
    id: JSON.stringify([program, originId(requester), problem === undefined]),
    group: JSON.stringify(isHere ? ['here', program] : ['elsewhere', forwarded, machine]),
    isHere,
  };
}

function isRecognizable({ process, purpose, destination, problem, forwarded, path }: Requester): boolean {
  if (process?.executable === undefined || problem !== undefined || purpose.kind === 'unknown') return false;
  // A hop that was only announced could be any machine.
  if (path.some(({ isAnnounced }) => isAnnounced)) return false;
  // From a machine elsewhere, "to a host that is not known" could be any host.
  return !forwarded || purpose.kind === 'sshsig' || destination?.trust === 'verified';
}

/** The identity of one request for the key listed as `publicKey`. */
export function identifyRequest(
  publicKey: PublicKey,
  requester: Requester,
  data: Uint8Array,
): RequestIdentity {
  const program = JSON.stringify(whoAsks(requester));
  const keyFingerprint = sha256Fingerprint(publicKey.blob);
  return {
    id: JSON.stringify([
      keyFingerprint,
      program,
      forWhom(requester),
      subjectId(requester, data),
      originId(requester),
      requester.problem ?? '',
    ]),
    keyFingerprint,
    source: sourceOf(requester, program),
    isRecognizable: isRecognizable(requester),
  };
}
