// What goes on between the form of a passphrase prompt and the main process.
import { type FormEvent, type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import type { Bridge } from '../../ipc/contract/contract.ts';
import type { PassphrasePromptView } from '../../ipc/contract/prompt.ts';
import type { KeepChoice } from '../../ipc/contract/settings.ts';
import { takeSecret } from '../parts/take-secret.ts';
import { answerProblem } from './answer/answer-problem.ts';
import { useEscapeKey } from './answer/escape-key.ts';
import { useInputGuard } from './answer/input-guard.ts';
import type { PromptProps } from './prompt-props.ts';

/** What is to be typed. */
export const secretOf = ({ pinOf }: PassphrasePromptView) => (pinOf === undefined ? 'passphrase' : 'PIN');

/** Windows Hello opens the key now. */
export const isHelloOffered = ({ hello }: PassphrasePromptView) => hello?.offer === 'use';

/** Windows Hello can open the key from now on, by a tick. */
export const isHelloToTick = ({ hello }: PassphrasePromptView) =>
  hello?.offer === 'set-up' || hello?.offer === 'set-up-anew';

interface Wishes {
  readonly keep: KeepChoice;
  readonly setUpHello: boolean;
}

/** Sends what is in the field and empties it. Resolves to a sentence when the answer did not count. */
async function sendPassphrase(
  bridge: Bridge,
  view: PassphrasePromptView,
  field: HTMLInputElement,
  { keep, setUpHello }: Wishes,
): Promise<string | undefined> {
  const passphrase = takeSecret(field);
  try {
    const { id, attempt, revision } = view;
    const answer = { id, attempt, revision, passphrase, keep, ...(setUpHello && { setUpHello }) };
    const outcome = await bridge.request('prompt.answerPassphrase', answer);
    return answerProblem(outcome, `Please type the ${secretOf(view)} again.`);
  } finally {
    passphrase.fill(0);
  }
}

/** Has Windows ask. Resolves to a sentence when it does not. */
async function askWindows(
  bridge: Bridge,
  { id, attempt, revision }: PassphrasePromptView,
  keep: KeepChoice,
): Promise<string | undefined> {
  const outcome = await bridge.request('prompt.useHello', { id, attempt, revision, keep });
  return answerProblem(outcome, 'Please use Windows Hello again.');
}

/** What is wrong with the attempt that is shown, and what was sent for it. */
function useAttempt({ attempt, isBusy, hello, problem }: PassphrasePromptView) {
  const [sentAttempt, setSentAttempt] = useState(0);
  const [isRaising, setIsRaising] = useState(false);
  const [own, setOwn] = useState<{ attempt: number; text: string }>();
  const isAsking = isRaising || hello?.isAsking === true;
  const isWaiting = isBusy || sentAttempt === attempt || isAsking;
  const say = (text: string | undefined) => setOwn(text === undefined ? undefined : { attempt, text });
  const shown = own?.attempt === attempt ? own.text : undefined;
  return {
    isAsking: isAsking && !isBusy,
    isBusy: isWaiting,
    problem: shown ?? (isWaiting ? undefined : problem),
    setSentAttempt,
    setIsRaising,
    say,
  };
}

function useFocusedField(isWanted: boolean): RefObject<HTMLInputElement | null> {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (isWanted) field.current?.focus();
  }, [isWanted]);
  return field;
}

export function usePassphraseForm({ bridge, view, isFocused }: PromptProps<PassphrasePromptView>) {
  const [keep, setKeep] = useState<KeepChoice>(view.isForOneUse ? 'once' : view.keepDefault);
  const [isTicked, setIsTicked] = useState(false);
  // For this use only means those who are listed; otherwise the key is there for whoever comes next, too.
  const guarded = keep === 'once' ? view.revision : 0;
  const isArmed = useInputGuard(isFocused, false, guarded);
  // A key that was meant for the terminal must not raise Windows' dialog.
  const isHelloArmed = useInputGuard(isFocused, true, guarded);
  const attempt = useAttempt(view);
  const { isBusy, setSentAttempt, setIsRaising, say } = attempt;
  const field = useFocusedField(isFocused && !isBusy);

  const askHello = async () => {
    if (!isHelloArmed || isBusy || !isHelloOffered(view)) return;
    say(undefined);
    setIsRaising(true);
    say(await askWindows(bridge, view, keep));
    setIsRaising(false);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!isArmed || isBusy || field.current === null) return;
    if (field.current.value === '') {
      if (isHelloOffered(view)) return askHello();
      say(`Type the ${secretOf(view)} first.`);
      field.current.focus();
      return;
    }
    say(undefined);
    setSentAttempt(view.attempt);
    const wishes = { keep, setUpHello: isTicked && isHelloToTick(view) };
    const problem = await sendPassphrase(bridge, view, field.current, wishes);
    if (problem === undefined) return;
    setSentAttempt(0);
    say(problem);
  };
  const cancel = useCallback(() => {
    if (field.current !== null) field.current.value = '';
    void bridge.request('prompt.cancel', { id: view.id });
  }, [bridge, view.id, field]);
  useEscapeKey(isArmed, cancel);

  const { isAsking, problem } = attempt;
  return {
    ...{ field, keep, setKeep, isTicked, setIsTicked, isHelloArmed },
    ...{ isBusy, isAsking, problem, askHello, submit, cancel },
  };
}
