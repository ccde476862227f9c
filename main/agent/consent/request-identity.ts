// What makes two requests "the same" for remembered answers and for quiet: proved or observed facts, never display text.
import { createHash } from 'node:crypto';
import { sha256Fingerprint } from '../../keys/fingerprint.ts';
import type { PublicKey } from '../../keys/public-key.ts';
import type { Destination, UseFacts } from '../request-facts.ts';
import type { Requester } from '../requester.ts';

export interface RequestIdentity {
  /** Equal for requests with the same key, program, destination or purpose, and path. */
  readonly id: string;
  /** Equal for all requests of one program. */
  readonly program: string;
  /** Whether an answer to this request says anything about the next one with the same id. */
  readonly isRecognizable: boolean;
}

function destinationId(destination: Destination | undefined): readonly string[] {
  if (destination === undefined) return ['unknown'];
  return destination.trust === 'verified'
    ? ['verified', destination.host.fingerprint]
    : ['observed', destination.address, String(destination.port)];
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

/** SECURITY: by the whole path, so that an answer for one host on the way says nothing for another. */
function originId({ forwarded, path }: UseFacts): readonly string[] {
  return forwarded ? ['forwarded', ...path.map((host) => host.fingerprint)] : ['local'];
}

/** A program whose executable is not known is at best the same process. */
function programId({ process, pid, transport }: Requester): readonly string[] {
  const executable = process?.executable;
  return executable === undefined
    ? ['process', transport, String(pid ?? 'unknown')]
    : ['executable', executable];
}

function isRecognizable({ process, purpose, destination, problem, forwarded }: Requester): boolean {
  if (process?.executable === undefined || problem !== undefined || purpose.kind === 'unknown') return false;
  // From a machine elsewhere, "to a host that is not known" could be any host.
  return !forwarded || purpose.kind === 'sshsig' || destination?.trust === 'verified';
}

/** The identity of one request for the key listed as `publicKey`. */
export function identifyRequest(
  publicKey: PublicKey,
  requester: Requester,
  data: Uint8Array,
): RequestIdentity {
  const program = JSON.stringify(programId(requester));
  return {
    id: JSON.stringify([
      sha256Fingerprint(publicKey.blob),
      program,
      subjectId(requester, data),
      originId(requester),
      requester.problem ?? '',
    ]),
    program,
    isRecognizable: isRecognizable(requester),
  };
}
