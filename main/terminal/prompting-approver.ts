// The headless approver: the agent's questions as text through a prompter.
import type { Approver, KeepUnlocked } from '../agent/ports/approver.ts';
import { RefusedError } from '../agent/protocol/errors.ts';
import { confirmText, passphraseText, waitingText } from './prompt-text.ts';
import type { Prompter } from './prompter.ts';

/**
 * An askpass script that always prints the same wrong passphrase would otherwise be run for ever,
 * with an expensive key derivation each time.
 */
export const maxPassphraseAttempts = 10;

/** Nobody's "no" is not the person's: it silences no program, and the log says what to do. */
function assertAsked(prompter: Prompter): void {
  const why = prompter.whyNobody?.();
  if (why !== undefined) throw new RefusedError(why);
}

/** `keep` is for all keys that are unlocked, as nobody is asked about it. */
export function createPromptingApprover(
  prompter: Prompter,
  log: (line: string) => void,
  keep: KeepUnlocked = { kind: 'until-locked' },
): Approver {
  return {
    ...(prompter.tell && {
      showWaiting: async (waiting, signal) =>
        (await prompter.tell?.(waitingText(waiting), signal)) ? 'cancelled' : 'not-shown',
    }),
    async confirm(request, signal) {
      // What is printed can't change: who asks from now on is asked about anew.
      request.stopJoining();
      const { usualRemember: remember } = request;
      if (await prompter.confirm(confirmText(request), signal))
        return remember === undefined ? 'allow' : { kind: 'allow', remember };
      assertAsked(prompter);
      return 'deny';
    },
    async askPassphrase(request, signal) {
      if (request.attempt > maxPassphraseAttempts) {
        log(
          `${maxPassphraseAttempts} wrong passphrases for ${request.key.fingerprint}: the request is refused.`,
        );
        return { kind: 'cancelled' };
      }
      // Nor can a request of this machine be shown when another one's is asked about: it is asked about anew.
      request.stopJoining();
      const passphrase = await prompter.askPassphrase(passphraseText(request, keep), signal);
      if (!passphrase) assertAsked(prompter);
      if (!passphrase) return { kind: 'cancelled' };
      // No encrypted file has an empty passphrase; as in ssh-add, Enter alone gives up.
      if (passphrase.length === 0) return { kind: 'cancelled' };
      return { kind: 'passphrase', passphrase, keep };
    },
  };
}
