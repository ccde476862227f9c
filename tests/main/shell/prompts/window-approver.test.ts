// The person at the windows: one window a conversation, one answer a question, and "no" for everything that goes wrong.
import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { Requester } from '../../../../main/agent/facts/requester.ts';
import type { ConfirmRequest, PassphraseRequest } from '../../../../main/agent/ports/approver.ts';
import { WindowApprover } from '../../../../main/shell/prompts/window-approver.ts';
import { promptHandlers } from '../../../../main/shell/requests/prompt-handlers.ts';
import { defaultSettings } from '../../../../main/stored/settings/default-settings.ts';
import { inputGuardMs } from '../../../../text/input-guard.ts';
import { FakePromptWindow } from '../../../fakes/fake-prompt-window.ts';
import { singleRequest } from '../../../fakes/single-request.ts';

const uuid = '7f1c1a52-5d0f-4bb4-8f77-1f1f2d3c4b5a';
const key = { comment: 'work', fingerprint: 'SHA256:x', algorithm: 'ssh-ed25519' };
const requester: Requester = {
  transport: 'unix-socket',
  purpose: { kind: 'ssh-login', user: 'alice', service: 'ssh-connection' },
  forwarded: false,
  path: [],
};

const noWindow = () => {
  throw new Error('no window');
};

function setUp() {
  const windows: FakePromptWindow[] = [];
  const clock = { nowMs: 1000 };
  const approver = new WindowApprover({
    openWindow: () => {
      const window = new FakePromptWindow(windows.length + 1);
      windows.push(window);
      return window;
    },
    openWaitWindow: noWindow,
    settings: () => defaultSettings,
    waitingBehind: () => 0,
    nowMs: () => clock.nowMs,
    log: () => {},
  });
  const handlers = promptHandlers((webContentsId) => approver.conversationIn(webContentsId), approver.waits);
  const from = (webContentsId: number) => ({ role: 'prompt', webContentsId }) as const;
  const look = (webContentsId = 1) => handlers['prompt.get']({}, from(webContentsId));
  return {
    approver,
    windows,
    clock,
    look,
    /** The page has been there for long enough. */
    ready(webContentsId = 1) {
      void look(webContentsId);
      clock.nowMs += inputGuardMs;
    },
    confirm: (
      answer: 'allow' | 'deny',
      remember: 'no' | '1-hour' = 'no',
      webContentsId = 1,
      id = uuid,
      revision = 0,
    ) => handlers['prompt.answerConfirm']({ id, revision, answer, remember }, from(webContentsId)),
    passphrase: (text: string, attempt = 1, keep: 'once' | '15-minutes' = 'once', webContentsId = 1) =>
      handlers['prompt.answerPassphrase'](
        { id: uuid, attempt, revision: 0, passphrase: new TextEncoder().encode(text), keep },
        from(webContentsId),
      ),
    cancel: () => handlers['prompt.cancel']({ id: uuid }, from(1)),
  };
}

const confirmRequest = (id = uuid): ConfirmRequest => ({
  ...singleRequest,
  id,
  key,
  requesters: () => [requester],
  reason: { kind: 'use-key', because: 'You want to be asked.' },
});

const passphraseRequest = (attempt = 1): PassphraseRequest => ({
  id: uuid,
  key,
  attempt,
  requesters: () => [requester],
  ...singleRequest,
});

