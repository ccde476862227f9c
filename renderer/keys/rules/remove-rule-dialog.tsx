// Asks before a rule is removed.
import { DangerButtons } from '../controls/dialog-buttons.tsx';
import { DialogFrame } from '../controls/dialog-frame.tsx';
import { ask } from '../store/ask.ts';
import { tell, tellUndoable } from '../store/messages.ts';
import { closeDialog, useWindowStore } from '../store/window-store.ts';
import { RuleSentence } from './rule-sentence.tsx';

async function restore(id: string): Promise<void> {
  const restored = await ask('policy.restoreRule', { id });
  if (restored !== undefined) tell('The rule is back at its old place, and counts again.');
}

async function remove(id: string): Promise<void> {
  closeDialog();
  const done = await ask('policy.removeRule', { id });
  if (done === undefined) return;
  tellUndoable('Removed the rule.', () => void restore(id));
}

export function RemoveRuleDialog({ id }: { readonly id: string }) {
  const rule = useWindowStore((state) => state.main?.policy.rules.find((each) => each.id === id));
  return (
    <DialogFrame title="Remove this rule?" onClose={closeDialog}>
      <div className="dialog-body">
        <p className="rule-sentence">
          {rule === undefined ? 'It is not there any more.' : <RuleSentence rule={rule} />}
        </p>
        <p>The rules after it decide from now on, then when to ask for the key.</p>
      </div>
      <DangerButtons words="Remove" onConfirm={() => void remove(id)} />
    </DialogFrame>
  );
}
