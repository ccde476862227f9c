// The section "Remembered approvals": what is allowed without asking, and how to end that.
import { useEffect } from 'react';
import type { ApprovalView } from '../../../ipc/contract/activity.ts';
import { foreignText, insideQuotes } from '../../../text/foreign-text.ts';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { EmptySection } from '../controls/empty-section.tsx';
import { ask } from '../store/ask.ts';
import { tell } from '../store/messages.ts';
import { useNow } from '../store/use-now.ts';
import { openDialog, useWindowStore } from '../store/window-store.ts';
import { durationText, secondsLeftNow } from '../words/duration-text.ts';

async function loadApprovals(): Promise<void> {
  const approvals = await ask('approvals.list', {});
  if (approvals !== undefined)
    useWindowStore.setState({ approvals, approvalsReceivedAtMs: performance.now() });
}

async function revoke({ id, program }: ApprovalView): Promise<void> {
  const done = await ask('approvals.revoke', { id });
  if (done === undefined) return;
  tell(`Revoked. “${insideQuotes(program, 60)}” is asked about again.`);
  await loadApprovals();
}

/** What tells it from the button of every other one. */
const revokeLabel = ({ program, covers, host = '' }: ApprovalView) =>
  `Revoke the approval of ${foreignText(program, 60)} for ${foreignText(`${covers} ${host}`.trim(), 300)}`;

function Approval({ approval, nowMs }: { readonly approval: ApprovalView; readonly nowMs: number }) {
  const receivedAtMs = useWindowStore((state) => state.approvalsReceivedAtMs);
  const { secondsLeft } = approval;
  return (
    <li className="card card-row">
      <div className="card-words">
        <p>
          <ForeignText text={approval.program} maxCharacters={200} className="main" isQuoted />
        </p>
        <p>
          <ForeignText text={approval.covers} maxCharacters={200} />
        </p>
        {approval.host !== undefined && (
          <p className="small quiet">
            <ForeignText text={approval.host} maxCharacters={300} />
          </p>
        )}
        <p className="small quiet">
          with{' '}
          <ForeignText
            text={approval.keyComment}
            ifEmpty={approval.fingerprint}
            maxCharacters={120}
            isQuoted
          />{' '}
          – {approval.isForwarded ? 'forwarded requests only' : 'requests from this computer only'} –{' '}
          {approval.isForOneUse && 'for one use – '}
          {secondsLeft === undefined
            ? 'until the agent is locked'
            : `${durationText(secondsLeftNow(secondsLeft, receivedAtMs, nowMs))} left`}
        </p>
      </div>
      <button
        type="button"
        className="button"
        aria-label={revokeLabel(approval)}
        onClick={() => void revoke(approval)}
      >
        Revoke
      </button>
    </li>
  );
}

export function ApprovalsSection() {
  const approvals = useWindowStore((state) => state.approvals);
  const hasTimes = approvals?.some((approval) => approval.secondsLeft !== undefined) === true;
  const nowMs = useNow(1000, hasTimes);
  useEffect(() => {
    void loadApprovals();
  }, []);
  if (approvals === undefined) return <p className="quiet">One moment…</p>;
  if (approvals.length === 0)
    return (
      <EmptySection icon="approval" title="Nothing is remembered">
        <p>
          What you allow for longer than one use is listed here, and can be revoked: by “Remember” in a
          question, and for keys that ask when something is new by “Allow” alone, or by the passphrase that
          you type for a use. Locking Sallyport forgets all of it.
        </p>
      </EmptySection>
    );
  return (
    <div className="cards">
      <p className="quiet">
        These requests are allowed without asking. Programs are told apart by where their files lie: a
        convenience, not a boundary.
      </p>
      <ul className="cards">
        {approvals.map((approval) => (
          <Approval key={approval.id} approval={approval} nowMs={nowMs} />
        ))}
      </ul>
      <div>
        <button type="button" className="button" onClick={() => openDialog({ kind: 'revoke-all' })}>
          Revoke all…
        </button>
      </div>
    </div>
  );
}
