// The hosts that a key is set for, changed in place.
import { useEffect, useState } from 'react';
import type { KeyView } from '../../../ipc/contract/keys.ts';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { tellProblem } from '../store/messages.ts';
import { openDialog } from '../store/window-store.ts';
import { HostField } from './host-field.tsx';
import { HostList } from './host-list.tsx';
import { changeHost, loadHosts, useHostsStore } from './hosts-store.ts';

/** Asked for again when the window is come back to, as the file may have been edited meanwhile. */
function useHostsOfKey(id: string) {
  useEffect(() => {
    const load = () => void loadHosts(id);
    load();
    window.addEventListener('focus', load);
    return () => window.removeEventListener('focus', load);
  }, [id]);
  return useHostsStore((state) => state[id]);
}

function NewHost({ view, present }: { readonly view: KeyView; readonly present: readonly string[] }) {
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<string>();
  const add = async () => {
    const host = typed.trim();
    if (host === '') return;
    const wrong = present.includes(host) ? undefined : await changeHost('keyHosts.add', view, host);
    setProblem(wrong);
    if (wrong === undefined) setTyped('');
  };
  return (
    <HostField
      use="offer"
      label="Use for a host"
      hint="example.com, *.example.com, git@example.com"
      problem={problem}
      value={typed}
      onChange={(value) => {
        setTyped(value);
        setProblem(undefined);
      }}
      onAdd={() => void add()}
    />
  );
}

export function HostsOfKey({ view }: { readonly view: KeyView }) {
  const { set, problem } = useHostsOfKey(view.id) ?? {};
  const remove = async (host: string) => {
    const wrong = await changeHost('keyHosts.remove', view, host);
    if (wrong !== undefined) tellProblem(wrong);
  };
  const hosts = set?.hosts ?? [];
  return (
    <section className="card key-hosts" aria-label="Hosts">
      <h3>Hosts</h3>
      <p className="small quiet">
        A host with keys set is offered only those, so that others don’t use up the tries of its login. Hosts
        without are offered all keys.
      </p>
      {problem !== undefined && <p className="small problem">{problem}</p>}
      <HostList label="Hosts of this key" hosts={hosts} onRemove={(host) => void remove(host)} />
      {set !== undefined && hosts.some(({ isByHand }) => isByHand) && (
        <p className="small quiet">
          “In the file”: you wrote it into <ForeignText text={set.file} maxCharacters={300} />, where you take
          it out.
        </p>
      )}
      {problem === undefined && <NewHost view={view} present={hosts.map(({ host }) => host)} />}
      {!view.restricted && view.home === undefined && (
        <button
          type="button"
          className="button"
          aria-haspopup="dialog"
          onClick={() => openDialog({ kind: 'restrict', id: view.id })}
        >
          Restrict to hosts…
        </button>
      )}
    </section>
  );
}
