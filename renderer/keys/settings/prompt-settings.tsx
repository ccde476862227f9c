// Settings for the windows that ask, and for notifications.
import type { Settings } from '../../../ipc/contract/settings.ts';
import { choicesOf } from '../../parts/choices.ts';
import { keepChoices } from '../../parts/keep-choices.ts';
import { SelectRow } from '../controls/select-row.tsx';
import { SwitchRow } from '../controls/switch-row.tsx';
import { durationText } from '../words/duration-text.ts';
import { numberChoices } from './number-choices.ts';
import { SettingsGroup, type SettingsGroupProps } from './settings-group.tsx';

const notifyChoices = choicesOf<Settings['notifyOnUse']>({
  off: 'Never',
  'first-time': 'At a first use',
  always: 'Always',
});

export function PromptSettings({ settings, change }: SettingsGroupProps) {
  return (
    <SettingsGroup title="Questions and notifications">
      <SelectRow
        label="Keep a key unlocked"
        explanation="What the passphrase window suggests; you can choose otherwise there."
        value={settings.keepUnlocked}
        choices={keepChoices}
        onChange={(keepUnlocked) => change({ keepUnlocked })}
      />
      <SelectRow
        label="Wait for “Allow” or “Deny”"
        explanation="Then the request is denied."
        value={String(settings.confirmTimeLimitSeconds)}
        choices={numberChoices([30, 60, 120, 300], settings.confirmTimeLimitSeconds, durationText)}
        onChange={(seconds) => change({ confirmTimeLimitSeconds: Number(seconds) })}
      />
      <SelectRow
        label="Wait for a passphrase"
        explanation="Then the waiting programs get a “no” and try something else."
        value={String(settings.passphraseTimeLimitSeconds)}
        choices={numberChoices([60, 120, 300, 600], settings.passphraseTimeLimitSeconds, durationText)}
        onChange={(seconds) => change({ passphraseTimeLimitSeconds: Number(seconds) })}
      />
      <SwitchRow
        label="Hide questions from screenshots and screen sharing"
        explanation="Switch this off for remote support. It does not stop malware."
        isOn={settings.contentProtection}
        onChange={(contentProtection) => change({ contentProtection })}
      />
      <SelectRow
        label="Notify me when a key is used"
        value={settings.notifyOnUse}
        choices={notifyChoices}
        onChange={(notifyOnUse) => change({ notifyOnUse })}
      />
    </SettingsGroup>
  );
}
