// The way to what the words mean, from wherever they are used.
import { openDialog } from '../store/window-store.ts';

export function GlossaryButton() {
  return (
    <button type="button" className="button bare" onClick={() => openDialog({ kind: 'glossary' })}>
      What do these words mean?
    </button>
  );
}
