// What one key may do: when its use is asked about, and how long it stays.
import type { KeyView } from '../../../ipc/contract/keys.ts';
import { SelectRow } from '../controls/select-row.tsx';
import { ask } from '../store/ask.ts';
import { useNow } from '../store/use-now.ts';
import { useWindowStore } from '../store/window-store.ts';
import { durationText, secondsLeftNow } from '../words/duration-text.ts';
import { lifetimes } from '../words/lifetimes.ts';
import { AskLevelRow } from './ask-level-row.tsx';
import { HelloRow } from './hello-row.tsx';

/** What a program allows can only be shortened; without a limit of theirs it is as the program said again. */
function choicesFor({ programSecondsLeft }: KeyView) {
  if (programSecondsLeft === undefined) return [{ value: 'never', label: 'Never' }, ...lifetimes];
  return [
    { value: 'never', label: 'When the program said' },
    ...lifetimes.filter(({ seconds }) => seconds < programSecondsLeft),
  ];
}

function LifetimeRow({ view }: { readonly view: KeyView }) {
  const receivedAtMs = useWindowStore((state) => state.keysReceivedAtMs);
  const nowMs = useNow(1000, view.secondsLeft !== undefined);
  const current =
    view.secondsLeft === undefined
      ? []
      : [
          {
            value: 'current',
            label: `In ${durationText(secondsLeftNow(view.secondsLeft, receivedAtMs, nowMs))}`,
          },
        ];
  const choose = (value: string) => {
    if (value === 'current') return;
    const seconds = lifetimes.find((lifetime) => lifetime.value === value)?.seconds;
    void ask('keys.setLifetime', { id: view.id, ...(seconds !== undefined && { seconds }) });
  };
  return (
    <SelectRow
      label="Remove from the agent"
      explanation={
        view.programSecondsLeft === undefined
          ? undefined
          : 'The program that added the key set an end, which you can bring forward but not put off.'
      }
      value={view.secondsLeft === undefined ? 'never' : 'current'}
      choices={[...current, ...choicesFor(view)]}
      onChange={choose}
    />
  );
}

export function KeyOptions({ view }: { readonly view: KeyView }) {
  return (
    <div className="card key-options">
      <AskLevelRow view={view} />
      <LifetimeRow view={view} />
      {view.hello !== undefined && <HelloRow view={view} hello={view.hello} />}
    </div>
  );
}
