// Words at the left, the control that they are about at the right.
import type { ReactNode } from 'react';
import './labelled-row.css';

export interface RowWords {
  readonly label: ReactNode;
  readonly explanation?: ReactNode;
}

interface LabelledRowProps extends RowWords {
  /** Of the element that the label is for. */
  readonly id: string;
  readonly children: ReactNode;
}

/** The `aria-describedby` of the element that a row is for. */
export const explanationId = (id: string, explanation: ReactNode) =>
  explanation === undefined ? undefined : `${id}-why`;

export function LabelledRow({ id, label, explanation, children }: LabelledRowProps) {
  return (
    <div className="labelled-row">
      <div className="labelled-row-words">
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
