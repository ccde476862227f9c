// Narrows the activity: by key, program, host, answer and time.
import { useEffect, useState } from 'react';
import type { ActivityFilter, ActivityView } from '../../../ipc/contract/activity.ts';
import { foreignText } from '../../../text/foreign-text.ts';
import { useWindowStore } from '../store/window-store.ts';
import { searchActivity } from './refresh-activity.ts';
import { answerLooks } from './request-summary.tsx';

interface Choice {
  readonly value: string;
  readonly label: string;
}

const maxChoices = 200;
const shown = (text: string) => foreignText(text, 60);

/** What was seen in entries since the section was opened: a filter must not take away its own other choices. */
function useSeen(entries: readonly ActivityView[], choiceOf: (entry: ActivityView) => Choice) {
  const [seen, setSeen] = useState<ReadonlyMap<string, string>>(new Map());
  useEffect(() => {
    setSeen((before) => {
      const fresh = entries.map(choiceOf).filter(({ value }) => !before.has(value));
      if (fresh.length === 0) return before;
      const all = [...before, ...fresh.map(({ value, label }) => [value, label] as const)];
      return new Map(all.slice(0, maxChoices));
    });
  }, [entries, choiceOf]);
  return [...seen]
    .map(([value, label]) => ({ value, label }))
    .sort((one, other) => one.label.localeCompare(other.label));
}

const keyOf = ({ fingerprint, keyComment }: ActivityView) => ({
  value: fingerprint,
  label: keyComment === '' ? fingerprint : shown(keyComment),
});
const whoOf = ({ who }: ActivityView) => ({ value: who.text, label: shown(who.text) });
const whereToOf = ({ whereTo }: ActivityView) => ({ value: whereTo.text, label: shown(whereTo.text) });

const answers = Object.entries(answerLooks).map(([value, { word }]) => ({ value, label: word }));
const times = [
  { value: '60', label: 'Last hour' },
  { value: '1440', label: 'Last 24 hours' },
  { value: '10080', label: 'Last 7 days' },
  { value: '43200', label: 'Last 30 days' },
];

interface FilterProps {
  readonly label: string;
  readonly any: string;
  readonly value: string | undefined;
  readonly choices: readonly Choice[];
  readonly onChange: (value: string | undefined) => void;
}

function Filter({ label, any, value, choices, onChange }: FilterProps) {
  const all =
    value === undefined || choices.some((choice) => choice.value === value)
      ? choices
      : [...choices, { value, label: shown(value) }];
  return (
    <label className="activity-filter">
      <span className="small quiet">{label}</span>
      <select
        className="field"
        value={value ?? ''}
        onChange={(event) => onChange(event.target.value === '' ? undefined : event.target.value)}
      >
        <option value="">{any}</option>
        {all.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The filter without `field`, or with that value of it. */
function withField<F extends keyof ActivityFilter>(
  only: ActivityFilter,
  field: F,
  value: ActivityFilter[F] | undefined,
): ActivityFilter {
  const { [field]: _before, ...others } = only;
  return value === undefined ? others : { ...others, [field]: value };
}

export function ActivityFilters({ entries }: { readonly entries: readonly ActivityView[] }) {
  const only = useWindowStore((state) => state.activity.only);
  const set = <F extends keyof ActivityFilter>(field: F, value: ActivityFilter[F] | undefined) =>
    searchActivity({ only: withField(only, field, value) });
  const answerOf = (value: string | undefined) =>
    (Object.keys(answerLooks) as (keyof typeof answerLooks)[]).find((answer) => answer === value);
  return (
    <fieldset className="activity-filters">
      <legend className="unseen">Show only</legend>
      <Filter
        label="Key"
        any="Any key"
        value={only.fingerprint}
        choices={useSeen(entries, keyOf)}
        onChange={(value) => set('fingerprint', value)}
      />
      <Filter
        label="Program"
        any="Any program"
        value={only.who}
        choices={useSeen(entries, whoOf)}
        onChange={(value) => set('who', value)}
      />
      <Filter
        label="Host"
        any="Any host"
        value={only.whereTo}
        choices={useSeen(entries, whereToOf)}
        onChange={(value) => set('whereTo', value)}
      />
      <Filter
        label="Answer"
        any="Any answer"
        value={only.answer}
        choices={answers}
        onChange={(value) => set('answer', answerOf(value))}
      />
      <Filter
        label="Time"
        any="Any time"
        value={only.lastMinutes === undefined ? undefined : String(only.lastMinutes)}
        choices={times}
        onChange={(value) => set('lastMinutes', value === undefined ? undefined : Number(value))}
      />
    </fieldset>
  );
}
