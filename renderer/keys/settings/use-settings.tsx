// Settings for the use of keys: when it is asked about, how many keys a host gets to see, signatures for old servers.
import { SelectRow } from '../controls/select-row.tsx';
import { SwitchRow } from '../controls/switch-row.tsx';
import { ask } from '../store/ask.ts';
import { useWindowStore } from '../store/window-store.ts';
import { levelChoices, levelExplanations } from '../words/ask-levels.ts';
import { numberChoices } from './number-choices.ts';
import { SettingsGroup, type SettingsGroupProps } from './settings-group.tsx';

const limitWords = (limit: number) => (limit === 0 ? 'All' : limit === 1 ? 'At most 1' : `At most ${limit}`);

export function UseSettings({ settings, change }: SettingsGroupProps) {
  const level = useWindowStore((state) => state.main?.policy.defaultLevel);
  if (level === undefined) return null;
  return (
    <SettingsGroup title="Use of keys">
      <SelectRow
        label="Ask before a key is used"
        explanation={
          level === 'unreadable'
            ? 'What is stored can’t be understood, so you are always asked.'
            : `${levelExplanations[level]} This is for keys that have no choice of their own.`
        }
        value={level}
        choices={levelChoices(level)}
        onChange={(chosen) => {
          if (chosen !== 'unreadable') void ask('policy.setDefaultLevel', { level: chosen });
        }}
      />
      <SelectRow
        label="Keys offered to a host that is known"
        explanation="Keys that the host took before come first and are never kept back. Fewer keys help against “too many authentication failures”."
        value={String(settings.maxOfferedKeys)}
        choices={numberChoices([0, 1, 2, 3, 5, 10], settings.maxOfferedKeys, limitWords)}
        onChange={(limit) => change({ maxOfferedKeys: Number(limit) })}
      />
      <SwitchRow
        label="Allow RSA signatures with SHA-1"
        explanation="Only very old servers need them. Switch this off if you log in to none of those."
        isOn={settings.allowSha1}
        onChange={(allowSha1) => change({ allowSha1 })}
      />
    </SettingsGroup>
  );
}
