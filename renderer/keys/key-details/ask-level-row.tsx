// The one control for when the use of a key is asked about.
import type { KeyView } from '../../../ipc/contract/keys.ts';
import type { AskLevelView, PolicyView } from '../../../ipc/contract/policy.ts';
import { askLevelWords } from '../../../text/rules/policy-words.ts';
import { SelectRow } from '../controls/select-row.tsx';
import { ask } from '../store/ask.ts';
import { useWindowStore } from '../store/window-store.ts';
import { levelChoices, type ShownLevel, shownLevel } from '../words/ask-levels.ts';

const explanations: Readonly<Record<AskLevelView, string>> = {
  never: 'Programs use the key without a question, unless a rule says otherwise.',
  forwarded: 'A window asks you when the request comes through a machine that you forward the agent to.',
  always: 'A window asks you to allow or deny every signature, unless a rule says otherwise.',
  unreadable: 'What is stored for this key can’t be understood, so you are always asked. Choose again.',
};

function explanationOf(level: ShownLevel, policy: PolicyView | undefined): string {
  if (level !== 'default') return explanations[level];
  const general = policy === undefined ? '' : `: ${askLevelWords[policy.defaultLevel].toLowerCase()}`;
  return `As Settings say for all keys${general}. Rules go before.`;
}

export function AskLevelRow({ view }: { readonly view: KeyView }) {
  const policy = useWindowStore((state) => state.main?.policy);
  const level = shownLevel(view, policy);
  const choose = (chosen: ShownLevel) => {
    if (chosen === 'unreadable') return;
    void ask('policy.setLevel', { id: view.id, ...(chosen !== 'default' && { level: chosen }) });
  };
  return (
    <SelectRow<ShownLevel>
      label="Ask before use"
      explanation={
        view.confirmIsConstraint
          ? 'The program that added the key asked for this, so that it can’t be switched off here.'
          : explanationOf(level, policy)
      }
      value={level}
      choices={[{ value: 'default', label: 'As for all keys' }, ...levelChoices(level)]}
      isDisabled={view.confirmIsConstraint}
      onChange={choose}
    />
  );
}
