// For when nobody may be asked: every question is answered with no.
import type { Prompter } from './prompter.ts';

export const refusingPrompter: Prompter = {
  confirm: () => Promise.resolve(false),
  askPassphrase: () => Promise.resolve(undefined),
};
