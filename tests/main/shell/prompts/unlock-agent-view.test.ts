// The window that asks whether the agent is to be unlocked: as deaf as any, and no confirmation.
import { describe, expect, it } from 'vitest';
import type { LockedRequest, UnlockAgentRequest } from '../../../../main/agent/ports/approver.ts';
import { RefusedError } from '../../../../main/agent/protocol/errors.ts';
import { WindowApprover } from '../../../../main/shell/prompts/window-approver.ts';
import { promptHandlers } from '../../../../main/shell/requests/prompt-handlers.ts';
import { defaultSettings } from '../../../../main/stored/settings/default-settings.ts';
import { inputGuardMs } from '../../../../text/input-guard.ts';
import { FakePromptWindow } from '../../../fakes/fake-prompt-window.ts';

const id = '7f1c1a52-5d0f-4bb4-8f77-1f1f2d3c4b5a';
const from = { role: 'prompt', webContentsId: 1 } as const;
const never = new AbortController().signal;

function lockedRequest(pid: number): LockedRequest {
  return {
    key: { comment: `key of ${pid}`, fingerprint: 'SHA256:x', algorithm: 'ssh-ed25519' },
    requester: {
      transport: 'unix-socket',
      pid,
      purpose: { kind: 'ssh-login', user: 'alice', service: 'ssh-connection' },
      forwarded: false,
      path: [],
    },
  };
}

function setUp(openWindow = () => new FakePromptWindow(1)) {
  const clock = { nowMs: 1000 };
  const windows: FakePromptWindow[] = [];
  const titles: string[] = [];
  const approver = new WindowApprover({
    openWindow: (title) => {
      titles.push(title);
      const window = openWindow();
      windows.push(window);
      return window;
    },
    openWaitWindow: () => {
      throw new Error('no window');
    },
    settings: () => defaultSettings,
    waitingBehind: () => 0,
    nowMs: () => clock.nowMs,
    log: () => {},
  });
  const waiting = [lockedRequest(1)];
  const listeners = new Set<() => void>();
  const request: UnlockAgentRequest = {
    id,
    lockReason: 'Locked by you.',
    waiting: () => [...waiting],
    onWaitingChanged: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    timeLimitMs: 60_000,
    remainingMs: () => 60_000,
  };
  const handlers = promptHandlers((webContentsId) => approver.conversationIn(webContentsId), approver.waits);
  return {
    approver,
    windows,
    titles,
    clock,
    waiting,
    listeners,
    ask: (signal = never) => approver.unlockAgent(request, signal),
    look: () => handlers['prompt.get']({}, from),
    ready() {
      void handlers['prompt.get']({}, from);
      clock.nowMs += inputGuardMs;
    },
    change(change: () => void) {
      change();
      for (const listener of listeners) listener();
    },
    answer: (answer: 'unlock' | 'stay-locked', revision = 0) =>
      handlers['prompt.answerUnlockAgent']({ id, revision, answer }, from),
    confirm: () =>
      handlers['prompt.answerConfirm']({ id, revision: 0, answer: 'allow', remember: 'until-locked' }, from),
    cancel: () => handlers['prompt.cancel']({ id }, from),
  };
}

describe('the question whether to unlock the agent', () => {
  it('tells why it is locked and who waits for what, and its window ends with the answer', async () => {
    const { approver, windows, titles, listeners, ask, look, ready, answer } = setUp();
    const asked = ask();
    ready();
    expect(titles).toEqual(['Sallyport is locked']);
    expect(approver.prompts).toMatchObject([{ kind: 'unlock-agent', keyComment: 'key of 1' }]);
    expect(look()).toMatchObject({
      kind: 'unlock-agent',
      lockReason: 'Locked by you.',
      waiting: [{ key: { comment: 'key of 1' }, requester: { whatFor: { text: 'Log in as “alice”' } } }],
      more: 0,
    });
    expect(answer('unlock')).toBe('accepted');
    expect(await asked).toBe('unlock');
    expect(windows[0]?.isDestroyed).toBe(true);
    expect([approver.prompts, listeners.size]).toEqual([[], 0]);
  });

  it('takes no answer too early, without the focus, or of another kind', async () => {
    const { windows, clock, ask, ready, look, answer, confirm, cancel } = setUp();
    const asked = ask();
    void look();
    clock.nowMs += inputGuardMs - 1;
    expect([answer('unlock'), answer('stay-locked'), cancel()]).toEqual([
      'too-early',
      'too-early',
      'too-early',
    ]);
    ready();
    expect(confirm()).toBe('already-answered');
    windows[0]?.setFocus(false);
    clock.nowMs += 10_000;
    expect(answer('unlock')).toBe('too-early');
    windows[0]?.setFocus(true);
    expect(answer('unlock')).toBe('too-early');
    clock.nowMs += inputGuardMs;
    expect(answer('stay-locked')).toBe('accepted');
    expect(answer('unlock')).toBe('already-answered');
    expect(await asked).toBe('stay-locked');
  });

  it('shows each that joins for the guard time, up to twenty, and counts the others', () => {
    const { clock, waiting, ask, look, ready, change, answer } = setUp();
    void ask();
    ready();
    change(() => waiting.push(lockedRequest(2)));
    expect([answer('unlock', 0), answer('unlock', 1)]).toEqual(['too-early', 'too-early']);
    clock.nowMs += inputGuardMs - 1;
    expect(answer('stay-locked', 1)).toBe('too-early');
    for (let pid = 3; pid <= 20; pid++) change(() => waiting.push(lockedRequest(pid)));
    expect(look()).toMatchObject({ revision: 19, more: 0 });
    change(() => waiting.push(lockedRequest(21), lockedRequest(22)));
    expect(look()).toMatchObject({ revision: 19, more: 2 });
    // One that was only counted takes the place of one that has left.
    change(() => waiting.shift());
    expect(look()).toMatchObject({ revision: 20, more: 1 });
    clock.nowMs += inputGuardMs;
    expect(answer('unlock', 20)).toBe('accepted');
  });

  it.each(['closed', 'ended', 'cancelled'])('leaves it locked when it is %s', async (how) => {
    const { windows, ask, ready, cancel } = setUp();
    const ending = new AbortController();
    const asked = ask(ending.signal);
    ready();
    if (how === 'closed') windows[0]?.vanish();
    else if (how === 'ended') ending.abort();
    else expect(cancel()).toBe('accepted');
    expect(await asked).toBe('stay-locked');
  });

  it('is nobody’s answer where no window can be opened', async () => {
    const { ask } = setUp(() => {
      throw new Error('no display');
    });
    await expect(ask()).rejects.toBeInstanceOf(RefusedError);
  });
});
