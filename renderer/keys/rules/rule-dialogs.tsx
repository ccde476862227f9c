// Writes a new rule, or another one in the place of one. What the core says against it is shown, and the dialog stays.
import { type FormEvent, type ReactNode, useEffect, useState } from 'react';
import { SubmitButtons } from '../controls/dialog-buttons.tsx';
import { DialogFrame } from '../controls/dialog-frame.tsx';
import { InfoBar } from '../controls/info-bar.tsx';
import { SelectRow } from '../controls/select-row.tsx';
import { tell } from '../store/messages.ts';
import { closeDialog, type SuggestedRule, useWindowStore } from '../store/window-store.ts';
import {
  aboutOf,
  draftOf,
  draftOfRule,
  emptyDraft,
  type NewRule,
  type RuleDraft,
  ruleOf,
} from './rule-draft.ts';
import { RuleFields } from './rule-fields.tsx';
import { RuleSentence } from './rule-sentence.tsx';
import './rules.css';

const atTheEnd = { value: '', label: 'At the end' };

function usePlaces() {
  const rules = useWindowStore((state) => state.main?.policy.rules) ?? [];
  return [atTheEnd, ...rules.map(({ id }, index) => ({ value: id, label: `Before rule ${index + 1}` }))];
}

interface RuleDialogProps {
  readonly title: string;
  readonly words: string;
  readonly first: RuleDraft;
  /** Fields beside the rule’s own. */
  readonly children?: ReactNode;
  /** What the core says against it, undefined when it took the rule. */
  readonly send: (rule: NewRule) => Promise<string | undefined>;
}

function RuleDialog({ title, words, first, children, send }: RuleDialogProps) {
  const [draft, setDraft] = useState(first);
  const [problem, setProblem] = useState<string>();
  const [isBusy, setIsBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    setProblem(undefined);
    setIsBusy(true);
    const said = await send(ruleOf(draft));
    setIsBusy(false);
    if (said === undefined) closeDialog();
    else setProblem(said);
  };
  return (
    <DialogFrame title={title} onClose={closeDialog} isBusy={isBusy}>
      <form onSubmit={(event) => void submit(event)}>
        <div className="dialog-body add-rule">
          <RuleFields
            draft={draft}
            change={(change) => setDraft({ ...draft, ...change })}
            isDisabled={isBusy}
          />
          {children}
          <p className="rule-sentence quiet">
            <RuleSentence rule={aboutOf(draft)} />
          </p>
          <div role="alert">{problem !== undefined && <InfoBar severity="error">{problem}</InfoBar>}</div>
        </div>
        <SubmitButtons words={words} isBusy={isBusy} onCancel={closeDialog} />
      </form>
    </DialogFrame>
  );
}

export function AddRuleDialog({ suggested }: { readonly suggested: SuggestedRule | undefined }) {
  const [before, setBefore] = useState('');
  const places = usePlaces();
  const send = async (rule: NewRule) => {
    const outcome = await window.sallyport.request('policy.addRule', {
      rule,
      ...(before !== '' && { before }),
    });
    if (!outcome.ok) return outcome.message;
    tell('Added the rule. It counts from now on.');
    return undefined;
  };
  const first = suggested ? draftOf(suggested) : emptyDraft;
  return (
    <RuleDialog title="Add a rule" words="Add" first={first} send={send}>
      {places.length > 1 && <SelectRow label="Place" value={before} choices={places} onChange={setBefore} />}
    </RuleDialog>
  );
}

export function EditRuleDialog({ id }: { readonly id: string }) {
  const rules = useWindowStore((state) => state.main?.policy.rules) ?? [];
  const index = rules.findIndex((rule) => rule.id === id);
  const rule = rules[index];
  const isThere = rule !== undefined && rule.action !== 'unreadable';
  useEffect(() => {
    if (!isThere) closeDialog();
  }, [isThere]);
  if (!isThere) return null;
  const send = async (changed: NewRule) => {
    const outcome = await window.sallyport.request('policy.changeRule', { id, rule: changed });
    if (!outcome.ok) return outcome.message;
    tell('Changed the rule. It counts from now on.');
    return undefined;
  };
  return <RuleDialog title={`Change rule ${index + 1}`} words="Save" first={draftOfRule(rule)} send={send} />;
}
