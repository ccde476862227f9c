// Step 3: whether programs find Sallyport.
import type { DoorView } from '../../../ipc/contract/doors.ts';
import type { SnippetKind } from '../../../ipc/contract/use-with.ts';
import { snippetNames } from '../../../text/program-names.ts';
import { choicesOf } from '../../parts/choices.ts';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { InfoBar } from '../controls/info-bar.tsx';
import { ask } from '../store/ask.ts';
import { showSection, useWindowStore } from '../store/window-store.ts';
import { StepCard } from './step-card.tsx';
import { StepTest } from './step-test.tsx';

const kinds = choicesOf<SnippetKind>(snippetNames);

function HeldDoor({ door }: { readonly door: DoorView }) {
  if (door.status !== 'degraded') return null;
  return (
    <InfoBar
      severity="warning"
      actions={
        <button type="button" className="button" onClick={() => showSection('doors')}>
          Doors
        </button>
      }
    >
      <ForeignText text={door.title} /> is not open. <ForeignText text={door.reason ?? ''} />{' '}
      {door.heldBy?.executable !== undefined && (
        <>
          It is <ForeignText text={door.heldBy.executable} isQuoted />.{' '}
        </>
      )}
      <ForeignText text={door.remedy ?? ''} />
    </InfoBar>
  );
}

function Program({ kind, label }: { readonly kind: SnippetKind; readonly label: string }) {
  const open = () => {
    useWindowStore.setState({ snippetKind: kind });
    showSection('use-with');
  };
  return (
    <li className="start-program">
      <div className="card-row">
        <h3 className="card-words">{label}</h3>
        <button type="button" className="button" onClick={open}>
          What to tell {label}
        </button>
      </div>
      <StepTest
        explanation="Sallyport asks for the list of keys at the door of these programs."
        label={`Test the door of ${label}`}
        run={() => ask('snippets.test', { kind })}
      />
    </li>
  );
}

function ProgramsStepBody() {
  const doors = useWindowStore((state) => state.main?.doors) ?? [];
  return (
    <>
      <p>Most programs find Sallyport by themselves; others are told once where it listens.</p>
      {doors.map((door) => (
        <HeldDoor key={door.name} door={door} />
      ))}
      <ul className="start-rows" aria-label="Programs">
        {kinds.map(({ value, label }) => (
          <Program key={value} kind={value} label={label} />
        ))}
      </ul>
    </>
  );
}

export const ProgramsStep = () => (
  <StepCard step="programs" title="Programs">
    <ProgramsStepBody />
  </StepCard>
);
