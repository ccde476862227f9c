// What the words of the window mean.
import { glossary } from '../../../text/glossary.ts';
import { DialogActions, DialogFrame } from '../controls/dialog-frame.tsx';
import { closeDialog } from '../store/window-store.ts';
import './glossary.css';

export function GlossaryDialog() {
  return (
    <DialogFrame title="What these words mean" onClose={closeDialog}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keyboard, too */}
      <section className="glossary" aria-label="Words" tabIndex={0} data-initial-focus>
        <dl className="dialog-body">
          {glossary.map(({ word, meaning }) => (
            <div key={word}>
              <dt>{word}</dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
      </section>
      <DialogActions>
        <button type="button" className="button" onClick={closeDialog}>
          Close
        </button>
      </DialogActions>
    </DialogFrame>
  );
}
