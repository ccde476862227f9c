// What this program shows to the agent of its own machine before it is told about activity and rules.
import { localProofPath } from '../consent/consent-files.ts';
import { readLocalProof } from '../consent/local-proof.ts';
import { CommandError, type CommandIo } from './command.ts';

/** Throws CommandError when no agent of this person has ever run here. */
export function ownProof({ env }: CommandIo): Uint8Array {
  const path = localProofPath(env);
  const proof = readLocalProof(path);
  if (proof) return proof;
  throw new CommandError(
    `There is no ${path}, which a Sallyport agent makes when it starts: no agent of yours has run on this machine.`,
  );
}