/** Requests that come and go while a prompt is open. */
function waitingRequests() {
  const requesters = [requester];
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  return {
    request: {
      requesters: () => [...requesters],
      onRequestersChanged: (listener: () => void) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    join(other: Requester) {
      requesters.push(other);
      tell();
    },
    leave() {
      requesters.shift();
      tell();
    },
  };
}

const never = new AbortController().signal;

describe('a confirmation', () => {
  it.each([
    ['a use that can be told again', { kind: 'use-key', because: 'You want to be asked.' }, true],
    ['a use that can’t: unknown data, say', { kind: 'use-key', because: 'You want to be asked.' }, false],
    ['a costly key file', { kind: 'expensive-decryption', cost: 'much' }, false],
  ] as const)('offers to remember only what the agent would remember: %s', (_, reason, mayRemember) => {
    const { approver, look } = setUp();
    void approver.confirm({ ...confirmRequest(), reason, mayRemember }, never);
    const view = look();
    expect(view).toMatchObject({ kind: 'confirm', reason });
    expect('rememberCovers' in view).toBe(mayRemember);
  });

  it('leaves nothing on the signal of its request when it is answered', async () => {
    const { approver, ready, confirm } = setUp();
    const { signal } = new AbortController();
    const answer = approver.confirm(confirmRequest(), signal);
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    ready();
    confirm('deny');
    await answer;
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('is allowed by the person, and its window ends', async () => {
    const { approver, windows, ready, confirm } = setUp();
    const answer = approver.confirm(confirmRequest(), never);
    ready();
    expect(confirm('allow')).toBe('accepted');
    expect(await answer).toBe('allow');
    expect(windows[0]?.isDestroyed).toBe(true);
    expect(approver.prompts).toEqual([]);
  });

  it('carries what the person wants remembered', async () => {
    const { approver, ready, confirm } = setUp();
    const answer = approver.confirm(confirmRequest(), never);
    ready();
    confirm('allow', '1-hour');
    expect(await answer).toEqual({ kind: 'allow', remember: '1-hour' });
  });

  it('is denied by the person', async () => {
    const { approver, ready, confirm } = setUp();
    const answer = approver.confirm(confirmRequest(), never);
    ready();
    confirm('deny', '1-hour');
    expect(await answer).toBe('deny');
  });

  it('is denied when the window vanishes', async () => {
    const { approver, windows } = setUp();
    const answer = approver.confirm(confirmRequest(), never);
    windows[0]?.vanish();
    expect(await answer).toBe('deny');
    const typed = approver.askPassphrase(passphraseRequest(), never);
    windows[1]?.vanish();
    expect(await typed).toEqual({ kind: 'cancelled' });
  });

  it('is denied when the signal ends it', async () => {
    const { approver, windows } = setUp();
    const ending = new AbortController();
    const answer = approver.confirm(confirmRequest(), ending.signal);
    ending.abort();
    expect(await answer).toBe('deny');
    expect(windows[0]?.isDestroyed).toBe(true);
  });

  it('is denied without a window when the signal has ended it before', async () => {
    const { approver, windows } = setUp();
    expect(await approver.confirm(confirmRequest(), AbortSignal.abort())).toBe('deny');
    expect(windows).toEqual([]);
  });

  it('is denied when no window can be opened', async () => {
    const approver = new WindowApprover({
      openWindow: () => {
        throw new Error('no display');
      },
      openWaitWindow: noWindow,
      settings: () => defaultSettings,
      waitingBehind: () => 0,
      nowMs: () => 0,
      log: () => {},
    });
    expect(await approver.confirm(confirmRequest(), never)).toBe('deny');
    expect(await approver.askPassphrase(passphraseRequest(), never)).toEqual({ kind: 'cancelled' });
  });

  it('takes no answer before the page was there for the guard time', async () => {
    const { approver, clock, look, confirm } = setUp();
    const answer = approver.confirm(confirmRequest(), never);
    clock.nowMs += 10_000;
    expect(confirm('allow')).toBe('too-early');
    void look();
    clock.nowMs += inputGuardMs - 1;
    expect(confirm('allow')).toBe('too-early');
    clock.nowMs += 1;
    expect(confirm('allow')).toBe('accepted');
    expect(await answer).toBe('allow');
  });

  it('takes no answer without the focus, and waits anew when it comes back', async () => {
    const { approver, windows, clock, ready, confirm } = setUp();
    const answer = approver.confirm(confirmRequest(), never);
    ready();
    windows[0]?.setFocus(false);
    clock.nowMs += 10_000;
    expect(confirm('allow')).toBe('too-early');
    windows[0]?.setFocus(true);
    expect(confirm('allow')).toBe('too-early');
    clock.nowMs += inputGuardMs;
    expect(confirm('deny')).toBe('accepted');
    expect(await answer).toBe('deny');
    expect(windows[0]?.told).toContainEqual({ name: 'prompt.focusState', payload: { isFocused: false } });
  });

  it('takes no answer before another who joins was shown for the guard time, nor one to what was shown before', async () => {
    const { approver, windows, clock, ready, confirm } = setUp();
    const waiting = waitingRequests();
    const answer = approver.confirm({ ...confirmRequest(), ...waiting.request }, never);
    const allowAt = (revision: number) => confirm('allow', 'no', 1, uuid, revision);
    ready();
    waiting.join({ ...requester, pid: 7 });
    expect(windows[0]?.told.at(-1)).toMatchObject({ payload: { revision: 1, requesters: [{}, {}] } });
    expect([allowAt(0), allowAt(1)]).toEqual(['too-early', 'too-early']);
    clock.nowMs += inputGuardMs - 1;
    expect(allowAt(1)).toBe('too-early');
    clock.nowMs += 1;
    // A page that was slow has not shown it yet.
    expect(allowAt(0)).toBe('too-early');
    waiting.leave();
    expect(allowAt(1)).toBe('accepted');
    expect(await answer).toBe('allow');
    expect(allowAt(1)).toBe('already-answered');
  });

  it('takes one answer only', async () => {
    const { approver, ready, confirm } = setUp();
    const answer = approver.confirm(confirmRequest(), never);
    ready();
    expect(confirm('deny')).toBe('accepted');
    expect(confirm('allow')).toBe('already-answered');
    expect(await answer).toBe('deny');
  });

  it('is not answered from the window of another question, nor under another id', async () => {
    const { approver, ready, confirm } = setUp();
    const other = 'c0ffee00-5d0f-4bb4-8f77-1f1f2d3c4b5a';
    let isAnswered = false;
    void approver.confirm(confirmRequest(), never).then(() => {
      isAnswered = true;
    });
    void approver.confirm(confirmRequest(other), never);
    ready(1);
    ready(2);
    expect(confirm('allow', 'no', 2, uuid)).toBe('already-answered');
    expect(confirm('allow', 'no', 1, other)).toBe('already-answered');
    expect(confirm('allow', 'no', 3)).toBe('already-answered');
    await Promise.resolve();
    expect(isAnswered).toBe(false);
  });

  it('can not be answered with a passphrase', async () => {
    const { approver, ready, passphrase } = setUp();
    void approver.confirm(confirmRequest(), never);
    ready();
    expect(passphrase('x')).toBe('already-answered');
  });
});

describe('a passphrase prompt', () => {
  it('hands over the passphrase and how long to keep the key', async () => {
    const { approver, ready, passphrase } = setUp();
    const answer = approver.askPassphrase(passphraseRequest(), never);
    ready();
    expect(passphrase('secret', 1, '15-minutes')).toBe('accepted');
    const given = await answer;
    if (given.kind !== 'passphrase') throw new Error('no passphrase');
    expect(new TextDecoder().decode(given.passphrase.bytes)).toBe('secret');
    expect(given.keep).toEqual({ kind: 'for', seconds: 900 });
  });

  it('keeps its window for the next attempt, and ends it with the signal', async () => {
    const { approver, windows, ready, passphrase } = setUp();
    const ending = new AbortController();
    const first = approver.askPassphrase(passphraseRequest(1), ending.signal);
    ready();
    passphrase('wrong');
    await first;
    expect(windows[0]?.told.at(-1)).toMatchObject({ payload: { isBusy: true } });
    const second = approver.askPassphrase(passphraseRequest(2), ending.signal);
    expect(windows).toHaveLength(1);
    expect(windows[0]?.told.at(-1)).toMatchObject({
      name: 'prompt.changed',
      payload: { attempt: 2, isBusy: false },
    });
    expect(passphrase('late', 1)).toBe('already-answered');
    expect(passphrase('right', 2)).toBe('accepted');
    expect((await second).kind).toBe('passphrase');
    expect(windows[0]?.isDestroyed).toBe(false);
    ending.abort();
    expect(windows[0]?.isDestroyed).toBe(true);
  });

  it('is cancelled by the person and asks no more', async () => {
    const { approver, windows, ready, cancel } = setUp();
    const answer = approver.askPassphrase(passphraseRequest(), never);
    ready();
    expect(cancel()).toBe('accepted');
    expect(await answer).toEqual({ kind: 'cancelled' });
    expect(windows[0]?.isDestroyed).toBe(true);
  });

  it('is cancelled when the window vanishes', async () => {
    const { approver, windows } = setUp();
    const answer = approver.askPassphrase(passphraseRequest(), never);
    windows[0]?.vanish();
    expect(await answer).toEqual({ kind: 'cancelled' });
  });

  it('shows who has come to wait', () => {
    const { approver, windows, look } = setUp();
    const waiting = waitingRequests();
    void approver.askPassphrase({ ...passphraseRequest(), ...waiting.request }, never);
    void look();
    waiting.join({ ...requester, pid: 7 });
    expect(windows[0]?.told.at(-1)).toMatchObject({
      name: 'prompt.changed',
      payload: {
        revision: 1,
        requesters: [{}, { whatFor: { text: 'Log in as “alice”', trust: 'verified' } }],
      },
    });
  });

  it('for one use counts only for those who were shown', async () => {
    const { approver, clock, ready, passphrase } = setUp();
    const waiting = waitingRequests();
    const answer = approver.askPassphrase({ ...passphraseRequest(), ...waiting.request }, never);
    ready();
    waiting.join({ ...requester, pid: 7 });
    expect(passphrase('secret')).toBe('too-early');
    clock.nowMs += inputGuardMs;
    expect(passphrase('secret')).toBe('too-early');
    expect(passphrase('secret', 1, '15-minutes')).toBe('accepted');
    expect((await answer).kind).toBe('passphrase');
  });
});
