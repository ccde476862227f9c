// What can be done with several selected keys at once.
import type { KeyView } from '../../../ipc/contract/keys.ts';
import { Icon } from '../../parts/icon.tsx';
import { reencryptKeys } from '../store/reencrypt-keys.ts';
import { openDialog } from '../store/window-store.ts';

export function SeveralKeys({ views }: { readonly views: readonly KeyView[] }) {
  const unlocked = views.filter((view) => view.state === 'unlocked').length;
  return (
    <>
      <h2 className="key-details-title">{views.length} keys selected</h2>
      <div className="toolbar">
        <button
          type="button"
          className="button"
          disabled={unlocked === 0}
          onClick={() => void reencryptKeys(views)}
        >
          <Icon name="lock" />
          Lock again
        </button>
        <button
          type="button"
          className="button"
          onClick={() => openDialog({ kind: 'remove', ids: views.map((view) => view.id) })}
        >
          <Icon name="remove" />
          Remove…
        </button>
      </div>
      {unlocked === 0 && (
        <p className="quiet small">None of these keys is unlocked: nothing to lock again.</p>
      )}
    </>
  );
}
