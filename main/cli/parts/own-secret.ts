// What this program shows to the agent of its own machine before it is told about activity and rules.
import { whoElseMayWrite } from '../../../ipc/posix/files/trusted-place.ts';
import { foreignName } from '../../../text/foreign-text.ts';
import { localSecretPath, readLocalSecret } from '../../stored/local-secret.ts';
import { CommandError, type CommandIo } from './command.ts';

/** Throws CommandError when no agent of this person has ever run here. */
export function ownSecret({ env }: CommandIo): Uint8Array {
  const path = localSecretPath(env);
  const secret = readLocalSecret(path);
  if (secret) return secret;
  const reason = whoElseMayWrite(path);
  if (reason !== undefined)
    throw new CommandError(
      `${foreignName(path)}, by which the agent knows its own user, is not used. ${reason}`,
    );
  throw new CommandError(
    `There is no ${foreignName(path)}, which a Sallyport agent makes when it starts: no agent of yours has run on this machine.`,
  );
}
