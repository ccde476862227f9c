// For when nobody may be asked: every question is answered with no.
import type { Prompter } from './prompter.ts';

/** `why` is for the log. */
export function refusingPrompter(why: string): Prompter {
  return {
    confirm: () => Promise.resolve(false),
    askPassphrase: () => Promise.resolve(undefined),
    whyNobody: () => why,
  };
}
