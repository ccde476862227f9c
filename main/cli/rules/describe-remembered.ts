// Remembered answers as lines of text.

import { foreignName, insideQuotes } from '../../../text/foreign-text.ts';
import type { ApprovalSummary } from '../../agent/consent/approvals.ts';
import { keyUseLines, relayedLines } from '../../terminal/key-use-text.ts';

const maxTextCharacters = 200;

function untilWhen({ secondsLeft, isForOneUse }: ApprovalSummary): string {
  const once = isForOneUse ? 'For one use, ' : '';
  if (secondsLeft === undefined) return `${once || 'Allowed '}until the agent is locked.`;
  const minutes = Math.ceil(secondsLeft / 60);
  return `${once || 'Allowed '}for another ${minutes === 1 ? 'minute' : `${minutes} minutes`} at most.`;
}

function answerLines(answer: ApprovalSummary): string[] {
  const { id, key, requester } = answer;
  const program = requester.process?.executable ?? '';
  return [
    `${foreignName(id)}: ${foreignName(key.fingerprint)} "${insideQuotes(key.comment, maxTextCharacters)}"`,
    ...relayedLines(requester).map((line) => `  ${line}`),
    `  By (observed): ${foreignName(program, maxTextCharacters)}`,
    ...keyUseLines(requester).map((line) => `  ${line}`),
    `  ${untilWhen(answer)}`,
  ];
}

/** What is allowed without asking: several lines each, and nothing where nothing is. `besides`: how many are not here. */
export function describeRemembered(answers: readonly ApprovalSummary[], besides: number): string[] {
  if (answers.length === 0 && besides === 0) return [];
  return [
    'Remembered answers, the latest first:',
    ...answers.flatMap(answerLines),
    ...(besides > 0 ? [`and ${besides} more`] : []),
  ];
}
