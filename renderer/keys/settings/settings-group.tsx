// A titled card of settings.
import type { ReactNode } from 'react';
import type { Settings, SettingsChange } from '../../../ipc/contract/settings.ts';
import type { Choice } from '../../parts/choices.ts';

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

/** A choice among numbers; a value that is in none of the choices is listed with them. */
export function numberChoices(
  choices: readonly number[],
  current: number,
  words: (value: number) => string,
): readonly Choice<string>[] {
  const all = choices.includes(current) ? choices : [...choices, current].sort((a, b) => a - b);
  return all.map((value) => ({ value: String(value), label: words(value) }));
}
