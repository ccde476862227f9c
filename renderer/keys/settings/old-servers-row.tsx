// What old servers need.
import { SwitchRow } from '../controls/switch-row.tsx';
import type { SettingsGroupProps } from './settings-group.tsx';

export function OldServersRow({ settings, change }: SettingsGroupProps) {
  return (
    <SwitchRow
      label="Allow RSA signatures with SHA-1"
      explanation="Only very old servers need them. Switch this off if you log in to none of those."
      isOn={settings.allowSha1}
      onChange={(allowSha1) => change({ allowSha1 })}
    />
  );
}
