// Step 4: what happens when the person signs in.
import { useState } from 'react';
import { SwitchRow } from '../controls/switch-row.tsx';
import { ask } from '../store/ask.ts';
import { tell } from '../store/messages.ts';
import { useWindowStore } from '../store/window-store.ts';
import { useStartStore } from './start-store.ts';
import { StepCard } from './step-card.tsx';
import { StepTest } from './step-test.tsx';

function SignInStepBody() {
  const settings = useWindowStore((state) => state.main?.settings);
  const before = useStartStore((state) => state.view?.signInBefore);
  const state = useStartStore(({ view }) => view?.steps['sign-in']);
  // What most people want is on, until they have said something.
  const [wish, setWish] = useState<{ startAtLogin?: boolean; restoreKeys?: boolean }>(
    state === 'to-do' ? { startAtLogin: true, restoreKeys: true } : {},
  );
  if (settings === undefined) return null;
  const { startAtLogin = settings.startAtLogin, restoreKeys = settings.restoreKeys } = wish;
  const isChanged = startAtLogin !== settings.startAtLogin || restoreKeys !== settings.restoreKeys;
  const save = async () => {
    if ((await ask('getStarted.setSignIn', { startAtLogin, restoreKeys })) === undefined) return;
    setWish({});
    tell('Saved.');
  };
  const undo = async () => {
    await ask('getStarted.undoSignIn', {});
    setWish({});
  };
  return (
    <>
      <div>
        <SwitchRow
          label="Start when I sign in"
          explanation="Sallyport starts in the tray, so that programs find it at once."
          isOn={startAtLogin}
          onChange={(isOn) => setWish({ ...wish, startAtLogin: isOn })}
        />
        <SwitchRow
          label="Load my keys again at the next start"
          explanation="Sallyport keeps copies of encrypted key files in a folder of its own. Keys without a passphrase are not kept."
          isOn={restoreKeys}
          onChange={(isOn) => setWish({ ...wish, restoreKeys: isOn })}
        />
      </div>
      <div className="toolbar">
        <button
          type="button"
          className="button primary"
          disabled={!isChanged && state === 'done'}
          onClick={() => void save()}
        >
          {isChanged ? 'Save' : 'Keep this'}
        </button>
        {before !== undefined &&
          (before.startAtLogin !== settings.startAtLogin || before.restoreKeys !== settings.restoreKeys) && (
            <button type="button" className="button" onClick={() => void undo()}>
              Undo: as it was before
            </button>
          )}
      </div>
      <StepTest
        explanation="Asks the system whether it starts Sallyport, and reads back the keys that are kept."
        run={() => ask('getStarted.test', { step: 'sign-in' })}
      />
    </>
  );
}

export const SignInStep = () => (
  <StepCard step="sign-in" title="At sign-in">
    <SignInStepBody />
  </StepCard>
);
