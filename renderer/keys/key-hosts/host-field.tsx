// A field for a host, which offers known hosts below it while one is typed: arrows and Enter take one, Esc leaves them.
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import type { HostUse } from '../../../ipc/contract/key-hosts.ts';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { ask } from '../store/ask.ts';
import { bounds } from '../store/bounds.ts';
import { matchingHosts } from './matching-hosts.ts';
import './host-field.css';

interface HostFieldProps {
  readonly use: HostUse;
  readonly label: string;
  readonly hint?: ReactNode;
  /** What is wrong with what was typed. */
  readonly problem: string | undefined;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Enter, or the button: the host is whole. */
  readonly onAdd: () => void;
}

/** What the field offers now, and which of it the keyboard is on. */
function useOffers(value: string, use: HostUse) {
  const [known, setKnown] = useState<readonly string[]>([]);
  const [isOpen, setOpen] = useState(false);
  const [place, setPlace] = useState(-1);
  const offers = isOpen ? matchingHosts(known, value) : [];
  return {
    offers,
    active: offers[place],
    /** To be called when the field gets the keyboard: other programs may know more by now. */
    load: () => void ask('hosts.known', { use }).then((hosts) => hosts && setKnown(hosts)),
    open() {
      setOpen(true);
      setPlace(-1);
    },
    close: () => setOpen(false),
    /** From the field to the first or the last, and back to the field from those. */
    step(by: 1 | -1) {
      const count = offers.length + 1;
      setPlace(((place + 1 + by + count) % count) - 1);
    },
  };
}

export function HostField({ use, label, hint, problem, value, onChange, onAdd }: HostFieldProps) {
  const id = useId();
  const { offers, active, load, open, close, step } = useOffers(value, use);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (offers.length > 0) list.current?.scrollIntoView({ block: 'nearest' });
  }, [offers.length]);
  const take = (host: string) => {
    onChange(host);
    close();
  };
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown' && offers.length === 0) open();
    else if (event.key === 'ArrowDown') step(1);
    else if (event.key === 'ArrowUp') step(-1);
    else if (event.key === 'Enter' && active !== undefined) take(active);
    else if (event.key === 'Enter') onAdd();
    // Else it is for the dialog around.
    else if (event.key === 'Escape' && offers.length > 0) close();
    else return;
    event.preventDefault();
  };
  const describedBy = [problem !== undefined && `${id}-problem`, hint !== undefined && `${id}-hint`];
  return (
    <div className="host-field">
      <label className="label" htmlFor={id}>
        {label}
      </label>
      <div className="host-field-row">
        <input
          id={id}
          type="text"
          className="field"
          role="combobox"
          aria-expanded={offers.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={active === undefined ? undefined : `${id}-${offers.indexOf(active)}`}
          aria-describedby={describedBy.filter((part) => part !== false).join(' ') || undefined}
          aria-invalid={problem !== undefined}
          autoComplete="off"
          spellCheck={false}
          maxLength={bounds.hostCharacters}
          value={value}
          onFocus={load}
          onBlur={close}
          onChange={(event) => {
            onChange(event.target.value);
            open();
          }}
          onKeyDown={press}
        />
        <button type="button" className="button" aria-label={`Add to “${label}”`} onClick={onAdd}>
          Add
        </button>
      </div>
      <div
        ref={list}
        id={`${id}-list`}
        role="listbox"
        aria-label="Known hosts"
        className="host-offers"
        hidden={offers.length === 0}
      >
        {offers.map((host, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard is in the field, which takes one by Enter
          <div
            key={host}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            className="host-offer"
            aria-selected={host === active}
            // The field keeps the keyboard, whose loss would close the list before the click.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => take(host)}
          >
            <ForeignText text={host} maxCharacters={300} />
          </div>
        ))}
      </div>
      <p id={`${id}-problem`} className="small problem" role="status">
        {problem}
      </p>
      {hint !== undefined && (
        <p id={`${id}-hint`} className="small quiet">
          {hint}
        </p>
      )}
    </div>
  );
}
