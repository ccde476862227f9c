// A titled card of settings.
import type { ReactNode } from 'react';
import type { Settings, SettingsChange } from '../../../ipc/contract/settings.ts';

export interface SettingsGroupProps {
  readonly settings: Settings;
  readonly change: (change: SettingsChange) => void;
}

export function SettingsGroup({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="settings-group" aria-label={title}>
      <h2>{title}</h2>
      <div className="card settings-card">{children}</div>
    </section>
  );
}
