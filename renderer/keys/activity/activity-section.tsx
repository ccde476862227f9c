// The section "Activity": what was asked, by whom, where to, and what was answered.
import { useEffect, useState } from 'react';
import type { ActivityView } from '../../../ipc/contract/activity.ts';
import { Icon } from '../../parts/icon.tsx';
import { EmptySection } from '../controls/empty-section.tsx';
import { GlossaryButton } from '../controls/glossary-button.tsx';
import { SearchField } from '../controls/search-field.tsx';
import { ask } from '../store/ask.ts';
import { bounds } from '../store/bounds.ts';
import { tell, tellProblem } from '../store/messages.ts';
import { useWindowStore } from '../store/window-store.ts';
import { ActivityEntry } from './activity-entry.tsx';
import { ActivityFilters } from './activity-filters.tsx';
import { KeyOrders } from './key-orders.tsx';
import { MissedRequests } from './missed-requests.tsx';
import { refreshActivity, searchActivity } from './refresh-activity.ts';
import './activity.css';

async function exportActivity(): Promise<void> {
  const outcome = await ask('activity.export', {});
  if (outcome?.kind === 'saved') tell(`The activity was saved as ${outcome.path}.`);
  if (outcome?.kind === 'failed') tellProblem(outcome.message);
}

function ActivityTools({ entries }: { readonly entries: readonly ActivityView[] }) {
  const { search, only } = useWindowStore((state) => state.activity);
  const count = Object.keys(only).length;
  const [areFiltersOpen, setOpen] = useState(count > 0);
  return (
    <>
      <div className="toolbar activity-tools">
        <SearchField
          label="Search the activity"
          hint="Program, host, key…"
          maxLength={bounds.searchCharacters}
          value={search}
          onChange={(value) => searchActivity({ search: value })}
        />
        <button
          type="button"
          className="button"
          aria-expanded={areFiltersOpen}
          onClick={() => setOpen(!areFiltersOpen)}
        >
          <Icon name="filter" />
          {count === 0 ? 'Filter' : `Filter (${count})`}
        </button>
        {count > 0 && (
          <button type="button" className="button bare" onClick={() => searchActivity({ only: {} })}>
            Show all
          </button>
        )}
        <button type="button" className="button" onClick={() => void exportActivity()}>
          <Icon name="save" />
          Export…
        </button>
        <GlossaryButton />
      </div>
      {/* They stay while they are closed, with what they have seen. */}
      <div hidden={!areFiltersOpen}>
        <ActivityFilters entries={entries} />
      </div>
    </>
  );
}

function NoActivity() {
  return (
    <EmptySection icon="activity" title="Nothing yet">
      <p>
        Each time a program asks for a signature, one line here says who asked, what for and what came of it.
      </p>
    </EmptySection>
  );
}

function Entries() {
  const { search, limit, only, entries } = useWindowStore((state) => state.activity);
  const isNarrowed = search !== '' || Object.keys(only).length > 0;
  if (entries === undefined) return <p className="quiet">One moment…</p>;
  if (entries.length === 0 && !isNarrowed) return <NoActivity />;
  return (
    <>
      <ActivityTools entries={entries} />
      <p className="unseen" role="status">
        {entries.length === 1 ? '1 entry' : `${entries.length} entries`}
      </p>
      {entries.length === 0 && (
        <p className="quiet">
          {search === '' ? 'No entry is of that kind.' : `No entry matches “${search}”.`}
        </p>
      )}
      <ol className="activity">
        {entries.map((entry) => (
          <ActivityEntry key={entry.id} entry={entry} />
        ))}
      </ol>
      {entries.length >= limit && limit < bounds.activityPage && (
        <button
          type="button"
          className="button more-activity"
          onClick={() => searchActivity({ limit: bounds.activityPage })}
        >
          Show older entries
        </button>
      )}
    </>
  );
}

export function ActivitySection() {
  useEffect(() => {
    void refreshActivity();
  }, []);
  return (
    <>
      <MissedRequests />
      <KeyOrders />
      <Entries />
    </>
  );
}
