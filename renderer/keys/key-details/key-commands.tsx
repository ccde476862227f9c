// What can be done with one key.
import type { KeyView, PublicKeyFormat } from '../../../ipc/contract/keys.ts';
import { Icon } from '../../parts/icon.tsx';
import { MenuButton, type MenuItem } from '../controls/menu-button.tsx';
import { openKeyFile } from '../key-files/open-key-file.ts';
import { ask } from '../store/ask.ts';
import { placeAfterStep } from '../store/key-groups.ts';
import { tell } from '../store/messages.ts';
import { moveKey } from '../store/move-key.ts';
import { reencryptKeys } from '../store/reencrypt-keys.ts';
import { type KeyFileTask, openDialog, useWindowStore } from '../store/window-store.ts';
import { keyName } from '../words/key-words.ts';

async function copyPublicKey(view: KeyView, format: PublicKeyFormat): Promise<void> {
  const copied = await ask('keys.copyPublicKey', { id: view.id, format });
  if (copied === undefined) return;
  const what = format === 'rfc4716' ? 'public key file (RFC 4716)' : 'line for authorized_keys';
  tell(`The ${what} of ${keyName(view)} is on the clipboard.`);
}

/** Only what is held encrypted has a file that can be written again. */
const hasFile = ({ state }: KeyView) => state === 'encrypted' || state === 'unlocked';

function fileItems(view: KeyView): readonly MenuItem[] {
  const open = (task: KeyFileTask) => void openKeyFile({ kind: 'held', id: view.id }, task);
  return [
    {
      icon: 'save',
      label: 'Convert…',
      hint: 'Save its file in another format',
      startsGroup: true,
      onChoose: () => open('convert'),
    },
    {
      icon: 'generate',
      label: 'New passphrase…',
      hint: 'Save its file with another passphrase',
      onChoose: () => open('change-passphrase'),
    },
  ];
}

function orderItem(keys: readonly KeyView[], view: KeyView, direction: 'up' | 'down'): MenuItem {
  return {
    icon: direction,
    label: direction === 'up' ? 'Offer earlier' : 'Offer later',
    hint: `Alt+${direction === 'up' ? '↑' : '↓'} in the list`,
    isDisabled: placeAfterStep(keys, view, direction) === undefined,
    startsGroup: direction === 'up',
    onChoose: () => void moveKey(view, direction),
  };
}

function MoreMenu({ view }: { readonly view: KeyView }) {
  const keys = useWindowStore((state) => state.main?.keys) ?? [];
  const items: readonly MenuItem[] = [
    {
      icon: 'copy',
      label: 'Copy as RFC 4716',
      hint: 'The public key as servers of other makers want it',
      onChoose: () => void copyPublicKey(view, 'rfc4716'),
    },
    ...(hasFile(view) ? fileItems(view) : []),
    orderItem(keys, view, 'up'),
    orderItem(keys, view, 'down'),
  ];
  return (
    <MenuButton label="More for this key" className="button icon-only" showsNoWords items={items}>
      <Icon name="more" />
    </MenuButton>
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
      {view.state === 'unlocked' && (
        <button type="button" className="button" onClick={() => void reencryptKeys([view])}>
          <Icon name="lock" />
          Lock again
        </button>
      )}
      <button type="button" className="button" onClick={() => openDialog({ kind: 'remove', ids: [view.id] })}>
        <Icon name="remove" />
        Remove…
      </button>
      <MoreMenu view={view} />
    </fieldset>
  );
}
