// What identifies a key.
import { type ReactNode, useId } from 'react';
import type { KeyView } from '../../../ipc/contract/views.ts';
import { stateWords } from '../key-list/key-words.ts';

export function FactRow({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="fact-row">
      <dt className="small quiet">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** A public key line to look at and to select; it takes the keyboard so that it can be copied by hand too. */
export function PublicKeyText({ line }: { readonly line: string }) {
  const id = useId();
  return (
    <div>
      <label className="label small quiet" htmlFor={id}>
        Line for authorized_keys
      </label>
      <textarea
        id={id}
        className="field public-key"
        readOnly
        rows={3}
        value={line}
        onFocus={(event) => event.target.select()}
      />
    </div>
  );
}

interface KeyFactsProps {
  readonly view: KeyView;
  readonly publicKeyLine: string | undefined;
}

export function KeyFacts({ view, publicKeyLine }: KeyFactsProps) {
  const { word, meaning } = stateWords[view.state];
  return (
    <div className="card">
      <dl className="fact-rows">
        <FactRow name="State">
          {word}. <span className="quiet">{meaning}</span>
        </FactRow>
        <FactRow name="Type">
          {view.kind} <span className="quiet">({view.algorithm})</span>
        </FactRow>
        <FactRow name="SHA-256 fingerprint">
          <span className="mono">{view.fingerprint}</span>
        </FactRow>
        <FactRow name="MD5 fingerprint">
          <span className="mono">{view.md5Fingerprint}</span>
        </FactRow>
        {view.restricted && (
          <FactRow name="Restricted">
            The program that added the key limited it to some destinations (ssh-add -h).
          </FactRow>
        )}
        <FactRow name="At the next start">
          {view.isRestorable ? 'Comes back, encrypted.' : 'Is not there any more; add it again.'}
        </FactRow>
      </dl>
      {publicKeyLine !== undefined && <PublicKeyText line={publicKeyLine} />}
    </div>
  );
}
