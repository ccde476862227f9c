// The section "Activity": what was asked, by whom, where to, and what was answered.
import { useEffect } from 'react';
import { Icon } from '../../parts/icon.tsx';
import { ask } from '../store/ask.ts';
import { tell, tellProblem } from '../store/messages.ts';
import { useWindowStore } from '../store/window-store.ts';
import { ActivityEntry } from './activity-entry.tsx';
import { KeyOrders } from './key-orders.tsx';
import { MissedRequests } from './missed-requests.tsx';
import { refreshActivity, searchActivity } from './refresh-activity.ts';
import './activity.css';

const largestLimit = 500;

async function exportActivity(): Promise<void> {
  const outcome = await ask('activity.export', {});
  if (outcome?.kind === 'saved') tell(`The activity was saved as ${outcome.path}.`);
  if (outcome?.kind === 'failed') tellProblem(outcome.message);
}

function ActivityTools() {
  const search = useWindowStore((state) => state.activity.search);
  return (
    <div className="toolbar activity-tools">
      <div className="search">
        <Icon name="search" />
        <input
          type="search"
          className="field"
          aria-label="Search the activity"
          placeholder="Program, host, key…"
          maxLength={200}
          value={search}
          onChange={(event) => searchActivity({ search: event.target.value })}
        />
      </div>
      <button type="button" className="button" onClick={() => void exportActivity()}>
        <Icon name="save" />
        Export…
      </button>
    </div>
  );
}

function NoActivity() {
  return (
    <div className="empty">
      <Icon name="activity" />
      <h2>Nothing yet</h2>
      <p>
        Each time a program asks for a signature, one line here says who asked, what for and what came of it.
      </p>
    </div>
  );
}

function Entries() {
  const { search, limit, entries } = useWindowStore((state) => state.activity);
  if (entries === undefined) return <p className="quiet">One moment…</p>;
  if (entries.length === 0 && search === '') return <NoActivity />;
  return (
    <>
      <ActivityTools />
      <p className="unseen" role="status">
        {entries.length === 1 ? '1 entry' : `${entries.length} entries`}
      </p>
      {entries.length === 0 && <p className="quiet">No entry matches “{search}”.</p>}
      <ol className="activity">
        {entries.map((entry) => (
          <ActivityEntry key={entry.id} entry={entry} />
        ))}
      </ol>
      {entries.length >= limit && limit < largestLimit && (
        <button
          type="button"
          className="button more-activity"
          onClick={() => searchActivity({ limit: largestLimit })}
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
