// Step 3: programs, set up and tested; and doors whose names others hold.
import type { DoorView } from '../../../ipc/contract/doors.ts';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { InfoBar } from '../controls/info-bar.tsx';
import { showSection, useWindowStore } from '../store/window-store.ts';
import { ProgramList } from '../use-with/program-list.tsx';
import { StepCard } from './step-card.tsx';

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

function ProgramsStepBody() {
  const doors = useWindowStore((state) => state.main?.doors) ?? [];
  return (
    <>
      <p>
        Most programs find Sallyport by themselves; others are told once where it listens. Each change is
        shown before it is made, and undone by a click.
      </p>
      {doors.map((door) => (
        <HeldDoor key={door.name} door={door} />
      ))}
      <ProgramList />
      <p className="small quiet">
        What other programs are told by hand is in{' '}
        <button type="button" className="start-link" onClick={() => showSection('use-with')}>
          Use with…
        </button>
      </p>
    </>
  );
}

export const ProgramsStep = () => (
  <StepCard step="programs" title="Programs">
    <ProgramsStepBody />
  </StepCard>
);
