// Step 1: the keys that the person has already.
import { useEffect, useState } from 'react';
import type { FoundKeysView, GetStartedView } from '../../../ipc/contract/get-started.ts';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { Icon } from '../../parts/icon.tsx';
import { showResults } from '../add-keys/add-keys.ts';
import { InfoBar } from '../controls/info-bar.tsx';
import { ask } from '../store/ask.ts';
import { tell, tellProblem } from '../store/messages.ts';
import { showSection, useWindowStore } from '../store/window-store.ts';
import { AgentRow, FileRow, TickRow } from './found-rows.tsx';
import { certificatesId, isHeld, look, tick, useStartStore } from './start-store.ts';
import { StepCard } from './step-card.tsx';
import { StepTest } from './step-test.tsx';

async function addTicked({ files, agents }: FoundKeysView): Promise<void> {
  const { ticked } = useStartStore.getState();
  const idsOf = (all: readonly { readonly id: string }[]) =>
    all.map(({ id }) => id).filter((id) => ticked.has(id));
  const added = await ask('getStarted.addKeys', {
    files: idsOf(files),
    agents: idsOf(agents),
    certificates: ticked.has(certificatesId),
  });
  if (added === undefined) return;
  showResults(added.files);
  for (const problem of added.problems) tellProblem(problem);
  await look();
}

async function undo(): Promise<void> {
  if ((await ask('getStarted.undoKeys', {})) === undefined) return;
  tell('What this step had added is gone from Sallyport. Your files are where they were.');
  await look();
}

const isEmpty = ({ files, agents, certificates }: FoundKeysView) =>
  files.length === 0 && agents.length === 0 && certificates === undefined;

function Found({ found }: { readonly found: FoundKeysView }) {
  const keys = useWindowStore((state) => state.main?.keys) ?? [];
  const fingerprints = new Set(keys.map(({ fingerprint }) => fingerprint));
  const { files, agents, certificates, notes } = found;
  const isNothing = isEmpty(found);
  return (
    <>
      {isNothing && (
        <p>
          No key was found: neither in your folder .ssh, nor in the settings of PuTTY, WinSCP, Pageant and
          FileZilla, and no other agent runs. In{' '}
          <button type="button" className="start-link" onClick={() => showSection('keys')}>
            Keys
          </button>{' '}
          you add a file from elsewhere, or make a new key.
        </p>
      )}
      {!isNothing && (
        <ul className="start-rows" aria-label="Found">
          {files.map((file) => (
            <FileRow key={file.id} file={file} isHeld={isHeld(file, fingerprints)} />
          ))}
          {agents.map((agent) => (
            <AgentRow key={agent.id} agent={agent} />
          ))}
          {certificates !== undefined && (
            <TickRow
              id={certificatesId}
              isDisabled={certificates.areOffered}
              title={`Keys of your ${certificates.count === 1 ? 'certificate' : `${certificates.count} certificates`} in Windows`}
            >
              <p>
                {certificates.areOffered
                  ? 'They are offered to programs already.'
                  : 'They are offered to programs; the keys stay in Windows or on their card.'}
              </p>
            </TickRow>
          )}
        </ul>
      )}
      {notes.map((note) => (
        <InfoBar key={note} severity="information">
          <ForeignText text={note} />
        </InfoBar>
      ))}
    </>
  );
}

const count = (number: number, one: string) => `${number} ${number === 1 ? one : `${one}s`}`;

function undoWords({ addedKeys, addedAgents, addedCertificates }: GetStartedView): string {
  return [
    ...(addedKeys.length > 0 ? [count(addedKeys.length, 'key')] : []),
    ...(addedAgents.length > 0 ? [count(addedAgents.length, 'agent')] : []),
    ...(addedCertificates ? ['the certificates'] : []),
  ].join(', ');
}

function Buttons({ found }: { readonly found: FoundKeysView | undefined }) {
  const view = useStartStore((state) => state.view);
  const ticked = useStartStore((state) => state.ticked.size);
  const isLooking = useStartStore((state) => state.isLooking);
  const [isBusy, setIsBusy] = useState(false);
  const whileBusy = async (act: () => Promise<void>) => {
    setIsBusy(true);
    await act();
    setIsBusy(false);
  };
  const added = view === undefined ? '' : undoWords(view);
  return (
    <div className="toolbar">
      {found !== undefined && !isEmpty(found) && (
        <button
          type="button"
          className="button primary"
          disabled={isBusy || isLooking || ticked === 0}
          onClick={() => void whileBusy(() => addTicked(found))}
        >
          <Icon name="add" />
          {ticked === 0 ? 'Add what is ticked' : `Add ${ticked === 1 ? 'the one' : `the ${ticked}`} ticked`}
        </button>
      )}
      <button type="button" className="button" disabled={isBusy || isLooking} onClick={() => void look()}>
        <Icon name="retry" />
        {isLooking ? 'Looking…' : 'Look again'}
      </button>
      {added !== '' && (
        <button type="button" className="button" disabled={isBusy} onClick={() => void whileBusy(undo)}>
          Undo: take away {added}
        </button>
      )}
    </div>
  );
}

function KeysStepBody() {
  const found = useStartStore((state) => state.found);
  const keys = useWindowStore((state) => state.main?.keys);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is here already can't be added again
  useEffect(() => {
    const held = new Set(keys?.map(({ fingerprint }) => fingerprint));
    for (const file of found?.files ?? []) if (isHeld(file, held)) tick(file.id, false);
  }, [keys]);
  useEffect(() => {
    if (useStartStore.getState().found === undefined) void look();
  }, []);
  return (
    <>
      {found !== undefined && !isEmpty(found) && (
        <p>
          These were found. Tick those that Sallyport is to use. What is encrypted stays{' '}
          <strong>encrypted</strong>: you are asked for a passphrase when a program first needs the key. Your
          files stay as they are, where they are.
        </p>
      )}
      <div aria-live="polite" className="start-found">
        {found === undefined ? <p className="quiet">Looking for your keys…</p> : <Found found={found} />}
      </div>
      <Buttons found={found} />
      <p className="small quiet">
        Security keys and smart cards are added in{' '}
        <button type="button" className="start-link" onClick={() => showSection('places')}>
          Other places
        </button>
        .
      </p>
      <StepTest
        explanation="Asks for the list of your keys, as a program would."
        run={() => ask('getStarted.test', { step: 'keys' })}
      />
    </>
  );
}

export const KeysStep = () => (
  <StepCard step="keys" title="Keys">
    <KeysStepBody />
  </StepCard>
);
