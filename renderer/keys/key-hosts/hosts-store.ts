// The hosts that keys are set for, as the main process last told them.
import { create } from 'zustand';
import type { HostsOfKeyView } from '../../../ipc/contract/key-hosts.ts';
import type { KeyView } from '../../../ipc/contract/keys.ts';
import { insideQuotes } from '../../../text/foreign-text.ts';
import { tell, tellProblem, tellUndoable } from '../store/messages.ts';
import { keyName } from '../words/key-words.ts';

interface HostsOfKey {
  readonly set?: HostsOfKeyView;
  /** Why they can’t be told. */
  readonly problem?: string;
}

/** By the id of the key. */
export const useHostsStore = create<Readonly<Record<string, HostsOfKey>>>(() => ({}));

export async function loadHosts(id: string): Promise<void> {
  const outcome = await window.sallyport.request('keyHosts.get', { id });
  useHostsStore.setState({ [id]: outcome.ok ? { set: outcome.value } : { problem: outcome.message } });
}

const done = { 'keyHosts.add': 'is set for', 'keyHosts.remove': 'is set no more for' } as const;
const opposite = { 'keyHosts.add': 'keyHosts.remove', 'keyHosts.remove': 'keyHosts.add' } as const;
type Change = keyof typeof done;

/** Resolves to what is wrong, as a sentence, else to undefined when it is done and shown. */
async function request(name: Change, id: string, host: string): Promise<string | undefined> {
  const outcome = await window.sallyport.request(name, { id, host });
  if (!outcome.ok) return outcome.message;
  useHostsStore.setState({ [id]: { set: outcome.value } });
  return undefined;
}

/** Adds or takes out a host, which can be undone for a while. Resolves to what is wrong, as a sentence. */
export async function changeHost(name: Change, view: KeyView, host: string): Promise<string | undefined> {
  const problem = await request(name, view.id, host);
  if (problem !== undefined) return problem;
  const sentence = (change: Change) => `“${insideQuotes(host, 80)}” ${done[change]} ${keyName(view)}.`;
  const undo = async () => {
    const failed = await request(opposite[name], view.id, host);
    if (failed === undefined) tell(sentence(opposite[name]));
    else tellProblem(failed);
  };
  tellUndoable(sentence(name), () => void undo());
  return undefined;
}
