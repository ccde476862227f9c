// What the person must know before anything else: the agent is locked, a prompt waits, something went wrong.
import type { PromptSummary } from '../../../ipc/contract/prompt.ts';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { Icon } from '../../parts/icon.tsx';
import { InfoBar } from '../controls/info-bar.tsx';
import { ask } from '../store/ask.ts';
import { useWindowStore } from '../store/window-store.ts';

function PauseBanner() {
  const lock = useWindowStore((state) => state.main?.lock);
  if (!lock?.isPaused) return null;
  return (
    <InfoBar
      severity="warning"
      actions={
        <button type="button" className="button" onClick={() => void ask('agent.unlock', {})}>
          <Icon name="unlock" />
          Unlock
        </button>
      }
    >
      <strong>The agent is locked.</strong> {lock.reason ?? ''} No program can use a key until you unlock it
      {lock.isLockedByClient
        ? ' here and the lock below is opened, too.'
        : ', here or when one of them has you asked.'}
    </InfoBar>
  );
}

function ClientLockBanner() {
  const isLockedByClient = useWindowStore((state) => state.main?.lock.isLockedByClient === true);
  if (!isLockedByClient) return null;
  return (
    <InfoBar severity="warning">
      <strong>A program has locked the agent with a passphrase.</strong> Only the same passphrase opens it
      again: run <code className="mono">ssh-add -X</code> or <code className="mono">sallyport unlock</code>.
    </InfoBar>
  );
}

const promptWords: Readonly<Record<PromptSummary['kind'], string>> = {
  passphrase: 'A window asks for the passphrase of ',
  confirm: 'A window asks whether to allow use of ',
  'unlock-agent': 'A window asks whether to unlock Sallyport for a request for ',
};

function PromptBanner() {
  const prompts = useWindowStore((state) => state.main?.prompts);
  const first = prompts?.[0];
  if (prompts === undefined || first === undefined) return null;
  return (
    <InfoBar severity="information">
      {promptWords[first.kind]}
      <ForeignText text={first.keyComment} ifEmpty="a key without a comment" maxCharacters={80} isQuoted />.
      {prompts.length > 1 && ` ${prompts.length - 1} more wait${prompts.length === 2 ? 's' : ''} behind it.`}
    </InfoBar>
  );
}

export function Banners() {
  const notices = useWindowStore((state) => state.main?.notices) ?? [];
  return (
    <div className="banners" role="status">
      <PauseBanner />
      <ClientLockBanner />
      <PromptBanner />
      {notices.map((notice) => (
        <InfoBar
          key={notice.id}
          severity={notice.severity}
          actions={
            <button
              type="button"
              className="button bare icon-only"
              aria-label="Dismiss this notice"
              onClick={() => void ask('notices.dismiss', { id: notice.id })}
            >
              <Icon name="close" />
            </button>
          }
        >
          <ForeignText text={notice.text} />
        </InfoBar>
      ))}
    </div>
  );
}
