// Feeds the store: the whole state once, then whole slices as they change.
import type { EventName, Events } from '../../ipc/contract/events.ts';
import type { KeyView } from '../../ipc/contract/keys.ts';
import type { Destination, KeysState } from '../../ipc/contract/program.ts';
import { refreshActivity } from './activity/refresh-activity.ts';
import { addFromDialog } from './add-keys/add-keys.ts';
import { ask } from './store/ask.ts';
import { keepExisting } from './store/selection.ts';
import { useWindowStore } from './store/window-store.ts';

/** Replaces slices of the main process's state; before the first whole state there is nothing to replace. */
function replace(slices: Partial<KeysState>): void {
  useWindowStore.setState(({ main }) => (main === undefined ? {} : { main: { ...main, ...slices } }));
}

function takeKeys(keys: readonly KeyView[]): void {
  useWindowStore.setState(({ main, selection }) =>
    main === undefined
      ? {}
      : {
          main: { ...main, keys },
          keysReceivedAtMs: performance.now(),
          selection: keepExisting(selection, main.keys, keys),
        },
  );
}

function show({ section, action, snippet }: Destination): void {
  useWindowStore.setState({ section, areDetailsOpen: false, ...(snippet && { snippetKind: snippet }) });
  if (action !== undefined) void addFromDialog({ keepEncrypted: action === 'add-encrypted' });
}

function takeState(main: KeysState): void {
  const first = main.keys[0]?.id;
  useWindowStore.setState(({ selection }) => ({
    main,
    startProblem: undefined,
    keysReceivedAtMs: performance.now(),
    selection:
      first !== undefined && selection.leadId === undefined ? { ids: [first], leadId: first } : selection,
  }));
}

export async function loadState(): Promise<void> {
  const outcome = await window.sallyport.request('state.get', {});
  if (outcome.ok) takeState(outcome.value);
  else useWindowStore.setState({ startProblem: outcome.message });
}

async function loadMissed(): Promise<void> {
  const missed = await ask('missed.list', {});
  if (missed !== undefined) useWindowStore.setState({ missed });
}

/** To be called once, when the page starts. */
export function followMainProcess(): void {
  const on = <N extends EventName>(name: N, listener: (payload: Events[N]) => void) =>
    window.sallyport.on(name, listener);
  on('keys.changed', takeKeys);
  on('doors.changed', (doors) => replace({ doors }));
  on('stores.changed', (stores) => replace({ stores }));
  on('settings.changed', (settings) => replace({ settings }));
  on('lock.changed', (lock) => replace({ lock }));
  on('prompts.changed', (prompts) => replace({ prompts }));
  on('notices.changed', (notices) => replace({ notices }));
  on('approvals.changed', (approvals) =>
    useWindowStore.setState({ approvals, approvalsReceivedAtMs: performance.now() }),
  );
  on('policy.changed', (policy) => replace({ policy }));
  on('missed.changed', (missed) => useWindowStore.setState({ missed }));
  on('activity.added', () => {
    if (useWindowStore.getState().section === 'activity') void refreshActivity();
  });
  on('view.show', show);
  void loadState();
  void loadMissed();
}
