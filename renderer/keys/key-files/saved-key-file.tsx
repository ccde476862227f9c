// What was written and where, with the public half at hand.
import type { WrittenKeyFile } from '../../../ipc/contract/key-files.ts';
import { Fingerprint } from '../../parts/fingerprint.tsx';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { DialogActions, DialogFrame } from '../controls/dialog-frame.tsx';
import { InfoBar } from '../controls/info-bar.tsx';
import { PublicKeyText } from '../controls/public-key-text.tsx';
import { closeDialog } from '../store/window-store.ts';

export function SavedKeyFile({ title, saved }: { readonly title: string; readonly saved: WrittenKeyFile }) {
  return (
    <DialogFrame title={title} onClose={closeDialog}>
      <div className="dialog-body">
        <p>
          Saved as <ForeignText text={saved.path} className="main" />
        </p>
        <p className="small quiet">
          <Fingerprint text={saved.fingerprint} />
        </p>
        {saved.noPublicFile !== undefined && (
          <InfoBar severity="warning">
            The public key is not in a file beside it: {saved.noPublicFile} You can copy it from here.
          </InfoBar>
        )}
        {saved.notAdded !== undefined && (
          <InfoBar severity="warning">The agent does not hold the key: {saved.notAdded}</InfoBar>
        )}
        <PublicKeyText line={saved.publicKeyLine} />
        <p className="small quiet">
          To log in with this key, add the line to the file authorized_keys in the folder .ssh of your account
          on the server.
        </p>
      </div>
      <DialogActions>
        <button type="button" className="button primary" data-initial-focus onClick={closeDialog}>
          Close
        </button>
      </DialogActions>
    </DialogFrame>
  );
}
