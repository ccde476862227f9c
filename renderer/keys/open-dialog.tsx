// Shows the one dialog that is open.
import { AddResultsDialog } from './add-keys/add-results-dialog.tsx';
import { AddWithOptionsDialog } from './add-keys/add-with-options-dialog.tsx';
import { PasteDialog } from './add-keys/paste-dialog.tsx';
import { RevokeAllDialog } from './approvals/revoke-all-dialog.tsx';
import { QuitDialog } from './frame/quit-dialog.tsx';
import { GlossaryDialog } from './glossary/glossary-dialog.tsx';
import { RemoveDialog } from './key-details/remove-dialog.tsx';
import { GenerateDialog } from './key-files/generate-dialog.tsx';
import { KeyFileDialog } from './key-files/key-file-dialog.tsx';
import { RestrictDialog } from './key-hosts/restrict-dialog.tsx';
import { RemoveRuleDialog } from './rules/remove-rule-dialog.tsx';
import { AddRuleDialog, EditRuleDialog } from './rules/rule-dialogs.tsx';
import { SearchDialog } from './search/search-dialog.tsx';
import { sections } from './sections.ts';
import { useWindowStore } from './store/window-store.ts';

export function OpenDialog() {
  const dialog = useWindowStore((state) => state.dialog);
  switch (dialog?.kind) {
    case undefined:
      return null;
    case 'add-with-options':
      return <AddWithOptionsDialog files={dialog.files} />;
    case 'paste':
      return <PasteDialog />;
    case 'add-results':
      return <AddResultsDialog files={dialog.files} />;
    case 'remove':
      return <RemoveDialog ids={dialog.ids} />;
    case 'restrict':
      return <RestrictDialog id={dialog.id} />;
    case 'generate':
      return <GenerateDialog typeValue={dialog.typeValue} />;
    case 'key-file':
      return <KeyFileDialog file={dialog.file} task={dialog.task} />;
    case 'revoke-all':
      return <RevokeAllDialog />;
    case 'add-rule':
      return <AddRuleDialog suggested={dialog.suggested} />;
    case 'edit-rule':
      return <EditRuleDialog id={dialog.id} />;
    case 'remove-rule':
      return <RemoveRuleDialog id={dialog.id} />;
    case 'glossary':
      return <GlossaryDialog />;
    case 'search':
      return <SearchDialog sections={sections} />;
    case 'quit':
      return <QuitDialog />;
  }
}
