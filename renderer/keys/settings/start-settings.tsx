// Settings for the start of Sallyport, and for the keys that it has then.
import { SwitchRow } from '../controls/switch-row.tsx';
import { SettingsGroup, type SettingsGroupProps } from './settings-group.tsx';

export function StartSettings({ settings, change }: SettingsGroupProps) {
  return (
    <SettingsGroup title="Start and keys">
      <SwitchRow
        label="Start when I sign in"
        isOn={settings.startAtLogin}
        onChange={(startAtLogin) => change({ startAtLogin })}
      />
      <SwitchRow
        label="Load my keys again at the next start"
        explanation="They are kept on disk encrypted, as they came. Keys that are held in clear only are not kept."
        isOn={settings.restoreKeys}
        onChange={(restoreKeys) => change({ restoreKeys })}
      />
    </SettingsGroup>
  );
}
