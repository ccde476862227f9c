// What can be done with one key.
import type { KeyView, PublicKeyFormat } from '../../../ipc/contract/keys.ts';
import { Icon } from '../../parts/icon.tsx';
import { openKeyFile } from '../key-files/open-key-file.ts';
import { ask } from '../store/ask.ts';
import { tell } from '../store/messages.ts';
import { canMove, moveKey } from '../store/move-key.ts';
import { reencryptKeys } from '../store/reencrypt-keys.ts';
import { type KeyFileTask, openDialog, useWindowStore } from '../store/window-store.ts';
import { keyName } from '../words/key-words.ts';

async function copyPublicKey(view: KeyView, format: PublicKeyFormat): Promise<void> {
  const copied = await ask('keys.copyPublicKey', { id: view.id, format });
  if (copied === undefined) return;
  const what = format === 'rfc4716' ? 'public key file (RFC 4716)' : 'line for authorized_keys';
  tell(`The ${what} of ${keyName(view)} is on the clipboard.`);
}

function OrderButton({ view, direction }: { readonly view: KeyView; readonly direction: 'up' | 'down' }) {
  const keys = useWindowStore((state) => state.main?.keys) ?? [];
  const words = direction === 'up' ? 'Offer earlier' : 'Offer later';
  return (
    <button
      type="button"
      className="button"
      title={`${words} (Alt+${direction === 'up' ? '↑' : '↓'} in the list)`}
      disabled={!canMove(keys, view, direction)}
      onClick={() => void moveKey(view, direction)}
    >
      <Icon name={direction} />
      {words}
    </button>
  );
}

/** Only what is held encrypted has a file that can be written again. */
function FileButtons({ view }: { readonly view: KeyView }) {
  if (view.state === 'clear' || view.state === 'elsewhere') return null;
  const open = (task: KeyFileTask) => void openKeyFile({ kind: 'held', id: view.id }, task);
  return (
    <>
      <button type="button" className="button" onClick={() => open('convert')}>
        <Icon name="save" />
        Convert…
      </button>
      <button type="button" className="button" onClick={() => open('change-passphrase')}>
        <Icon name="generate" />
        New passphrase…
      </button>
    </>
  );
}

export function KeyCommands({ view }: { readonly view: KeyView }) {
  return (
    <fieldset className="toolbar key-commands">
      <legend className="unseen">Commands for this key</legend>
      <button
        type="button"
        className="button"
        title="As a line for authorized_keys"
        onClick={() => void copyPublicKey(view, 'authorized-keys')}
      >
        <Icon name="copy" />
        Copy public key
      </button>
      <button type="button" className="button" onClick={() => void copyPublicKey(view, 'rfc4716')}>
        <Icon name="copy" />
        Copy as RFC 4716
      </button>
      <FileButtons view={view} />
      <OrderButton view={view} direction="up" />
      <OrderButton view={view} direction="down" />
      {view.state === 'unlocked' && (
        <button type="button" className="button" onClick={() => void reencryptKeys([view])}>
          <Icon name="lock" />
          Re-encrypt
        </button>
      )}
      <button type="button" className="button" onClick={() => openDialog({ kind: 'remove', ids: [view.id] })}>
        <Icon name="remove" />
        Remove…
      </button>
    </fieldset>
  );
}
