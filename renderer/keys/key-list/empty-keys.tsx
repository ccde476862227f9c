// What to do first.
import { Icon } from '../../parts/icon.tsx';
import { EmptySection } from '../controls/empty-section.tsx';
import { showSection } from '../store/window-store.ts';

export function EmptyKeys() {
  return (
    <EmptySection icon="key" title="No keys yet">
      <p>
        <strong>Add key</strong> takes a private key file (PuTTY’s .ppk, or OpenSSH’s such as id_ed25519), or
        drop one here. Kept encrypted, it asks for its passphrase only when a program first needs the key.
      </p>
      <p>
        You have no key? <strong>Generate</strong> in the same menu makes one and saves it to a file. Then put
        its public half on your server.
      </p>
      <button type="button" className="button" onClick={() => showSection('use-with')}>
        <Icon name="use" />
        How programs find Sallyport
      </button>
    </EmptySection>
  );
}
