// Settings for when the agent locks itself and forgets decrypted keys.
import { SelectRow } from '../controls/select-row.tsx';
import { SwitchRow } from '../controls/switch-row.tsx';
import { durationText } from '../words/duration-text.ts';
import { numberChoices } from './number-choices.ts';
import { SettingsGroup, type SettingsGroupProps } from './settings-group.tsx';

const idleWords = (minutes: number) => (minutes === 0 ? 'Never' : `After ${durationText(minutes * 60)}`);

export function LockSettings({ settings, change }: SettingsGroupProps) {
  return (
    <SettingsGroup title="Locking">
      <SwitchRow
        label="Lock with my Windows session"
        explanation="Decrypted keys are forgotten, and no program can use a key until you unlock the agent."
        isOn={settings.lockOnSessionLock}
        onChange={(lockOnSessionLock) => change({ lockOnSessionLock })}
      />
      <SwitchRow
        label="Lock when the computer sleeps"
        isOn={settings.lockOnSuspend}
        onChange={(lockOnSuspend) => change({ lockOnSuspend })}
      />
      <SelectRow
        label="Lock when the computer is not used"
        value={String(settings.idleLockMinutes)}
        choices={numberChoices([0, 5, 15, 30, 60, 240], settings.idleLockMinutes, idleWords)}
        onChange={(minutes) => change({ idleLockMinutes: Number(minutes) })}
      />
    </SettingsGroup>
  );
}
