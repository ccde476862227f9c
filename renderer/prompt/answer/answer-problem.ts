// What to tell of an answer that did not count, so that it is given again.
import type { Outcome } from '../../../ipc/contract/contract.ts';
import type { AnswerOutcome } from '../../../ipc/contract/prompt.ts';

/** Why an answer did not count, as sentences that end with `whatToDo`; undefined when it did. */
export function answerProblem(outcome: Outcome<AnswerOutcome>, whatToDo: string): string | undefined {
  if (!outcome.ok) return outcome.message;
  return outcome.value === 'too-early'
    ? `That was too soon after the window came up. ${whatToDo}`
    : undefined;
}
