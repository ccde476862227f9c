// Restricts a key that is held to hosts, which can’t be taken back but with the key.
import { useState } from 'react';
import { DialogActions, DialogFrame } from '../controls/dialog-frame.tsx';
import { InfoBar } from '../controls/info-bar.tsx';
import { tell } from '../store/messages.ts';
import { closeDialog, useWindowStore } from '../store/window-store.ts';
import { keyName } from '../words/key-words.ts';
import { HostChoice, useHostChoice } from './host-choice.tsx';
import { onlyToHint } from './only-to-hint.ts';

export function RestrictDialog({ id }: { readonly id: string }) {
  const view = useWindowStore((state) => state.main?.keys.find((key) => key.id === id));
  const choice = useHostChoice('restrict');
  const [problem, setProblem] = useState<string>();
  const name = view === undefined ? 'the key' : keyName(view);
  const restrict = async () => {
    const hosts = await choice.take();
    if (hosts === undefined) return;
    if (hosts.length === 0) {
      setProblem('Name a host first.');
      return;
    }
    const outcome = await window.sallyport.request('keyHosts.restrict', { id, hosts: [...hosts] });
    if (!outcome.ok) {
      setProblem(outcome.message);
      return;
    }
    closeDialog();
    tell(`From now on ${name} logs in to ${hosts.length === 1 ? 'that host' : 'those hosts'} alone.`);
  };
  return (
    <DialogFrame title={`Restrict ${name} to hosts`} onClose={closeDialog}>
      <div className="dialog-body">
        <HostChoice choice={choice} label="Only for hosts" hint={onlyToHint} />
        <p>This can’t be loosened here. To let the key go to other hosts again, remove it and add it anew.</p>
        {problem !== undefined && <InfoBar severity="error">{problem}</InfoBar>}
      </div>
      <DialogActions>
        <button type="button" className="button primary" onClick={() => void restrict()}>
          Restrict
        </button>
        <button type="button" className="button" onClick={closeDialog}>
          Cancel
        </button>
      </DialogActions>
    </DialogFrame>
  );
}
