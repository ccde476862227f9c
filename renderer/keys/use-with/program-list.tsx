// Programs that can be set up, as found on this computer: for “Use with…” those of one kind, else all.
import { useCallback, useEffect, useRef, useState } from 'react';
import type { LookedFor, ProgramState } from '../../../ipc/contract/set-up.ts';
import { ask } from '../store/ask.ts';
import { useWindowStore } from '../store/window-store.ts';
import { ProgramCard } from './program-card.tsx';

interface Look extends LookedFor {
  /** Undefined while it is looked for the first time. */
  readonly states?: readonly ProgramState[] | undefined;
}

/** Looked at when it is shown, and again when a door has opened or closed; each as it comes. */
function usePrograms() {
  const doors = useWindowStore((state) => state.main?.doors);
  const [looks, setLooks] = useState<readonly Look[]>();
  const latest = useRef(0);
  /** Starts looking at all; resolves when the one of that id has been looked at. */
  const look = useCallback(async (awaited?: string) => {
    const turn = ++latest.current;
    const isLatest = () => turn === latest.current;
    const all = await ask('setUp.programs', {});
    // An answer that was overtaken tells of what is no more.
    if (all === undefined || !isLatest()) return;
    const put = (id: string, states: readonly ProgramState[] | undefined) =>
      setLooks((now) => now?.map((one) => (one.id === id ? { ...one, states } : one)));
    setLooks((before) =>
      all.map((one) => ({ ...one, states: before?.find(({ id }) => id === one.id)?.states })),
    );
    const looking = all.map(async ({ id }) => {
      const states = await ask('setUp.look', { program: id });
      if (states !== undefined && isLatest()) put(id, states);
    });
    await looking[all.findIndex(({ id }) => id === awaited)];
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a door that opens or closes changes what can be set up
  useEffect(() => {
    void look();
    return () => {
      latest.current++;
    };
  }, [look, doors]);
  return { looks, look };
}

const Looking = ({ title }: { readonly title: string }) => (
  <li className="card program" aria-label={title} aria-busy="true">
    <h2>{title}</h2>
    <p className="quiet">Looking…</p>
  </li>
);

/** Those of `only`, by what is looked for; all of them without it. */
export function ProgramList({ only }: { readonly only?: readonly string[] }) {
  const { looks, look } = usePrograms();
  if (looks === undefined) return <p className="quiet">Looking for programs…</p>;
  const shown = looks.filter(({ id }) => only === undefined || only.includes(id));
  if (shown.length === 0) return null;
  return (
    <ul className="cards" aria-label="Programs">
      {shown.map(
        ({ id, title, states }) =>
          states?.map((program) => (
            <ProgramCard key={program.id} program={program} onChanged={() => look(id)} />
          )) ?? <Looking key={id} title={title} />,
      )}
    </ul>
  );
}
