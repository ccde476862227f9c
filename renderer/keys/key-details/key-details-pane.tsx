// The right side of the section "Keys": everything about the selected key, or what can be done with several.
import { useEffect, useState } from 'react';
import type { KeyDetails, KeyView } from '../../../ipc/contract/keys.ts';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { Icon } from '../../parts/icon.tsx';
import { HostsOfKey } from '../key-hosts/hosts-of-key.tsx';
import { useWindowStore } from '../store/window-store.ts';
import { CertificateFacts } from './certificate-facts.tsx';
import { KeyCommands } from './key-commands.tsx';
import { KeyFacts } from './key-facts.tsx';
import { KeyOptions } from './key-options.tsx';
import { SeveralKeys } from './several-keys.tsx';
import './key-details.css';

/** The details of `view`, asked for again whenever the key has changed. */
function useKeyDetails(view: KeyView | undefined): KeyDetails | undefined {
  const [details, setDetails] = useState<KeyDetails>();
  useEffect(() => {
    if (view === undefined) return;
    let isWanted = true;
    // A key that has just gone is no error to tell: the list shows that it is gone.
    void window.sallyport.request('keys.details', { id: view.id }).then((outcome) => {
      if (isWanted && outcome.ok) setDetails(outcome.value);
    });
    return () => {
      isWanted = false;
    };
  }, [view]);
  return details?.id === view?.id ? details : undefined;
}

function BackButton() {
  const back = () => {
    useWindowStore.setState({ areDetailsOpen: false });
    const { leadId } = useWindowStore.getState().selection;
    // The list is shown by the next paint; the keyboard goes back to the row it came from.
    requestAnimationFrame(() => document.getElementById(`key-${leadId}`)?.focus());
  };
  return (
    <button type="button" className="button bare back-to-list" onClick={back}>
      <Icon name="back" />
      All keys
    </button>
  );
}

function OneKey({ view }: { readonly view: KeyView }) {
  const details = useKeyDetails(view);
  return (
    <>
      <h2 className="key-details-title">
        <ForeignText text={view.comment} ifEmpty="Key without a comment" />
      </h2>
      <KeyCommands view={view} />
      <KeyOptions view={view} />
      <HostsOfKey view={view} />
      <KeyFacts view={view} details={details} />
      {details?.certificate !== undefined && (
        <CertificateFacts certificate={details.certificate} view={view} />
      )}
    </>
  );
}

export function KeyDetailsPane() {
  const keys = useWindowStore((state) => state.main?.keys) ?? [];
  const ids = useWindowStore((state) => state.selection.ids);
  const selected = keys.filter((key) => ids.includes(key.id));
  const [only] = selected;
  return (
    <section className="key-details" aria-label="Details">
      <BackButton />
      {only === undefined && (
        <p className="quiet">Select a key to see its fingerprints and what it may do.</p>
      )}
      {only !== undefined &&
        (selected.length === 1 ? <OneKey key={only.id} view={only} /> : <SeveralKeys views={selected} />)}
    </section>
  );
}
