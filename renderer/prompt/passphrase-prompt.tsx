// Asks for the passphrase of a key that is kept encrypted. The passphrase is in the field, then in bytes, then gone.
import { type FormEvent, useCallback, useEffect, useRef, useState } from 'react';
import type { Bridge } from '../../ipc/contract/contract.ts';
import type { PassphrasePromptView } from '../../ipc/contract/prompt.ts';
import type { KeepChoice } from '../../ipc/contract/settings.ts';
import { ChoiceGroup } from '../parts/choice-group.tsx';
import { ForeignText } from '../parts/foreign-text.tsx';
import { Icon } from '../parts/icon.tsx';
import { keepChoices } from '../parts/keep-choices.ts';
import { SecretField } from '../parts/secret-field.tsx';
import { takeSecret } from '../parts/take-secret.ts';
import { answerProblem } from './answer/answer-problem.ts';
import { Countdown } from './answer/countdown.tsx';
import { useEscapeKey } from './answer/escape-key.ts';
import { FocusNote } from './answer/focus-note.tsx';
import { useInputGuard } from './answer/input-guard.ts';
import { QueueNote } from './answer/queue-note.tsx';
import { RequestFacts } from './facts/request-facts.tsx';
import { WaitingRequesters } from './facts/waiting-requesters.tsx';
import type { PromptProps } from './prompt-props.ts';

/** What is to be typed. */
const secretOf = ({ pinOf }: PassphrasePromptView) => (pinOf === undefined ? 'passphrase' : 'PIN');

/** Sends what is in the field and empties it. Resolves to a sentence when the answer did not count. */
async function sendPassphrase(
  bridge: Bridge,
  view: PassphrasePromptView,
  field: HTMLInputElement,
  keep: KeepChoice,
): Promise<string | undefined> {
  const passphrase = takeSecret(field);
  try {
    const { id, attempt, revision } = view;
    const answer = { id, attempt, revision, passphrase, keep };
    const outcome = await bridge.request('prompt.answerPassphrase', answer);
    return answerProblem(outcome, `Please type the ${secretOf(view)} again.`);
  } finally {
    passphrase.fill(0);
  }
}

/** What goes on between the form and the main process. */
function usePassphraseForm({ bridge, view, isFocused }: PromptProps<PassphrasePromptView>) {
  const field = useRef<HTMLInputElement>(null);
  const [keep, setKeep] = useState(view.keepDefault);
  // For this use only means those who are listed; otherwise the key is there for whoever comes next, too.
  const isArmed = useInputGuard(isFocused, false, keep === 'once' ? view.revision : 0);
  const [sentAttempt, setSentAttempt] = useState(0);
  const [localProblem, setLocalProblem] = useState<{ attempt: number; text: string }>();
  const isBusy = view.isBusy || sentAttempt === view.attempt;

  useEffect(() => {
    if (isFocused && !isBusy) field.current?.focus();
  }, [isFocused, isBusy]);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!isArmed || isBusy || field.current === null) return;
    const { attempt } = view;
    if (field.current.value === '') {
      setLocalProblem({ attempt, text: `Type the ${secretOf(view)} first.` });
      field.current.focus();
      return;
    }
    setLocalProblem(undefined);
    setSentAttempt(attempt);
    const problem = await sendPassphrase(bridge, view, field.current, keep);
    if (problem === undefined) return;
    setSentAttempt(0);
    setLocalProblem({ attempt, text: problem });
  };
  const cancel = useCallback(() => {
    if (field.current !== null) field.current.value = '';
    void bridge.request('prompt.cancel', { id: view.id });
  }, [bridge, view.id]);
  useEscapeKey(isArmed, cancel);

  const own = localProblem?.attempt === view.attempt ? localProblem.text : undefined;
  return {
    field,
    isBusy,
    keep,
    setKeep,
    submit,
    cancel,
    problem: own ?? (isBusy ? undefined : view.problem),
  };
}

function moreRequests(count: number): string {
  return count === 1 ? 'One more request waits' : `${count} more requests wait`;
}

export function PassphrasePrompt(props: PromptProps<PassphrasePromptView>) {
  const { view, deadlineMs, isFocused } = props;
  const { field, isBusy, keep, setKeep, submit, cancel, problem } = usePassphraseForm(props);
  const [first, ...others] = view.requesters;
  return (
    <form className="prompt" onSubmit={(event) => void submit(event)} aria-busy={isBusy}>
      <header className="prompt-head">
        <Icon name="key" />
        <h1>{view.pinOf === undefined ? 'Unlock this key?' : 'Use this key?'}</h1>
      </header>
      <main className="prompt-body">
        {first !== undefined && <RequestFacts requester={first} promptKey={view.key} />}
        <WaitingRequesters
          others={others}
          label="Also waiting for this key"
          heading={`${moreRequests(others.length)} for this key:`}
        />
      </main>
      <footer className="prompt-foot">
        {view.pinOf !== undefined && (
          <p>
            It lives in <ForeignText text={view.pinOf} maxCharacters={100} className="main" isQuoted />, which
            wants its PIN. After a few wrong ones it is locked.
          </p>
        )}
        <SecretField
          label={view.pinOf === undefined ? 'Passphrase of the key' : 'PIN'}
          inputRef={field}
          problem={problem}
          isDisabled={isBusy}
          hasKeyboard={isFocused}
        />
        <ChoiceGroup
          legend="Keep unlocked"
          choices={keepChoices}
          value={keep}
          onChange={setKeep}
          isDisabled={isBusy}
        />
        <QueueNote waitingBehind={view.waitingBehind} />
        <FocusNote isFocused={isFocused} />
        <div className="prompt-actions">
          {isBusy ? (
            <p className="countdown" role="status">
              Trying the {secretOf(view)}…
            </p>
          ) : (
            <Countdown words="Closes in" deadlineMs={deadlineMs} />
          )}
          <button type="submit" className="button primary" disabled={isBusy}>
            Unlock
          </button>
          <button type="button" className="button" onClick={cancel}>
            Cancel
          </button>
        </div>
      </footer>
    </form>
  );
}
