// Asks for the passphrase of a key that is kept encrypted. The passphrase is in the field, then in bytes, then gone.
import type { PassphrasePromptView } from '../../ipc/contract/prompt.ts';
import { ChoiceGroup } from '../parts/choice-group.tsx';
import { ForeignText } from '../parts/foreign-text.tsx';
import { Icon } from '../parts/icon.tsx';
import { keepChoices } from '../parts/keep-choices.ts';
import { SecretField } from '../parts/secret-field.tsx';
import { Countdown } from './answer/countdown.tsx';
import { FocusNote } from './answer/focus-note.tsx';
import { QueueNote } from './answer/queue-note.tsx';
import { RequestFacts } from './facts/request-facts.tsx';
import { WaitingRequesters } from './facts/waiting-requesters.tsx';
import { HelloButton, HelloTick } from './hello-choice.tsx';
import { isHelloOffered, secretOf, usePassphraseForm } from './passphrase-form.ts';
import type { PromptProps } from './prompt-props.ts';

/** Since when there is nothing to answer here, or until when there is. */
function Progress({ view, deadlineMs, isBusy, isAsking }: ProgressProps) {
  if (isAsking)
    return (
      <p className="countdown" role="status">
        Windows asks you…
      </p>
    );
  if (isBusy)
    return (
      <p className="countdown" role="status">
        Trying the {secretOf(view)}…
      </p>
    );
  return <Countdown words="Closes in" deadlineMs={deadlineMs} />;
}

interface ProgressProps {
  readonly view: PassphrasePromptView;
  readonly deadlineMs: number;
  readonly isBusy: boolean;
  readonly isAsking: boolean;
}

function moreRequests(count: number): string {
  return count === 1 ? 'One more request waits' : `${count} more requests wait`;
}

export function PassphrasePrompt(props: PromptProps<PassphrasePromptView>) {
  const { view, deadlineMs, isFocused } = props;
  const form = usePassphraseForm(props);
  const { isBusy, isAsking, cancel } = form;
  const isOffered = isHelloOffered(view);
  const [first, ...others] = view.requesters;
  return (
    <form className="prompt" onSubmit={(event) => void form.submit(event)} aria-busy={isBusy}>
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
        {view.isForOneUse && (
          <p>
            Your security key wants its PIN for each use of this key.
            {/* What is wrong says how many. */}
            {form.problem === undefined && ' After a few wrong ones it is locked.'}
          </p>
        )}
        {view.pinOf !== undefined && !view.isForOneUse && (
          <p>
            It lives in <ForeignText text={view.pinOf} maxCharacters={100} className="main" isQuoted />, which
            wants its PIN. After a few wrong ones it is locked.
          </p>
        )}
        {isOffered && (
          <HelloButton isDisabled={isBusy || !form.isHelloArmed} onClick={() => void form.askHello()} />
        )}
        <SecretField
          label={view.pinOf === undefined ? 'Passphrase of the key' : 'PIN'}
          inputRef={form.field}
          problem={form.problem}
          isDisabled={isBusy}
          hasKeyboard={isFocused}
        />
        <HelloTick
          offer={view.hello?.offer}
          isChosen={form.isTicked}
          onChange={form.setIsTicked}
          isDisabled={isBusy}
        />
        {!view.isForOneUse && (
          <ChoiceGroup
            legend="Keep unlocked"
            choices={keepChoices}
            value={form.keep}
            onChange={form.setKeep}
            isDisabled={isBusy}
          />
        )}
        <QueueNote waitingBehind={view.waitingBehind} />
        <FocusNote isFocused={isFocused} />
        <div className="prompt-actions">
          <Progress view={view} deadlineMs={deadlineMs} isBusy={isBusy} isAsking={isAsking} />
          <button type="submit" className={isOffered ? 'button' : 'button primary'} disabled={isBusy}>
            {view.isForOneUse ? 'Use the key' : 'Unlock'}
          </button>
          <button type="button" className="button" onClick={cancel}>
            Cancel
          </button>
        </div>
      </footer>
    </form>
  );
}
