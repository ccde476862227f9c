// What became of each file, and the passphrases that are still needed, one after another.
import { useState } from 'react';
import type { AddedFile } from '../../../ipc/contract/keys.ts';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { Icon, type IconName } from '../../parts/icon.tsx';
import { DialogActions, DialogFrame } from '../controls/dialog-frame.tsx';
import { ask } from '../store/ask.ts';
import { closeDialog } from '../store/window-store.ts';
import { showResults } from './add-keys.ts';
import { type Settled, UnlockFileForm } from './unlock-file-form.tsx';
import './add-results.css';

type Outcome = AddedFile['outcome'];

/** One file; `wasSkipped` once the person has gone on without its passphrase. */
interface ResultLine extends AddedFile {
  readonly wasSkipped: boolean;
}

function outcomeLook(line: ResultLine): { readonly icon: IconName; readonly words: string } {
  const { outcome } = line;
  switch (outcome.kind) {
    case 'added':
      return { icon: 'check', words: outcome.keptEncrypted ? 'Added, kept encrypted' : 'Added' };
    case 'failed':
      return { icon: 'warning', words: outcome.message };
    case 'needs-passphrase':
      return line.wasSkipped
        ? { icon: 'close', words: 'Skipped: not added' }
        : { icon: 'lock', words: 'Needs its passphrase' };
  }
}

function Result({ line }: { readonly line: ResultLine }) {
  const { icon, words } = outcomeLook(line);
  return (
    <li className={`add-result ${line.outcome.kind}`}>
      <Icon name={icon} />
      <div>
        <ForeignText text={line.name} maxCharacters={120} className="main" />
        <p>
          <ForeignText text={words} />
        </p>
        {line.warnings.map((warning) => (
          <p key={warning} className="small quiet">
            <ForeignText text={warning} />
          </p>
        ))}
      </div>
    </li>
  );
}

function titleFor(lines: readonly ResultLine[]): string {
  const added = lines.filter(({ outcome }) => outcome.kind === 'added').length;
  if (added === lines.length)
    return lines.length === 1 ? 'The key was added' : `All ${added} keys were added`;
  return lines.length === 1 ? 'The key was not added' : `${added} of ${lines.length} keys were added`;
}

export function AddResultsDialog({ files }: { readonly files: readonly AddedFile[] }) {
  const [lines, setLines] = useState<readonly ResultLine[]>(() =>
    files.map((file) => ({ ...file, wasSkipped: false })),
  );
  const place = lines.findIndex((line) => line.outcome.kind === 'needs-passphrase' && !line.wasSkipped);
  const current = lines[place];

  const settle = (next: readonly ResultLine[]) => {
    setLines(next);
    const isAllPlain = next.every(
      ({ outcome, warnings }) => outcome.kind === 'added' && warnings.length === 0,
    );
    if (!isAllPlain) return;
    closeDialog();
    showResults(next);
  };
  const skip = () =>
    settle(lines.map((line, index) => (index === place ? { ...line, wasSkipped: true } : line)));
  const takeOutcome = (settled: Settled) => {
    const others = settled.kind === 'added' ? settled.alsoAdded : [];
    settle(
      lines.map((line, index) => {
        if (index === place) return { ...line, outcome: settled };
        const { outcome } = line;
        const other =
          outcome.kind === 'needs-passphrase' &&
          others.find(({ pendingId }) => pendingId === outcome.pendingId);
        return other ? { ...line, outcome: other } : line;
      }),
    );
  };
  const forget = (outcome: Outcome) => {
    if (outcome.kind === 'needs-passphrase') void ask('keys.forgetPending', { pendingId: outcome.pendingId });
  };
  const close = () => {
    for (const line of lines) if (!line.wasSkipped) forget(line.outcome);
    closeDialog();
  };

  if (current?.outcome.kind === 'needs-passphrase')
    return (
      <UnlockFileForm
        key={current.outcome.pendingId}
        name={current.name}
        pending={current.outcome}
        others={lines
          .slice(place + 1)
          .flatMap(({ outcome }) => (outcome.kind === 'needs-passphrase' ? [outcome.pendingId] : []))}
        onSettled={takeOutcome}
        onSkip={() => {
          forget(current.outcome);
          if (lines.length === 1) closeDialog();
          else skip();
        }}
        onCancelAll={close}
      />
    );
  return (
    <DialogFrame title={titleFor(lines)} onClose={close}>
      <div className="dialog-body">
        <ul className="add-results">
          {lines.map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two files may have one name; lines never move
            <Result key={index} line={line} />
          ))}
        </ul>
      </div>
      <DialogActions>
        <button type="button" className="button primary" data-initial-focus onClick={close}>
          Close
        </button>
      </DialogActions>
    </DialogFrame>
  );
}
