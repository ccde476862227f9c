// The sections, and the one thing that must never be far away: locking.
import type { Section } from '../../../ipc/contract/program.ts';
import { Icon, type IconName } from '../../parts/icon.tsx';
import { ask } from '../store/ask.ts';
import { showSection, useWindowStore } from '../store/window-store.ts';

const entries: readonly { readonly section: Section; readonly icon: IconName; readonly label: string }[] = [
  { section: 'keys', icon: 'key', label: 'Keys' },
  { section: 'activity', icon: 'activity', label: 'Activity' },
  { section: 'approvals', icon: 'approval', label: 'Approvals' },
  { section: 'rules', icon: 'rule', label: 'Rules' },
  { section: 'doors', icon: 'door', label: 'Doors' },
  { section: 'use-with', icon: 'use', label: 'Use with…' },
  { section: 'settings', icon: 'settings', label: 'Settings' },
];

function LockButton() {
  const isPaused = useWindowStore((state) => state.main?.lock.isPaused === true);
  return (
    <button
      type="button"
      className="navigation-entry"
      onClick={() => void ask(isPaused ? 'agent.unlock' : 'agent.lock', {})}
    >
      <Icon name={isPaused ? 'unlock' : 'lock'} />
      {isPaused ? 'Unlock' : 'Lock now'}
    </button>
  );
}

export function Navigation() {
  const current = useWindowStore((state) => state.section);
  const degraded = useWindowStore(
    (state) => state.main?.doors.filter((door) => door.status === 'degraded').length,
  );
  const missed = useWindowStore((state) => state.missed.length);
  return (
    <nav className="navigation" aria-label="Sections">
      <ul className="navigation-list">
        {entries.map(({ section, icon, label }) => (
          <li key={section}>
            <button
              type="button"
              className="navigation-entry"
              aria-current={section === current ? 'page' : undefined}
              onClick={() => showSection(section)}
            >
              <Icon name={icon} />
              {label}
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
