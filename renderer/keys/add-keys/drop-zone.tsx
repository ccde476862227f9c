// Key files dropped on the window: the part on which they are dropped says how they are kept.
import { useEffect, useState } from 'react';
import { Icon, type IconName } from '../../parts/icon.tsx';
import { openDialog, useWindowStore } from '../store/window-store.ts';
import { addDroppedFiles } from './add-keys.ts';
import './drop-zone.css';

const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;

/** True while files are dragged over the window. */
function useFilesOverWindow(): [boolean, () => void] {
  const [isOver, setIsOver] = useState(false);
  const isDialogOpen = useWindowStore((state) => state.dialog !== undefined);
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      // A file that is dropped beside the zones must not be opened as a page.
      event.preventDefault();
      setIsOver(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setIsOver(false);
    };
    const drop = (event: DragEvent) => {
      if (holdsFiles(event)) event.preventDefault();
      setIsOver(false);
    };
    addEventListener('dragover', over);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', over);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
    };
  }, []);
  return [isOver && !isDialogOpen, () => setIsOver(false)];
}

interface DropTargetProps {
  /** How keys that are dropped here are kept. */
  readonly keep: 'unlocked' | 'encrypted' | 'as-chosen';
  readonly icon: IconName;
  readonly title: string;
  readonly explanation: string;
  readonly onFiles: (files: readonly File[]) => void;
}

function DropTarget({ keep, icon, title, explanation, onFiles }: DropTargetProps) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is for the mouse; the buttons do the same by keyboard
    <div
      className="drop-target"
      data-keep={keep}
      onDrop={(event) => {
        event.preventDefault();
        onFiles([...event.dataTransfer.files]);
      }}
    >
      <Icon name={icon} />
      <p>
        <strong>{title}</strong>
      </p>
      <p className="small quiet">{explanation}</p>
    </div>
  );
}

export function DropZone() {
  const [isOver, close] = useFilesOverWindow();
  if (!isOver) return null;
  const closeAnd = (act: (files: readonly File[]) => void) => (files: readonly File[]) => {
    close();
    if (files.length > 0) act(files);
  };
  return (
    <section className="drop-zone" aria-label="How to keep the dropped keys">
      <DropTarget
        keep="unlocked"
        icon="add"
        title="Add"
        explanation="Ask for the passphrase now"
        onFiles={closeAnd((files) => void addDroppedFiles(files, { keepEncrypted: false }))}
      />
      <DropTarget
        keep="encrypted"
        icon="lock"
        title="Add encrypted"
        explanation="Ask for the passphrase at the first use"
        onFiles={closeAnd((files) => void addDroppedFiles(files, { keepEncrypted: true }))}
      />
      <DropTarget
        keep="as-chosen"
        icon="settings"
        title="Add with options…"
        explanation="Choose when to ask before use, and how long the key stays"
        onFiles={closeAnd((files) => openDialog({ kind: 'add-with-options', files }))}
      />
    </section>
  );
}
