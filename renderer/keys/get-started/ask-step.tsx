// Step 2: when the person wants to be asked.
import { useId, useState } from 'react';
import type { AskLevelView } from '../../../ipc/contract/policy.ts';
import { ask } from '../store/ask.ts';
import { tell } from '../store/messages.ts';
import { useWindowStore } from '../store/window-store.ts';
import { choosableLevels, levelExplanations } from '../words/ask-levels.ts';
import { useStartStore } from './start-store.ts';
import { StepCard } from './step-card.tsx';
import { StepTest } from './step-test.tsx';

type Level = Exclude<AskLevelView, 'unreadable'>;

function LevelChoice({
  level,
  onChange,
}: {
  readonly level: string;
  readonly onChange: (to: Level) => void;
}) {
  const name = useId();
  return (
    <fieldset className="start-choices">
      <legend>Ask me before a key is used</legend>
      {choosableLevels.map(({ value, label }) => (
        <div key={value} className="start-row">
          <input
            id={`${name}-${value}`}
            type="radio"
            name={name}
            value={value}
            checked={value === level}
            aria-describedby={`${name}-${value}-why`}
            onChange={() => onChange(value)}
          />
          <div className="card-words">
            <label htmlFor={`${name}-${value}`}>{label}</label>
            <p id={`${name}-${value}-why`} className="small quiet">
              {levelExplanations[value]}
            </p>
          </div>
        </div>
      ))}
    </fieldset>
  );
}

function AskStepBody() {
  const current = useWindowStore((state) => state.main?.policy.defaultLevel) ?? 'unreadable';
  const before = useStartStore((state) => state.view?.levelBefore);
  const state = useStartStore(({ view }) => view?.steps.ask);
  const hasKeys = useWindowStore((all) => (all.main?.keys.length ?? 0) > 0);
  // What suits most people is chosen, until they have said something.
  const [wish, setWish] = useState<Level | undefined>(state === 'to-do' ? 'new' : undefined);
  const level = wish ?? current;
  const word = (of: string) => choosableLevels.find(({ value }) => value === of)?.label ?? '';
  const save = async () => {
    if (level === 'unreadable') return;
    if ((await ask('getStarted.setLevel', { level })) !== undefined) tell(`Ask before use: ${word(level)}.`);
    setWish(undefined);
  };
  const undo = async () => {
    await ask('getStarted.undoLevel', {});
    setWish(undefined);
  };
  return (
    <>
      <LevelChoice level={level} onChange={setWish} />
      <p>
        {level === current
          ? 'This holds now for all keys that have no choice of their own.'
          : `Now it is “${word(current)}”. The change holds for all keys that have no choice of their own.`}
      </p>
      <div className="toolbar">
        <button
          type="button"
          className="button primary"
          disabled={level === 'unreadable' || (level === current && state === 'done')}
          onClick={() => void save()}
        >
          {level === current ? 'Keep this' : 'Use this answer'}
        </button>
        {before !== undefined && before !== current && (
          <button type="button" className="button" onClick={() => void undo()}>
            Undo: back to “{word(before)}”
          </button>
        )}
      </div>
      <StepTest
        explanation={
          hasKeys
            ? 'Uses your first key once, to sign random data. If a window asks, answer it.'
            : 'This test needs a key: add one in step 1 first.'
        }
        isDisabled={!hasKeys}
        run={() => ask('getStarted.test', { step: 'ask' })}
      />
    </>
  );
}

export const AskStep = () => (
  <StepCard step="ask" title="Ask me">
    <AskStepBody />
  </StepCard>
);
