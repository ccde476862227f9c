// Key files dropped on the window: the half on which they are dropped says how they are kept.
import { useEffect, useState } from 'react';
import { Icon } from '../../prompt/icon.tsx';
import { useWindowStore } from '../store/window-store.ts';
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
  readonly keepEncrypted: boolean;
  readonly onDone: () => void;
}

function DropTarget({ keepEncrypted, onDone }: DropTargetProps) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is for the mouse; the buttons do the same by keyboard
    <div
      className="drop-target"
      data-keep={keepEncrypted ? 'encrypted' : 'unlocked'}
      onDrop={(event) => {
        event.preventDefault();
        const files = [...event.dataTransfer.files];
        onDone();
        void addDroppedFiles(files, keepEncrypted);
      }}
    >
      <Icon name={keepEncrypted ? 'lock' : 'add'} />
      <p>
        <strong>{keepEncrypted ? 'Add encrypted' : 'Add'}</strong>
      </p>
      <p className="small quiet">
        {keepEncrypted ? 'Ask for the passphrase at the first use' : 'Ask for the passphrase now'}
      </p>
    </div>
  );
}

export function DropZone() {
  const [isOver, close] = useFilesOverWindow();
  if (!isOver) return null;
  return (
    <div className="drop-zone">
      <DropTarget keepEncrypted={false} onDone={close} />
      <DropTarget keepEncrypted onDone={close} />
    </div>
  );
}
