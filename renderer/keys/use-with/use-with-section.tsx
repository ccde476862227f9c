// The section "Use with…": what to put where so that programs find Sallyport, and a test that they do.
import { useEffect, useState } from 'react';
import type { SelfTest, Snippet, SnippetKind } from '../../../ipc/contract/use-with.ts';
import { snippetNames } from '../../../text/program-names.ts';
import { choicesOf } from '../../parts/choices.ts';
import { Icon } from '../../parts/icon.tsx';
import { InfoBar } from '../controls/info-bar.tsx';
import { ask } from '../store/ask.ts';
import { tell } from '../store/messages.ts';
import { useWindowStore } from '../store/window-store.ts';
import { ProgramList } from './program-list.tsx';
import { TestResult } from './test-result.tsx';
import './use-with.css';

/** Of those that can be set up, by what is looked for. */
const programsOf: Readonly<Record<SnippetKind, readonly string[]>> = {
  openssh: ['ssh', 'service'],
  git: ['git', 'shell', 'cygwin', 'msys2'],
  wsl: ['wsl'],
  putty: ['putty'],
};

const kinds = choicesOf<SnippetKind>(snippetNames);

function KindChoice({ kind }: { readonly kind: SnippetKind }) {
  return (
    <fieldset className="toolbar">
      <legend className="unseen">Program</legend>
      {kinds.map(({ value, label }) => (
        <button
          key={value}
          type="button"
          className="button"
          aria-pressed={value === kind}
          onClick={() => useWindowStore.setState({ snippetKind: value })}
        >
          {label}
        </button>
      ))}
    </fieldset>
  );
}

function Steps({ kind, snippet }: { readonly kind: SnippetKind; readonly snippet: Snippet }) {
  const copy = async (step: number) => {
    const copied = await ask('snippets.copy', { kind, step });
    if (copied !== undefined) tell('The text is on the clipboard.');
  };
  return (
    <ol className="cards">
      {snippet.steps.map((step, index) => (
        <li key={step.explanation} className="card">
          <p>{step.explanation}</p>
          <div className="snippet">
            <pre className="mono">{step.text}</pre>
            <button
              type="button"
              className="button"
              aria-label={`Copy the text of step ${index + 1}`}
              onClick={() => void copy(index)}
            >
              <Icon name="copy" />
              Copy
            </button>
          </div>
        </li>
      ))}
    </ol>
  );
}

function SelfTestCard({ kind }: { readonly kind: SnippetKind }) {
  const [isBusy, setIsBusy] = useState(false);
  const [result, setResult] = useState<SelfTest>();
  const test = async () => {
    setIsBusy(true);
    setResult(undefined);
    setResult(await ask('snippets.test', { kind }));
    setIsBusy(false);
  };
  return (
    <div className="card">
      <div className="card-row">
        <div className="card-words">
          <h2>Does it work?</h2>
          <p className="small quiet">Sallyport knocks at its own door as the program would.</p>
        </div>
        <button type="button" className="button" disabled={isBusy} onClick={() => void test()}>
          {isBusy ? 'Testing…' : 'Test'}
        </button>
      </div>
      <TestResult result={result} />
    </div>
  );
}

export function UseWithSection() {
  const kind = useWindowStore((state) => state.snippetKind);
  const doors = useWindowStore((state) => state.main?.doors);
  const [shown, setShown] = useState<{ kind: SnippetKind; snippet: Snippet }>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a door that opens or closes changes the snippet
  useEffect(() => {
    let isWanted = true;
    void ask('snippets.get', { kind }).then((snippet) => {
      if (isWanted && snippet !== undefined) setShown({ kind, snippet });
    });
    return () => {
      isWanted = false;
    };
  }, [kind, doors]);
  return (
    <div className="cards">
      <KindChoice kind={kind} />
      {shown?.kind === kind && (
        <>
          <ProgramList key={`programs of ${kind}`} only={programsOf[kind]} />
          <h2>By hand: {shown.snippet.title}</h2>
          {shown.snippet.problem !== undefined && (
            <InfoBar severity="warning">{shown.snippet.problem}</InfoBar>
          )}
          <Steps kind={kind} snippet={shown.snippet} />
          <SelfTestCard key={kind} kind={kind} />
        </>
      )}
    </div>
  );
}
