// Asks before keys are removed.
import { Fingerprint } from '../../parts/fingerprint.tsx';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { DangerButtons } from '../controls/dialog-buttons.tsx';
import { DialogFrame } from '../controls/dialog-frame.tsx';
import { ask } from '../store/ask.ts';
import { tell, tellUndoable } from '../store/messages.ts';
import { closeDialog, useWindowStore } from '../store/window-store.ts';
import { keysPhrase } from '../words/key-words.ts';

const maxListed = 8;

async function undo(undoId: string): Promise<void> {
  const restored = await ask('keys.undoRemove', { undoId });
  if (restored !== undefined) tell('Added again, encrypted: the next use asks for the passphrase.');
}

export function RemoveDialog({ ids }: { readonly ids: readonly string[] }) {
  const keys = useWindowStore((state) => state.main?.keys) ?? [];
  const views = keys.filter((key) => ids.includes(key.id));
  const elsewhere = views.filter((view) => view.state === 'elsewhere').length;
  const lost = views.filter((view) => view.state === 'clear').length;
  const remove = async () => {
    const what = keysPhrase(views);
    closeDialog();
    if (views.length === 0) return;
    const removed = await ask('keys.remove', { ids: views.map((view) => view.id) });
    if (removed === undefined) return;
    const { undoId, restorable } = removed;
    const words = `Removed ${what} from the agent.`;
    if (undoId === undefined) tell(words);
    else
      tellUndoable(
        restorable === views.length ? words : `${words} ${restorable} of them can be had back, encrypted.`,
        () => void undo(undoId),
      );
  };
  return (
    <DialogFrame
      title={views.length === 1 ? 'Remove this key?' : `Remove ${views.length} keys?`}
      onClose={closeDialog}
    >
      <div className="dialog-body">
        <ul className="remove-list">
          {views.slice(0, maxListed).map((view) => (
            <li key={view.id}>
              <ForeignText
                text={view.comment}
                ifEmpty="No comment"
                maxCharacters={120}
                className="key-comment"
              />
              <span className="small quiet">
                <Fingerprint text={view.fingerprint} />
              </span>
            </li>
          ))}
        </ul>
        {views.length > maxListed && <p className="quiet">and {views.length - maxListed} more</p>}
        <p>
          Programs can no longer use {views.length === 1 ? 'it' : 'them'} through Sallyport. Your key files
          stay where they are.
        </p>
        {elsewhere > 0 && (
          <p>
            Other places keep what lives in them. It comes back here when Sallyport starts again, or, of
            another agent, when you choose “Show its keys again” at “Other places”.
          </p>
        )}
        {lost > 0 && (
          <p>
            {lost === views.length
              ? lost === 1
                ? 'It is'
                : 'They are'
              : `${lost} of them ${lost === 1 ? 'is' : 'are'}`}{' '}
            held in memory only: to have {lost === 1 ? 'it' : 'them'} back, you need the key{' '}
            {lost === 1 ? 'file' : 'files'}.
          </p>
        )}
      </div>
      <DangerButtons words="Remove" onConfirm={() => void remove()} />
    </DialogFrame>
  );
}
