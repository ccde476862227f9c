// The ways to get keys into the agent.
import { Icon } from '../../parts/icon.tsx';
import { addFromDialog } from '../add-keys/add-keys.ts';
import { openKeyFile } from '../key-files/open-key-file.ts';
import { openDialog } from '../store/window-store.ts';

export function KeyToolbar() {
  return (
    <fieldset className="toolbar key-toolbar">
      <legend className="unseen">Add and make keys</legend>
      <button
        type="button"
        className="button primary"
        onClick={() => void addFromDialog({ keepEncrypted: false })}
      >
        <Icon name="add" />
        Add key…
      </button>
      <button
        type="button"
        className="button"
        title="The passphrase is asked for when the key is first used"
        onClick={() => void addFromDialog({ keepEncrypted: true })}
      >
        <Icon name="lock" />
        Add key encrypted…
      </button>
      <button
        type="button"
        className="button"
        title="Choose when to ask before use, and how long the key stays"
        onClick={() => openDialog({ kind: 'add-with-options' })}
      >
        <Icon name="settings" />
        Add with options…
      </button>
      <button type="button" className="button" onClick={() => openDialog({ kind: 'paste' })}>
        <Icon name="paste" />
        Paste…
      </button>
      <button type="button" className="button" onClick={() => openDialog({ kind: 'generate' })}>
        <Icon name="generate" />
        Generate…
      </button>
      <button
        type="button"
        className="button"
        onClick={() => void openKeyFile({ kind: 'dialog' }, 'convert')}
      >
        <Icon name="save" />
        Convert a file…
      </button>
    </fieldset>
  );
}
