// The section "Get started": four steps, each of which can be left out, undone and come back to.
import { useEffect } from 'react';
import { InfoBar } from '../controls/info-bar.tsx';
import { showSection } from '../store/window-store.ts';
import { AskStep } from './ask-step.tsx';
import { KeysStep } from './keys-step.tsx';
import { ProgramsStep } from './programs-step.tsx';
import { SignInStep } from './sign-in-step.tsx';
import { followRecord, stepOrder, useStartStore } from './start-store.ts';
import './get-started.css';

function AllDone() {
  const isToDo = useStartStore(({ view }) => stepOrder.some((step) => view?.steps[step] === 'to-do'));
  if (isToDo) return null;
  return (
    <InfoBar
      severity="information"
      actions={
        <button type="button" className="button" onClick={() => showSection('keys')}>
          My keys
        </button>
      }
    >
      That was all. You can open each step again, and undo it.
    </InfoBar>
  );
}

export function GetStartedSection() {
  const isThere = useStartStore(({ view }) => view !== undefined);
  useEffect(() => followRecord(), []);
  if (!isThere) return null;
  return (
    <div className="cards">
      <p className="quiet">
        Four short steps, then your programs log in with your keys. Nothing changes before you say so. You can
        leave and come back: this page is in the tray’s menu, too.
      </p>
      <AllDone />
      <ol className="cards">
        <KeysStep />
        <AskStep />
        <ProgramsStep />
        <SignInStep />
      </ol>
    </div>
  );
}
