// Writes a new rule. What the core says against it is shown, and the dialog stays.
import { type FormEvent, useState } from 'react';
import { SubmitButtons } from '../controls/dialog-buttons.tsx';
import { DialogFrame } from '../controls/dialog-frame.tsx';
import { InfoBar } from '../controls/info-bar.tsx';
import { SelectRow } from '../controls/select-row.tsx';
import { tell } from '../store/messages.ts';
import { closeDialog, type SuggestedRule, useWindowStore } from '../store/window-store.ts';
import { aboutOf, draftOf, emptyDraft, type RuleDraft, ruleOf } from './rule-draft.ts';
import { RuleFields } from './rule-fields.tsx';
import { RuleSentence } from './rule-sentence.tsx';
import './rules.css';

const atTheEnd = { value: '', label: 'At the end' };

function usePlaces() {
  const rules = useWindowStore((state) => state.main?.policy.rules) ?? [];
  return [atTheEnd, ...rules.map(({ id }, index) => ({ value: id, label: `Before rule ${index + 1}` }))];
}

export function AddRuleDialog({ suggested }: { readonly suggested: SuggestedRule | undefined }) {
  const [draft, setDraft] = useState<RuleDraft>(suggested ? draftOf(suggested) : emptyDraft);
  const [before, setBefore] = useState('');
  const [problem, setProblem] = useState<string>();
  const [isBusy, setIsBusy] = useState(false);
  const places = usePlaces();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    setProblem(undefined);
    setIsBusy(true);
    const outcome = await window.sallyport.request('policy.addRule', {
      rule: ruleOf(draft),
      ...(before !== '' && { before }),
    });
    setIsBusy(false);
    if (!outcome.ok) {
      setProblem(outcome.message);
      return;
    }
    closeDialog();
    tell('Added the rule. It counts from now on.');
  };
  return (
    <DialogFrame title="Add a rule" onClose={closeDialog} isBusy={isBusy}>
      <form onSubmit={(event) => void submit(event)}>
        <div className="dialog-body add-rule">
          <RuleFields
            draft={draft}
            change={(change) => setDraft({ ...draft, ...change })}
            isDisabled={isBusy}
          />
          {places.length > 1 && (
            <SelectRow label="Place" value={before} choices={places} onChange={setBefore} />
          )}
          <p className="rule-sentence quiet">
            <RuleSentence rule={aboutOf(draft)} />
          </p>
          <div role="alert">{problem !== undefined && <InfoBar severity="error">{problem}</InfoBar>}</div>
        </div>
        <SubmitButtons words="Add" isBusy={isBusy} onCancel={closeDialog} />
      </form>
    </DialogFrame>
  );
}
