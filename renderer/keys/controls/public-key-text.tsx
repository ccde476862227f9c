// A public key as a line for authorized_keys.
import { useId } from 'react';
import './public-key-text.css';

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
