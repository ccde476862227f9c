// The sections, and the one thing that must never be far away: locking.
import { useEffect } from 'react';
import type { Section } from '../../../ipc/contract/program.ts';
import { Icon, type IconName } from '../../parts/icon.tsx';
import { ask } from '../store/ask.ts';
import { openDialog, showSection, useWindowStore } from '../store/window-store.ts';

export interface NavigationEntry {
  readonly icon: IconName;
  readonly label: string;
}

function LockButton() {
  const isPaused = useWindowStore((state) => state.main?.lock.isPaused === true);
  const words = isPaused ? 'Unlock' : 'Lock now';
  return (
    <button
      type="button"
      className="navigation-entry"
      title={words}
      onClick={() => void ask(isPaused ? 'agent.unlock' : 'agent.lock', {})}
    >
      <Icon name={isPaused ? 'unlock' : 'lock'} />
      <span className="navigation-label">{words}</span>
    </button>
  );
}

/** Ctrl+F is at home in every section, as what it finds is in all of them. */
function SearchButton() {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!event.ctrlKey || event.altKey || event.shiftKey || event.key.toLowerCase() !== 'f') return;
      event.preventDefault();
      if (useWindowStore.getState().dialog === undefined) openDialog({ kind: 'search' });
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
  return (
    <button
      type="button"
      className="navigation-entry navigation-search"
      title="Search everything (Ctrl+F)"
      onClick={() => openDialog({ kind: 'search' })}
    >
      <Icon name="search" />
      <span className="navigation-label">
        Search<span className="unseen"> everything</span>
      </span>
    </button>
  );
}

interface NavigationProps {
  readonly sections: Readonly<Record<Section, NavigationEntry>>;
}

export function Navigation({ sections }: NavigationProps) {
  const current = useWindowStore((state) => state.section);
  const degraded = useWindowStore(
    (state) => state.main?.doors.filter((door) => door.status === 'degraded').length,
  );
  const missed = useWindowStore((state) => state.missed.length);
  return (
    <nav className="navigation" aria-label="Sections">
      <SearchButton />
      <ul className="navigation-list">
        {(Object.entries(sections) as [Section, NavigationEntry][]).map(([section, { icon, label }]) => (
          <li key={section}>
            <button
              type="button"
              className="navigation-entry"
              aria-current={section === current ? 'page' : undefined}
              title={label}
              onClick={() => showSection(section)}
            >
              <Icon name={icon} />
              <span className="navigation-label">{label}</span>
              {section === 'activity' && missed > 0 && (
                <span className="navigation-count">
                  {missed}
                  <span className="unseen">
                    {missed === 1 ? ' request not allowed' : ' requests not allowed'}
                  </span>
                </span>
              )}
              {section === 'doors' && degraded !== undefined && degraded > 0 && (
                <span className="navigation-count">
                  {degraded}
                  <span className="unseen">{degraded === 1 ? ' door needs help' : ' doors need help'}</span>
                </span>
              )}
            </button>
          </li>
        ))}
      </ul>
      <LockButton />
    </nav>
  );
}
