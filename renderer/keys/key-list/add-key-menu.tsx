// The ways to get keys into the agent, behind one button.
import { Icon } from '../../parts/icon.tsx';
import { addFromDialog } from '../add-keys/add-keys.ts';
import { MenuButton, type MenuItem } from '../controls/menu-button.tsx';
import { openKeyFile } from '../key-files/open-key-file.ts';
import { openDialog, showSection } from '../store/window-store.ts';

const items: readonly MenuItem[] = [
  {
    icon: 'add',
    label: 'Key file…',
    hint: 'Asks for its passphrase now',
    onChoose: () => void addFromDialog({ keepEncrypted: false }),
  },
  {
    icon: 'lock',
    label: 'Key file, kept encrypted…',
    hint: 'Asks for its passphrase when the key is first used',
    onChoose: () => void addFromDialog({ keepEncrypted: true }),
  },
  {
    icon: 'settings',
    label: 'Key file with options…',
    hint: 'Choose when to ask before use, and how long it stays',
    onChoose: () => openDialog({ kind: 'add-with-options' }),
  },
  {
    icon: 'paste',
    label: 'Paste…',
    hint: 'The text of a key file',
    onChoose: () => openDialog({ kind: 'paste' }),
  },
  {
    icon: 'agents',
    label: 'Token or another place',
    hint: 'Smart cards, security keys, Windows, other agents',
    onChoose: () => showSection('places'),
  },
  {
    icon: 'generate',
    label: 'Generate…',
    hint: 'Make a new key and save it to a file',
    startsGroup: true,
    onChoose: () => openDialog({ kind: 'generate' }),
  },
  {
    icon: 'save',
    label: 'Convert a file…',
    hint: 'Another format or passphrase for a key file',
    onChoose: () => void openKeyFile({ kind: 'dialog' }, 'convert'),
  },
];

export function AddKeyMenu() {
  return (
    <MenuButton label="Add key" className="button primary" items={items}>
      <Icon name="add" />
      Add key
      <Icon name="more-below" />
    </MenuButton>
  );
}
