// The one control for when the use of a key is asked about.
import type { KeyView } from '../../../ipc/contract/keys.ts';
import type { PolicyView } from '../../../ipc/contract/policy.ts';
import { askLevelWords } from '../../../text/rules/policy-words.ts';
import { SelectRow } from '../controls/select-row.tsx';
import { ask } from '../store/ask.ts';
import { useWindowStore } from '../store/window-store.ts';
import { levelChoices, levelExplanations, type ShownLevel, shownLevel } from '../words/ask-levels.ts';

function explanationOf(level: ShownLevel, policy: PolicyView | undefined): string {
  if (level === 'unreadable')
    return 'What is stored for this key can’t be understood, so you are always asked. Choose again.';
  if (level !== 'default') return levelExplanations[level];
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
