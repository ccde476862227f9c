// The section "Settings". Each change is taken at once; what is shown comes back from the main process.
import type { SettingsChange } from '../../../ipc/contract/settings.ts';
import { GlossaryButton } from '../controls/glossary-button.tsx';
import { wishToQuit } from '../frame/quit-dialog.tsx';
import { ask } from '../store/ask.ts';
import { reencryptAllKeys } from '../store/reencrypt-keys.ts';
import { useWindowStore } from '../store/window-store.ts';
import { AboutVersion } from './about-version.tsx';
import { LockSettings } from './lock-settings.tsx';
import { PromptSettings } from './prompt-settings.tsx';
import { StartSettings } from './start-settings.tsx';
import { UseSettings } from './use-settings.tsx';
import './settings.css';

export function SettingsSection() {
  const settings = useWindowStore((state) => state.main?.settings);
  if (settings === undefined) return null;
  const change = (wish: SettingsChange) => void ask('settings.set', wish);
  return (
    <div className="cards">
      <StartSettings settings={settings} change={change} />
      <LockSettings settings={settings} change={change} />
      <UseSettings settings={settings} change={change} />
      <PromptSettings settings={settings} change={change} />
      <div className="toolbar">
        <GlossaryButton />
        <button type="button" className="button" onClick={() => void reencryptAllKeys()}>
          Lock all keys again
        </button>
        <button type="button" className="button" onClick={wishToQuit}>
          Quit Sallyport…
        </button>
      </div>
      <AboutVersion />
    </div>
  );
}
