// A question with two answers. Deaf at first, then the button that says "no" has the keyboard.
import { type ReactNode, type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import type { Outcome } from '../../../ipc/contract/contract.ts';
import type { AnswerOutcome } from '../../../ipc/contract/prompt.ts';
import { answerProblem } from './answer-problem.ts';
import { Countdown } from './countdown.tsx';
import { useEscapeKey } from './escape-key.ts';
import { FocusNote } from './focus-note.tsx';
import { useInputGuard } from './input-guard.ts';

export interface YesOrNo {
  readonly isArmed: boolean;
  readonly isFocused: boolean;
  /** Why the answer did not count. */
  readonly problem: string | undefined;
  readonly noButton: RefObject<HTMLButtonElement | null>;
  readonly sayYes: () => void;
  readonly sayNo: () => void;
}

/** Sends the first answer by `give`; a refused one may be given again. Escape says "no". */
export function useYesOrNo(
  { isFocused, revision }: { readonly isFocused: boolean; readonly revision: number },
  give: (isYes: boolean) => Promise<Outcome<AnswerOutcome>>,
): YesOrNo {
  const [isSent, setIsSent] = useState(false);
  const [problem, setProblem] = useState<string>();
  const send = async (isYes: boolean) => {
    setIsSent(true);
    setProblem(undefined);
    const refused = answerProblem(await give(isYes), 'Please answer again.');
    if (refused === undefined) return;
    setIsSent(false);
    setProblem(refused);
  };
  const latest = useRef(send);
  latest.current = send;
  const sayNo = useCallback(() => void latest.current(false), []);
  const isArmed = useInputGuard(isFocused, true, revision) && !isSent;
  useEscapeKey(isArmed, sayNo);
  const noButton = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // The facts stay in sight where the window is too small for all of it.
    if (isArmed) noButton.current?.focus({ preventScroll: true });
  }, [isArmed]);
  return { isArmed, isFocused, problem, noButton, sayYes: () => void send(true), sayNo };
}

/** Where the keyboard is, and why an answer did not count. */
export function YesOrNoNotes({ isFocused, problem }: YesOrNo) {
  return (
    <>
      <FocusNote isFocused={isFocused} />
      <p className="problem" role="alert">
        {problem}
      </p>
    </>
  );
}

interface ActionsProps {
  readonly answer: YesOrNo;
  /** What comes of no answer, for example "Denied in". */
  readonly untilWhen: string;
  /** By `performance.now()`. */
  readonly deadlineMs: number;
  readonly yes: ReactNode;
  readonly no: ReactNode;
}

export function YesOrNoActions({ answer, untilWhen, deadlineMs, yes, no }: ActionsProps) {
  const { isArmed, noButton, sayYes, sayNo } = answer;
  return (
    <>
      <Countdown words={untilWhen} deadlineMs={deadlineMs} />
      <button type="button" className="button" disabled={!isArmed} onClick={sayYes}>
        {yes}
      </button>
      <button ref={noButton} type="button" className="button" disabled={!isArmed} onClick={sayNo}>
        {no}
      </button>
    </>
  );
}
