// What every prompt is laid out in: the question, the facts, which scroll, and the answer, which stays in sight.
import { type FormEvent, type ReactNode, type RefObject, useEffect, useRef } from 'react';
import type { PromptKeyView } from '../../../ipc/contract/prompt.ts';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { Icon, type IconName } from '../../parts/icon.tsx';
import { useIsCondensed } from './condensed.ts';
import { MoreBelow } from './more-below.tsx';
import { usePageKeys } from './page-keys.ts';
import './prompt-frame.css';

interface PromptFrameProps {
  readonly icon: IconName;
  readonly title: string;
  /** Stays in sight where the facts are scrolled away. */
  readonly promptKey?: PromptKeyView;
  /** The facts. */
  readonly children: ReactNode;
  /** What must be seen before anything is answered. */
  readonly notes?: ReactNode;
  /** What is typed into, or else answers. */
  readonly field?: ReactNode;
  /** Choices and remarks: beside the facts, below them in a low window. */
  readonly options?: ReactNode;
  readonly actions: ReactNode;
  readonly onSubmit?: (event: FormEvent) => void;
  readonly isBusy?: boolean;
}

/** The comment is the file's or the client's word, and quoted; the fingerprint is ours. Both are among the facts, whole. */
function KeyLine({ promptKey: { comment, fingerprint } }: { readonly promptKey: PromptKeyView }) {
  return (
    <p className="prompt-key">
      <ForeignText text={comment} ifEmpty="No comment" maxCharacters={60} className="main" isQuoted />
      <span className="mono quiet">{fingerprint}</span>
    </p>
  );
}

interface NotesProps {
  readonly box: RefObject<HTMLElement | null>;
  readonly children: ReactNode;
}

/** Above the facts, to which it goes back when there is something new to be told. */
function Notes({ box, children }: NotesProps) {
  const notes = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const changes = new MutationObserver(() => box.current?.scrollTo({ top: 0 }));
    if (notes.current !== null)
      changes.observe(notes.current, { childList: true, characterData: true, subtree: true });
    return () => changes.disconnect();
  }, [box]);
  return (
    <div className="prompt-notes" ref={notes}>
      {children}
    </div>
  );
}

export function PromptFrame(props: PromptFrameProps) {
  const {
    icon,
    title,
    promptKey,
    children,
    notes,
    field,
    options,
    actions,
    onSubmit,
    isBusy = false,
  } = props;
  const isCondensed = useIsCondensed();
  const facts = useRef<HTMLElement>(null);
  usePageKeys(facts);
  const parts = (
    <>
      <header className="prompt-head">
        <div className="prompt-title">
          <Icon name={icon} />
          <h1>{title}</h1>
        </div>
        {isCondensed && promptKey !== undefined && <KeyLine promptKey={promptKey} />}
      </header>
      <main className="prompt-body" ref={facts}>
        <div className="prompt-facts">
          {isCondensed && <Notes box={facts}>{notes}</Notes>}
          {children}
          {isCondensed && options}
        </div>
        <MoreBelow box={facts} />
      </main>
      <footer className="prompt-foot">
        {field}
        {!isCondensed && options}
        {!isCondensed && notes}
        <div className="prompt-actions">{actions}</div>
      </footer>
    </>
  );
  return onSubmit === undefined ? (
    <div className="prompt" aria-busy={isBusy}>
      {parts}
    </div>
  ) : (
    <form className="prompt" onSubmit={onSubmit} aria-busy={isBusy}>
      {parts}
    </form>
  );
}
