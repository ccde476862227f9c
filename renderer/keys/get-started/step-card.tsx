// One step: its number, title and state, and what is in it while it is open.
import { type ReactNode, useEffect, useId, useRef } from 'react';
import type { StartStep, StartStepState } from '../../../ipc/contract/get-started.ts';
import { Badge, type BadgeLook } from '../controls/badge.tsx';
import { finishStep, leaveStep, stepOrder, useStartStore } from './start-store.ts';

const looks: Readonly<Record<StartStepState, BadgeLook>> = {
  'to-do': { icon: 'clock', word: 'To do', tone: '' },
  done: { icon: 'check', word: 'Done', tone: 'good' },
  'left-out': { icon: 'close', word: 'Left out', tone: '' },
};

function StepButtons({ step, state }: { readonly step: StartStep; readonly state: StartStepState }) {
  const isLast = stepOrder.at(-1) === step;
  return (
    <div className="toolbar start-buttons">
      {state === 'to-do' && (
        <button type="button" className="button bare" onClick={() => void leaveStep(step)}>
          Leave this out
        </button>
      )}
      {(state !== 'to-do' || step === 'programs') && (
        <button type="button" className="button" onClick={() => void finishStep(step)}>
          {isLast ? 'Finish' : 'Next step'}
        </button>
      )}
    </div>
  );
}

interface StepCardProps {
  readonly step: StartStep;
  readonly title: string;
  readonly children: ReactNode;
}

export function StepCard({ step, title, children }: StepCardProps) {
  const id = useId();
  const state = useStartStore(({ view }) => view?.steps[step]);
  const isOpen = useStartStore(({ openStep }) => openStep === step);
  const head = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(isOpen);
  useEffect(() => {
    // The button that brought the person here is gone with its step.
    if (isOpen && !wasOpen.current && !document.activeElement?.closest('.start-head')) head.current?.focus();
    wasOpen.current = isOpen;
  }, [isOpen]);
  if (state === undefined) return null;
  return (
    <li className="card start-step">
      <h2>
        <button
          ref={head}
          type="button"
          className="start-head"
          aria-expanded={isOpen}
          aria-controls={isOpen ? id : undefined}
          onClick={() => useStartStore.setState({ openStep: isOpen ? 'none' : step })}
        >
          <span className="start-number">{stepOrder.indexOf(step) + 1}</span>
          <span className="start-title">{title}</span>
          <Badge look={looks[state]} />
        </button>
      </h2>
      {isOpen && (
        <div id={id} className="start-body">
          {children}
          <StepButtons step={step} state={state} />
        </div>
      )}
    </li>
  );
}
