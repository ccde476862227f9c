// One fact of a key with its name.
import type { ReactNode } from 'react';

export function FactRow({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="fact-row">
      <dt className="small quiet">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
