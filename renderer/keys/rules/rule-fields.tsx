// The conditions of a rule that is being written: the same as those of `sallyport rules add`.
import { foreignText } from '../../../text/foreign-text.ts';
import { choicesOf } from '../../parts/choices.ts';
import { SelectRow } from '../controls/select-row.tsx';
import { TextField } from '../controls/text-field.tsx';
import { bounds } from '../store/bounds.ts';
import { useWindowStore } from '../store/window-store.ts';
import { originOf, type RuleDraft, type RuleOrigin } from './rule-draft.ts';

const actions = choicesOf<RuleDraft['action']>({ allow: 'Allow', ask: 'Ask me', deny: 'Deny' });

const origins = choicesOf<RuleOrigin>({
  any: 'Anywhere',
  local: 'This computer',
  forwarded: 'Other machines',
});

const purposes = (action: RuleDraft['action']) =>
  choicesOf<RuleDraft['purpose']>({
    any: action === 'allow' ? 'Login or SSH signature' : 'Anything',
    login: 'Login',
    sshsig: 'SSH signature (Git, files)',
    unknown: 'Data of an unknown kind',
  });

/** One for each key that is held, a certificate's being that of its key, and the one that is chosen. */
function useKeyChoices(chosen: string) {
  const keys = useWindowStore((state) => state.main?.keys) ?? [];
  const labels = new Map([['', 'Any key']]);
  for (const { fingerprint, comment } of keys)
    if (!labels.has(fingerprint))
      labels.set(fingerprint, comment === '' ? fingerprint : foreignText(comment, 60));
  if (!labels.has(chosen)) labels.set(chosen, chosen);
  return [...labels].map(([value, label]) => ({ value, label }));
}

export interface RuleFieldsProps {
  readonly draft: RuleDraft;
  readonly change: (change: Partial<RuleDraft>) => void;
  readonly isDisabled: boolean;
}

/** The user or the namespace, where the purpose has one. */
function PurposeDetail({ draft, change, isDisabled }: RuleFieldsProps) {
  const common = { maxLength: bounds.conditionCharacters, isDisabled };
  if (draft.purpose === 'login')
    return (
      <TextField
        {...common}
        label="User name"
        value={draft.user}
        onChange={(user) => change({ user })}
        hint="On the host. Empty: any."
      />
    );
  if (draft.purpose === 'sshsig')
    return (
      <TextField
        {...common}
        label="Namespace"
        value={draft.namespace}
        onChange={(namespace) => change({ namespace })}
        hint="For example “git” or “file”. Empty: any."
      />
    );
  return null;
}

export function RuleFields({ draft, change, isDisabled }: RuleFieldsProps) {
  const common = { maxLength: bounds.conditionCharacters, isDisabled };
  return (
    <>
      <SelectRow
        label="What to do"
        value={draft.action}
        choices={actions}
        onChange={(action) => change({ action })}
      />
      <SelectRow
        label="Key"
        value={draft.key}
        choices={useKeyChoices(draft.key)}
        onChange={(key) => change({ key })}
      />
      <SelectRow
        label="What for"
        value={draft.purpose}
        choices={purposes(draft.action)}
        onChange={(purpose) => change({ purpose })}
      />
      <PurposeDetail draft={draft} change={change} isDisabled={isDisabled} />
      <TextField
        {...common}
        label="Host"
        value={draft.destination}
        onChange={(destination) => change({ destination })}
        hint={
          draft.action === 'allow'
            ? 'A name with * and ?, or SHA256:… of its key. Empty: any. Only a verified host can be allowed by name.'
            : 'A name with * and ?, or SHA256:… of its key. Empty: any.'
        }
      />
      <TextField
        {...common}
        label="Program"
        value={draft.program}
        onChange={(program) => change({ program })}
        hint="The full path of its file. Empty: any."
      />
      <SelectRow
        label="Requests from"
        value={originOf(draft)}
        choices={origins}
        onChange={(origin) => change({ origin })}
      />
    </>
  );
}
