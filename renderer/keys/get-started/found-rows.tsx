// What was found, a row each, with a box to tick where it can be added.
import { type ReactNode, useId } from 'react';
import type { FoundAgentView, FoundFileView } from '../../../ipc/contract/get-started.ts';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Badge } from '../controls/badge.tsx';
import { tick, useStartStore } from './start-store.ts';

const origins: Readonly<Record<FoundFileView['origins'][number]['source'], string>> = {
  'ssh-folder': 'in your folder .ssh',
  putty: 'PuTTY session',
  winscp: 'WinSCP session',
  pageant: 'started with Pageant',
  filezilla: 'FileZilla site',
};

function Origins({ file }: { readonly file: FoundFileView }) {
  return (
    <>
      {file.origins.map(({ source, name }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two sessions may have one name; they never move
        <span key={index}>
          {index > 0 && ', '}
          {origins[source]}
          {name !== undefined && (
            <>
              {' '}
              <ForeignText text={name} maxCharacters={60} isQuoted />
            </>
          )}
        </span>
      ))}
    </>
  );
}

interface RowProps {
  readonly id: string;
  readonly isDisabled: boolean;
  readonly title: ReactNode;
  readonly badge?: ReactNode;
  readonly children?: ReactNode;
}

export function TickRow({ id, isDisabled, title, badge, children }: RowProps) {
  const rowId = useId();
  const isTicked = useStartStore(({ ticked }) => ticked.has(id));
  return (
    <li className="start-row">
      <input
        id={rowId}
        type="checkbox"
        checked={isTicked && !isDisabled}
        disabled={isDisabled}
        aria-describedby={`${rowId}-why`}
        onChange={(event) => tick(id, event.target.checked)}
      />
      <div className="card-words">
        <label htmlFor={rowId}>{title}</label>
        {badge}
        <div id={`${rowId}-why`} className="small quiet">
          {children}
        </div>
      </div>
    </li>
  );
}

function fileNotes({ isEncrypted, keyKind, warnings }: NonNullable<FoundFileView['facts']>): string[] {
  return [
    ...(isEncrypted
      ? []
      : [
          'It has no passphrase, so that Sallyport keeps it in memory only: it does not come back at the next start. To have it back, give it one by “New passphrase…” of the key.',
        ]),
    ...(keyKind === undefined
      ? ['This file shows nothing of its key without the passphrase, which you are asked for now.']
      : []),
    ...warnings,
  ];
}

export function FileRow({ file, isHeld }: { readonly file: FoundFileView; readonly isHeld: boolean }) {
  const { path, facts, problem } = file;
  const title = <ForeignText text={path} maxCharacters={200} />;
  if (facts === undefined)
    return (
      <li className="start-row">
        <Icon name="warning" />
        <div className="card-words">
          <p>{title}</p>
          <p className="small quiet">
            <Origins file={file} />. It <ForeignText text={problem ?? ''} />
            {problem?.endsWith('.') ? '' : '.'}
          </p>
        </div>
      </li>
    );
  return (
    <TickRow
      id={file.id}
      isDisabled={isHeld}
      title={title}
      badge={isHeld && <Badge look={{ icon: 'check', word: 'Here already', tone: 'good' }} />}
    >
      <p>
        {facts.keyKind ?? 'A key'}
        {facts.hasCertificate && ', with its certificate'},{' '}
        <ForeignText text={facts.comment} ifEmpty="without a comment" maxCharacters={80} isQuoted />;{' '}
        <Origins file={file} />
      </p>
      {fileNotes(facts).map((note) => (
        <p key={note}>
          <ForeignText text={note} />
        </p>
      ))}
    </TickRow>
  );
}

export function AgentRow({ agent }: { readonly agent: FoundAgentView }) {
  return (
    <TickRow
      id={agent.id}
      isDisabled={false}
      title={
        <>
          All keys of <ForeignText text={agent.title} maxCharacters={80} />
        </>
      }
    >
      <p>
        They stay there. Sallyport offers them beside its own, and asks you in the same way. It runs at{' '}
        <ForeignText text={agent.address} maxCharacters={200} />.
      </p>
    </TickRow>
  );
}
