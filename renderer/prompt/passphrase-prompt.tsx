// Asks for the passphrase of a key that is kept encrypted. The passphrase is in the field, then in bytes, then gone.
import { useId } from 'react';
import type { PassphrasePromptView } from '../../ipc/contract/prompt.ts';
import { ChoiceGroup } from '../parts/choice-group.tsx';
import { ForeignText } from '../parts/foreign-text.tsx';
import { keepChoices } from '../parts/keep-choices.ts';
import { FieldProblem, SecretField } from '../parts/secret-field.tsx';
import { Countdown } from './answer/countdown.tsx';
import { FocusNote } from './answer/focus-note.tsx';
import { QueueNote } from './answer/queue-note.tsx';
import { RequestFacts } from './facts/request-facts.tsx';
import { WaitingRequesters } from './facts/waiting-requesters.tsx';
import { HelloButton, HelloTick } from './hello-choice.tsx';
import { useIsCondensed } from './layout/condensed.ts';
import { PromptFrame } from './layout/prompt-frame.tsx';
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

interface PinNoteProps {
  readonly view: PassphrasePromptView;
  readonly isProblemShown: boolean;
}

/** Whose PIN it is, and that there are not many tries. */
function PinNote({ view: { pinOf, isForOneUse }, isProblemShown }: PinNoteProps) {
  if (isForOneUse)
    return (
      <p>
        Your security key wants its PIN for each use of this key.
        {/* What is wrong says how many. */}
        {!isProblemShown && ' After a few wrong ones it is locked.'}
      </p>
    );
  if (pinOf === undefined) return null;
  return (
    <p>
      The key lives in <ForeignText text={pinOf} maxCharacters={100} className="main" isQuoted />, which wants
      its PIN. After a few wrong ones it is locked.
    </p>
  );
}

export function PassphrasePrompt(props: PromptProps<PassphrasePromptView>) {
  const { view, deadlineMs, isFocused } = props;
  const form = usePassphraseForm(props);
  const { isBusy, isAsking, cancel } = form;
  const isOffered = isHelloOffered(view);
  const [first, ...others] = view.requesters;
  // The field stays in sight, and there is no room for much beside it.
  const isCondensed = useIsCondensed();
  const problemId = useId();
  const hello = isOffered && (
    <HelloButton isDisabled={isBusy || !form.isHelloArmed} onClick={() => void form.askHello()} />
  );
  return (
    <PromptFrame
      icon="key"
      title={view.pinOf === undefined ? 'Unlock this key?' : 'Use this key?'}
      promptKey={view.key}
      onSubmit={(event) => void form.submit(event)}
      isBusy={isBusy}
      field={
        <>
          {!isCondensed && hello}
          <SecretField
            label={view.pinOf === undefined ? 'Passphrase of the key' : 'PIN'}
            inputRef={form.field}
            problem={form.problem}
            problemId={isCondensed ? problemId : undefined}
            isDisabled={isBusy}
            hasKeyboard={isFocused}
          />
        </>
      }
      options={
        <>
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
          {view.alsoAllows !== undefined && <p className="small quiet">{view.alsoAllows}</p>}
          <QueueNote waitingBehind={view.waitingBehind} />
        </>
      }
      notes={
        <>
          <FocusNote isFocused={isFocused} />
          {isCondensed && hello}
          {isCondensed && <FieldProblem id={problemId} problem={form.problem} />}
        </>
      }
      actions={
        <>
          <Progress view={view} deadlineMs={deadlineMs} isBusy={isBusy} isAsking={isAsking} />
          <button type="submit" className={isOffered ? 'button' : 'button primary'} disabled={isBusy}>
            {view.isForOneUse ? 'Use the key' : 'Unlock'}
          </button>
          <button type="button" className="button" onClick={cancel}>
            Cancel
          </button>
        </>
      }
    >
      <PinNote view={view} isProblemShown={form.problem !== undefined} />
      {first !== undefined && <RequestFacts requester={first} promptKey={view.key} />}
      <WaitingRequesters
        others={others}
        label="Also waiting for this key"
        heading={`${moreRequests(others.length)} for this key:`}
      />
    </PromptFrame>
  );
}
