// What one key may do: when its use is asked about, and how long it stays.
import type { KeyView } from '../../../ipc/contract/views.ts';
import { SelectRow } from '../controls/select-row.tsx';
import { ask } from '../store/ask.ts';
import { durationText, secondsLeftNow } from '../store/duration-text.ts';
import { useNow } from '../store/use-now.ts';
import { useWindowStore } from '../store/window-store.ts';
import { AskLevelRow } from './ask-level-row.tsx';

const lifetimes = [
  { value: 'never', label: 'Never', seconds: undefined },
  { value: '600', label: 'In 10 minutes', seconds: 600 },
  { value: '3600', label: 'In 1 hour', seconds: 3600 },
  { value: '14400', label: 'In 4 hours', seconds: 14_400 },
  { value: '28800', label: 'In 8 hours', seconds: 28_800 },
  { value: '86400', label: 'In 1 day', seconds: 86_400 },
] as const;

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
    const chosen = lifetimes.find((lifetime) => lifetime.value === value);
    if (chosen === undefined) return;
    const { seconds } = chosen;
    void ask('keys.setLifetime', { id: view.id, ...(seconds !== undefined && { seconds }) });
  };
  return (
    <SelectRow
      label="Remove from the agent"
      value={view.secondsLeft === undefined ? 'never' : 'current'}
      choices={[...current, ...lifetimes]}
      onChange={choose}
    />
  );
}

export function KeyOptions({ view }: { readonly view: KeyView }) {
  return (
    <div className="card key-options">
      <AskLevelRow view={view} />
      <LifetimeRow view={view} />
    </div>
  );
}
