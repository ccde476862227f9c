// What "Get started" shows: kept while the person looks at other sections.
import { create } from 'zustand';
import type {
  FoundFileView,
  FoundKeysView,
  GetStartedView,
  StartStep,
} from '../../../ipc/contract/get-started.ts';
import { ask } from '../store/ask.ts';
import { useWindowStore } from '../store/window-store.ts';

interface StartState {
  readonly view: GetStartedView | undefined;
  readonly found: FoundKeysView | undefined;
  readonly isLooking: boolean;
  /** Ids of what was found and is to be added. */
  readonly ticked: ReadonlySet<string>;
  /** The one whose contents are shown; undefined before the first time. */
  readonly openStep: StartStep | 'none' | undefined;
}

export const useStartStore = create<StartState>(() => ({
  view: undefined,
  found: undefined,
  isLooking: false,
  ticked: new Set(),
  openStep: undefined,
}));

/** Stands for the certificates of the system among what is ticked. */
export const certificatesId = 'certificates';

export const stepOrder: readonly StartStep[] = ['keys', 'ask', 'programs', 'sign-in'];

/** Whether the agent has the key of the file already. */
export function isHeld({ facts }: FoundFileView, fingerprints: ReadonlySet<string>): boolean {
  return facts?.fingerprint !== undefined && fingerprints.has(facts.fingerprint);
}

export const heldFingerprints = (): ReadonlySet<string> =>
  new Set(useWindowStore.getState().main?.keys.map(({ fingerprint }) => fingerprint));

/** Those that are kept encrypted and ask for nothing now. */
function suggested(found: FoundKeysView): ReadonlySet<string> {
  const held = heldFingerprints();
  const files = found.files.filter(
    (file) => file.facts?.isEncrypted && file.facts.fingerprint !== undefined && !isHeld(file, held),
  );
  return new Set(files.map(({ id }) => id));
}

export async function look(): Promise<void> {
  if (useStartStore.getState().isLooking) return;
  useStartStore.setState({ isLooking: true });
  const found = await ask('getStarted.find', {});
  useStartStore.setState({ isLooking: false, ...(found && { found, ticked: suggested(found) }) });
}

export function tick(id: string, isTicked: boolean): void {
  useStartStore.setState(({ ticked }) => {
    const next = new Set(ticked);
    if (isTicked) next.add(id);
    else next.delete(id);
    return { ticked: next };
  });
}

/** Follows what the main process keeps; returns the way to stop. */
export function followRecord(): () => void {
  void ask('getStarted.get', {}).then((view) => {
    if (view === undefined) return;
    // It stays open when it is done, so that its test and its undo stay in sight.
    useStartStore.setState(({ openStep }) => ({ view, openStep: openStep ?? firstToDo(view) }));
  });
  return window.sallyport.on('getStarted.changed', (view) => useStartStore.setState({ view }));
}

const firstToDo = (view: GetStartedView): StartStep | 'none' =>
  stepOrder.find((step) => view.steps[step] === 'to-do') ?? 'none';

/** Goes on to the next one; what is not done is left out. */
export async function leaveStep(step: StartStep): Promise<void> {
  const state = useStartStore.getState().view?.steps[step];
  if (state === 'to-do') await ask('getStarted.setStep', { step, state: 'left-out' });
  goOn(step);
}

/** Goes on from one whose answer is saved; of programs, which need nothing, to have looked is enough. */
export async function finishStep(step: StartStep): Promise<void> {
  if (step === 'programs') await ask('getStarted.setStep', { step, state: 'done' });
  goOn(step);
}

function goOn(from: StartStep): void {
  const next = stepOrder[stepOrder.indexOf(from) + 1] ?? 'none';
  useStartStore.setState({ openStep: next });
}
