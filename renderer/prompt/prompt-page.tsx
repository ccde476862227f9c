// Chooses what this window shows: a question, which another may follow, or what waits.
import { useEffect, useSyncExternalStore } from 'react';
import type { Bridge } from '../../ipc/contract/contract.ts';
import { insideQuotes } from '../../text/foreign-text.ts';
import { ConfirmPrompt } from './confirm-prompt.tsx';
import { HelloSetUp } from './hello-set-up.tsx';
import { PassphrasePrompt } from './passphrase-prompt.tsx';
import type { PromptFeed, PromptSnapshot } from './prompt-feed.ts';
import { UnlockAgentPrompt } from './unlock-agent-prompt.tsx';
import { WaitingPrompt, waitingTitle } from './waiting-prompt.tsx';
import './prompt.css';

function windowTitle(snapshot: PromptSnapshot): string {
  if (snapshot.kind === 'waiting') return waitingTitle(snapshot.view);
  if (snapshot.kind !== 'open') return 'Sallyport asks';
  if (snapshot.view.kind === 'unlock-agent')
    return snapshot.view.isUnlocked ? 'Sallyport is unlocked' : 'Sallyport is locked';
  const comment = insideQuotes(snapshot.view.key.comment, 60);
  const key = comment === '' ? 'a key without a comment' : `“${comment}”`;
  switch (snapshot.view.kind) {
    case 'passphrase':
      return `${snapshot.view.pinOf === undefined ? 'Passphrase' : 'PIN'} for ${key}`;
    case 'confirm':
      return `Allow use of ${key}?`;
    case 'hello-set-up':
      return `Windows Hello for ${key}`;
  }
}

/** Seen only where what waited takes its time. */
function UnlockedNote() {
  return (
    <main className="prompt-empty" aria-busy="true">
      <h1>Sallyport is unlocked</h1>
      <p role="status">
        What waited goes on. If it needs an answer of yours, the question comes in this window.
      </p>
    </main>
  );
}

export function PromptPage({ bridge, feed }: { readonly bridge: Bridge; readonly feed: PromptFeed }) {
  const snapshot = useSyncExternalStore(feed.subscribe, feed.getSnapshot);
  const title = windowTitle(snapshot);
  useEffect(() => {
    document.title = title;
  }, [title]);

  if (snapshot.kind === 'loading')
    return (
      <main className="prompt-empty" aria-busy="true">
        <h1 className="quiet">One moment…</h1>
      </main>
    );
  if (snapshot.kind === 'failed')
    return (
      <main className="prompt-empty">
        <h1>This window lost its question</h1>
        <p>{snapshot.message}</p>
        <p>Nothing was allowed. Close this window, and have the program try again.</p>
        <button type="button" className="button" onClick={() => window.close()}>
          Close
        </button>
      </main>
    );
  if (snapshot.kind === 'waiting') return <WaitingPrompt bridge={bridge} view={snapshot.view} />;
  const { view, deadlineMs, isFocused } = snapshot;
  const common = { bridge, deadlineMs, isFocused };
  // The id as React's key: nothing typed or chosen for one question may survive into another.
  switch (view.kind) {
    case 'passphrase':
      return <PassphrasePrompt key={view.id} view={view} {...common} />;
    case 'confirm':
      return <ConfirmPrompt key={view.id} view={view} {...common} />;
    case 'unlock-agent':
      return view.isUnlocked ? <UnlockedNote /> : <UnlockAgentPrompt key={view.id} view={view} {...common} />;
    case 'hello-set-up':
      return <HelloSetUp key={view.id} view={view} {...common} />;
  }
}
