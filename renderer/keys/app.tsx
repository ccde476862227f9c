// The key window: navigation at the left, what must be said at the top, the section, the open dialog.
import { useEffect, useRef } from 'react';
import type { Section } from '../../ipc/contract/program.ts';
import { ActivitySection } from './activity/activity-section.tsx';
import { DropZone } from './add-keys/drop-zone.tsx';
import { ApprovalsSection } from './approvals/approvals-section.tsx';
import { DoorsSection } from './doors/doors-section.tsx';
import { KeysSection } from './key-list/keys-section.tsx';
import { RulesSection } from './rules/rules-section.tsx';
import { SettingsSection } from './settings/settings-section.tsx';
import { Banners } from './shell/banners.tsx';
import { Messages } from './shell/messages.tsx';
import { Navigation } from './shell/navigation.tsx';
import { OpenDialog } from './shell/open-dialog.tsx';
import { sectionTitles } from './shell/section-titles.ts';
import { loadState } from './store/follow-main-process.ts';
import { useWindowStore } from './store/window-store.ts';
import { UseWithSection } from './use-with/use-with-section.tsx';
import './shell/shell.css';

const sections: Readonly<Record<Section, () => React.ReactNode>> = {
  keys: KeysSection,
  activity: ActivitySection,
  approvals: ApprovalsSection,
  rules: RulesSection,
  doors: DoorsSection,
  'use-with': UseWithSection,
  settings: SettingsSection,
};

/** Shown when the main process can't be reached: a window without keys would look like an agent without keys. */
function StartProblem({ problem }: { readonly problem: string }) {
  return (
    <main className="start-problem">
      <h1>Sallyport did not answer this window</h1>
      <p>{problem}</p>
      <p className="quiet">
        Your keys are where they were. Try again, or open the window again from the tray.
      </p>
      <button type="button" className="button primary" onClick={() => void loadState()}>
        Try again
      </button>
    </main>
  );
}

export function App() {
  const isLoaded = useWindowStore((state) => state.main !== undefined);
  const startProblem = useWindowStore((state) => state.startProblem);
  const section = useWindowStore((state) => state.section);
  const heading = useRef<HTMLHeadingElement>(null);
  const shownBefore = useRef(section);
  useEffect(() => {
    document.title = `${sectionTitles[section]} – Sallyport`;
    // A new section starts at its heading, for those who listen rather than look.
    if (shownBefore.current !== section) heading.current?.focus();
    shownBefore.current = section;
  }, [section]);

  if (!isLoaded)
    return startProblem === undefined ? (
      <main className="start-problem" aria-busy="true">
        <h1 className="quiet">One moment…</h1>
      </main>
    ) : (
      <StartProblem problem={startProblem} />
    );
  const Shown = sections[section];
  return (
    <div className="window">
      <Navigation />
      <main className="section">
        <Banners />
        <h1 ref={heading} tabIndex={-1} className="section-title">
          {sectionTitles[section]}
        </h1>
        <Shown />
      </main>
      <DropZone />
      <Messages />
      <OpenDialog />
    </div>
  );
}
