// Programs that can be set up, as found on this computer: for “Use with…” those of one kind, else all.
import { useCallback, useEffect, useRef, useState } from 'react';
import type { ProgramState } from '../../../ipc/contract/set-up.ts';
import { ask } from '../store/ask.ts';
import { useWindowStore } from '../store/window-store.ts';
import { ProgramCard } from './program-card.tsx';

/** Looked at when it is shown, and again when a door has opened or closed. */
function usePrograms() {
  const doors = useWindowStore((state) => state.main?.doors);
  const [programs, setPrograms] = useState<readonly ProgramState[]>();
  const latest = useRef(0);
  const look = useCallback(async () => {
    const turn = ++latest.current;
    const found = await ask('setUp.look', {});
    // An answer that was overtaken tells of what is no more.
    if (found !== undefined && turn === latest.current) setPrograms(found);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a door that opens or closes changes what can be set up
  useEffect(() => {
    void look();
    return () => {
      latest.current++;
    };
  }, [look, doors]);
  return { programs, look };
}

/** Of programs whose id begins as one of `only` says; all of them without it. */
export function ProgramList({ only }: { readonly only?: readonly string[] }) {
  const { programs, look } = usePrograms();
  if (programs === undefined) return <p className="quiet">Looking for programs…</p>;
  const shown = programs.filter(({ id }) => only === undefined || only.some((start) => id.startsWith(start)));
  if (shown.length === 0) return null;
  return (
    <ul className="cards" aria-label="Programs">
      {shown.map((program) => (
        <ProgramCard key={program.id} program={program} onChanged={look} />
      ))}
    </ul>
  );
}
