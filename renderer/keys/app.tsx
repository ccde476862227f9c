// The key window: navigation at the left, what must be said at the top, the section, the open dialog.
import { useEffect, useRef } from 'react';
import { DropZone } from './add-keys/drop-zone.tsx';
import { loadState } from './follow-main-process.ts';
import { Banners } from './frame/banners.tsx';
import { Messages } from './frame/messages.tsx';
import { Navigation } from './frame/navigation.tsx';
import { OpenDialog } from './open-dialog.tsx';
import { sections } from './sections.ts';
import { useWindowStore } from './store/window-store.ts';
import './frame/frame.css';

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
  const { title, Content } = sections[section];
  const heading = useRef<HTMLHeadingElement>(null);
  const shownBefore = useRef(section);
  useEffect(() => {
    document.title = `${title} – Sallyport`;
    // A new section starts at its heading, for those who listen rather than look.
    if (shownBefore.current !== section) heading.current?.focus();
    shownBefore.current = section;
  }, [section, title]);

  if (!isLoaded)
    return startProblem === undefined ? (
      <main className="start-problem" aria-busy="true">
        <h1 className="quiet">One moment…</h1>
      </main>
    ) : (
      <StartProblem problem={startProblem} />
    );
  return (
    <div className="window">
      <Navigation sections={sections} />
      <main className="section">
        <Banners />
        <h1 ref={heading} tabIndex={-1} className="section-title">
          {title}
        </h1>
        <Content />
      </main>
      <DropZone />
      <Messages />
      <OpenDialog />
    </div>
  );
}
