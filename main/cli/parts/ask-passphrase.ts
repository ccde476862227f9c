// Asks the person at a client verb for a passphrase, once or, where it is a new one, twice.
import type { SecretBytes } from '../../keys/encoding/secret-bytes.ts';
import { forgetDroppedKeys } from '../../process/forget-dropped-keys.ts';
import { choosePrompter } from '../../terminal/choose-prompter.ts';
import type { Prompter } from '../../terminal/prompter.ts';
import { CommandError, type CommandIo } from './command.ts';

const never = new AbortController().signal;

/** The person at the terminal where the verb was typed; what was typed is forgotten once it is dropped. */
export function prompterOf(io: CommandIo): Prompter {
  forgetDroppedKeys();
  return choosePrompter({ prefer: 'terminal', interruptible: true, env: io.env }, io.complain);
}

/** The caller wipes it. Rejects with CommandError when there is none, or an empty one. */
export async function askPassphrase(prompter: Prompter, text: string): Promise<SecretBytes> {
  const passphrase = await prompter.askPassphrase(text, never);
  if (passphrase && passphrase.length > 0) return passphrase;
  passphrase?.wipe();
  throw new CommandError(
    'No passphrase was given, so nothing was done. It is asked for on the terminal or by SSH_ASKPASS.',
  );
}

/** Asked twice, as a slip of the finger would shut the person out; `consequence` is what comes of one. */
export async function askNewPassphrase(
  prompter: Prompter,
  text: string,
  consequence: string,
): Promise<SecretBytes> {
  const passphrase = await askPassphrase(prompter, text);
  try {
    using again = await askPassphrase(prompter, 'The same passphrase again:');
    if (Buffer.compare(passphrase.bytes, again.bytes) === 0) return passphrase;
    throw new CommandError(`The two passphrases differ, so ${consequence}.`);
  } catch (error) {
    passphrase.wipe();
    throw error;
  }
}
