// Asks before all remembered approvals are revoked.
import { DangerButtons } from '../controls/dialog-buttons.tsx';
import { DialogFrame } from '../controls/dialog-frame.tsx';
import { ask } from '../store/ask.ts';
import { tell } from '../store/messages.ts';
import { closeDialog, useWindowStore } from '../store/window-store.ts';

async function revokeAll(): Promise<void> {
  closeDialog();
  const done = await ask('approvals.revokeAll', {});
  if (done === undefined) return;
  useWindowStore.setState({ approvals: [], approvalsReceivedAtMs: performance.now() });
  tell('All remembered approvals are revoked.');
}

export function RevokeAllDialog() {
  return (
    <DialogFrame title="Revoke all remembered approvals?" onClose={closeDialog}>
      <div className="dialog-body">
        <p>Every program is asked about again from now on.</p>
      </div>
      <DangerButtons words="Revoke all" onConfirm={() => void revokeAll()} />
    </DialogFrame>
  );
}
