// One program: how it stands, what setting it up would change, and the way back.
import { useState } from 'react';
import type { ProgramState, ProgramStatus, SetUpOutcome, ShownChange } from '../../../ipc/contract/set-up.ts';
import type { SelfTest } from '../../../ipc/contract/use-with.ts';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Badge, type BadgeLook } from '../controls/badge.tsx';
import { InfoBar } from '../controls/info-bar.tsx';
import { ask } from '../store/ask.ts';
import { tell } from '../store/messages.ts';
import { TestResult } from './test-result.tsx';

const looks: Readonly<Record<ProgramStatus, BadgeLook>> = {
  works: { icon: 'check', word: 'Works', tone: 'good' },
  can: { icon: 'info', word: 'Not set up', tone: '' },
  blocked: { icon: 'warning', word: 'Not yet', tone: 'caution' },
  missing: { icon: 'info', word: 'Not found', tone: '' },
};

const maxCharacters = 4096;

/** Lines that go and come, as they stand in the file. */
function Change({ change }: { readonly change: ShownChange }) {
  const lines = [
    ...change.removed.map((text) => ({ text, sign: '−', word: 'goes:' })),
    ...change.added.map((text) => ({ text, sign: '+', word: 'comes:' })),
  ];
  return (
    <div className="change">
      <p className="small">
        <ForeignText text={change.place} maxCharacters={maxCharacters} className="mono" />
      </p>
      {lines.length > 0 && (
        <ul className="mono change-lines">
          {lines.map(({ text, sign, word }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have no names, and the same may come twice
            <li key={index} className={sign === '+' ? 'comes' : 'goes'}>
              <span aria-hidden="true">{sign} </span>
              <span className="unseen">{word} </span>
              <ForeignText text={text} maxCharacters={maxCharacters} />
            </li>
          ))}
        </ul>
      )}
      <p className="small quiet">
        <ForeignText text={change.how} maxCharacters={maxCharacters} />
      </p>
    </div>
  );
}

function Problem({ outcome }: { readonly outcome: SetUpOutcome }) {
  return (
    <>
      <InfoBar severity="warning">
        <ForeignText text={outcome.problem ?? ''} maxCharacters={maxCharacters} />
      </InfoBar>
      {outcome.byHand.length > 0 && (
        <Change change={{ place: 'By hand:', removed: [], added: outcome.byHand, how: '' }} />
      )}
    </>
  );
}

export interface ProgramCardProps {
  readonly program: ProgramState;
  /** To be looked at again. */
  readonly onChanged: () => Promise<void>;
}

export function ProgramCard({ program, onChanged }: ProgramCardProps) {
  const { id, title, status, sentence, where, changes, notes, token, made } = program;
  const [busy, setBusy] = useState<'test' | 'change'>();
  const [tested, setTested] = useState<SelfTest>();
  const [failed, setFailed] = useState<SetUpOutcome>();
  const test = async () => {
    setBusy('test');
    setTested(undefined);
    setTested(await ask('setUp.test', { program: id }));
    setBusy(undefined);
  };
  const change = async (action: () => Promise<SetUpOutcome | undefined>) => {
    setBusy('change');
    setTested(undefined);
    const outcome = await action();
    setFailed(outcome?.problem === undefined ? undefined : outcome);
    if (outcome?.note !== undefined) tell(outcome.note);
    await onChanged();
    setBusy(undefined);
    return outcome !== undefined && outcome.problem === undefined;
  };
  const setUp = async () => {
    if (await change(() => ask('setUp.apply', { program: id, token }))) await test();
  };
  const undo = () =>
    change(async () => {
      let last: SetUpOutcome = { byHand: [] };
      // The newest comes first.
      for (const one of made.toReversed()) {
        const outcome = await ask('setUp.undo', { id: one.id });
        if (outcome === undefined || outcome.problem !== undefined) return outcome;
        last = outcome;
      }
      return last;
    });
  return (
    <li className="card program" aria-label={title}>
      <div className="card-row">
        <div className="card-words">
          <div className="card-head">
            <h2>{title}</h2>
            <Badge look={looks[status]} />
          </div>
          <p>
            <ForeignText text={sentence} maxCharacters={maxCharacters} />
          </p>
          {where !== undefined && (
            <p className="small quiet">
              <ForeignText text={where} maxCharacters={maxCharacters} className="mono" />
            </p>
          )}
        </div>
        {status !== 'missing' && (
          <button
            type="button"
            className="button"
            aria-label={`Test ${title}`}
            disabled={busy !== undefined}
            onClick={() => void test()}
          >
            {busy === 'test' ? 'Testing…' : 'Test'}
          </button>
        )}
      </div>
      {changes.length > 0 && (
        <section className="changes" aria-label={`What setting ${title} up changes`}>
          {changes.map((one) => (
            <Change key={`${one.place} ${one.added.join()}`} change={one} />
          ))}
          {notes.map((note) => (
            <p key={note} className="small note">
              <Icon name="info" />
              <ForeignText text={note} maxCharacters={maxCharacters} />
            </p>
          ))}
          <button
            type="button"
            className="button primary"
            aria-label={`Set up ${title}`}
            disabled={busy !== undefined}
            onClick={() => void setUp()}
          >
            Set up
          </button>
        </section>
      )}
      {made.length > 0 && (
        <section className="changes" aria-label={`What was set up for ${title}`}>
          <p className="small">Sallyport has set this up. Undo does:</p>
          {made.map(({ id: madeId, undo: back }) =>
            'problem' in back ? (
              <Problem key={madeId} outcome={back} />
            ) : (
              <Change key={madeId} change={back} />
            ),
          )}
          <button
            type="button"
            className="button"
            aria-label={`Undo the set-up of ${title}`}
            disabled={busy !== undefined}
            onClick={() => void undo()}
          >
            Undo
          </button>
        </section>
      )}
      {failed !== undefined && <Problem outcome={failed} />}
      <TestResult result={tested} />
    </li>
  );
}
