// A row of a settings page: words at the left, whatever changes the setting at the right.
import type { ReactNode } from 'react';
import './setting-row.css';

export interface SettingWords {
  readonly label: ReactNode;
  readonly explanation?: ReactNode;
}

interface SettingRowProps extends SettingWords {
  /** Of the element that the label is for. */
  readonly id: string;
  readonly children: ReactNode;
}

/** The `aria-describedby` of the element that a row is for. */
export const explanationId = (id: string, explanation: ReactNode) =>
  explanation === undefined ? undefined : `${id}-why`;

export function SettingRow({ id, label, explanation, children }: SettingRowProps) {
  return (
    <div className="setting-row">
      <div className="setting-words">
        <label htmlFor={id}>{label}</label>
        {explanation !== undefined && (
          <p id={explanationId(id, explanation)} className="small quiet">
            {explanation}
          </p>
        )}
      </div>
      {children}
    </div>
  );
}
