// One window from the unlock of the agent to the question of a request that waited for it, with a real agent behind it.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { QuestionPromptView } from '../../../../ipc/contract/prompt.ts';
import { type HostNames, noHostNames } from '../../../../main/agent/facts/host-names.ts';
import { WindowApprover } from '../../../../main/shell/prompts/window-approver.ts';
import { promptHandlers } from '../../../../main/shell/requests/prompt-handlers.ts';
import { defaultSettings } from '../../../../main/stored/settings/default-settings.ts';
import { inputGuardMs } from '../../../../text/input-guard.ts';
import { agentWithKey, login, program, ssh } from '../../../fakes/consent-agent.ts';
import { addPpk } from '../../../fakes/encrypted-key-agent.ts';
import { FakePromptWindow } from '../../../fakes/fake-prompt-window.ts';
import {
  encryptedPpk3,
  pageantPassphrase,
  signHelloReply,
  signHelloRequest,
} from '../../../fakes/pageant-vectors.ts';
import { settle } from '../../../fakes/settle.ts';
import { addRequest, constrain } from '../../../fakes/test-agent.ts';
import { ed25519Key } from '../../../fakes/test-key.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** A program whose host is looked up at once for the unlock, and afterwards only when the test says so. */
function slowProgram(test: { readonly hostNames: { nameAt: HostNames['nameAt'] } }) {
  let tell = (_: undefined) => {};
  const known = new Promise<undefined>((resolve) => {
    tell = resolve;
  });
  let lookUps = 0;
  test.hostNames.nameAt = () => (lookUps++ === 0 ? Promise.resolve(undefined) : known);
  const connections = [{ address: '192.0.2.1', port: 22 }];
  const facts = { pid: 43, executable: '/usr/bin/slow', parents: [], connections };
  return { peer: { pid: 43, describe: () => Promise.resolve(facts) }, tell: () => tell(undefined) };
}

/** A locked agent whose person sits at windows, with a key in clear, and one that has a passphrase. */
async function start(constraints?: Uint8Array) {
  const clock = { nowMs: 1000 };
  const windows: FakePromptWindow[] = [];
  const approver = new WindowApprover({
    openWindow: () => {
      const window = new FakePromptWindow(windows.length + 1);
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
  const hostNames = { ...noHostNames };
  const test = await agentWithKey(constraints, { approver, hostNames });
  const { agent, connect } = test;
  await addPpk(connect(), encryptedPpk3);
  agent.onLockChanged(() => {
    if (agent.isLocked) approver.endWithAgent();
  });
  agent.pause();
  const handlers = promptHandlers((webContentsId) => approver.conversationIn(webContentsId), approver.waits);
  const from = (webContentsId: number) => ({ role: 'prompt', webContentsId }) as const;
  const look = (window = 1) => handlers['prompt.get']({}, from(window)) as QuestionPromptView;
  return {
    ...test,
    ...{ approver, windows, clock, handlers, look, hostNames },
    passGuard: () => {
      clock.nowMs += inputGuardMs;
    },
    /** Waits for the window of the unlock, and presses the button when it hears. */
    async unlock(window = 1) {
      await settle();
      const { id, revision } = look(window);
      clock.nowMs += inputGuardMs;
      const answer = { id, revision, answer: 'unlock' as const };
      expect(handlers['prompt.answerUnlockAgent'](answer, from(window))).toBe('accepted');
      await settle();
      return answer;
    },
    giveUnlock: (answer: { id: string; revision: number; answer: 'unlock' }) =>
      handlers['prompt.answerUnlockAgent'](answer, from(1)),
    confirm(window = 1) {
      const { id, revision } = look(window);
      const answer = { id, revision, answer: 'allow' as const, remember: 'no' as const };
      return handlers['prompt.answerConfirm'](answer, from(window));
    },
    type(passphrase: string, keep: 'once' | 'until-locked' = 'until-locked') {
      const { id, revision } = look();
      const typed = new TextEncoder().encode(passphrase);
      const answer = { id, revision, attempt: 1, passphrase: typed, keep };
      return handlers['prompt.answerPassphrase'](answer, from(1));
    },
    cancel: (window = 1) => handlers['prompt.cancel']({ id: look(window).id }, from(window)),
  };
}

describe('the window in which the agent was unlocked', () => {
  it('asks for the passphrase that the request needs, deaf again for what was meant for the unlock', async () => {
    const test = await start();
    const signed = test.connect(ssh).session.handle(signHelloRequest.slice());
    const unlocked = await test.unlock();
    expect(test.look()).toMatchObject({ kind: 'passphrase', attempt: 1 });
    expect(test.windows[0]?.told.at(-1)).toMatchObject({
      name: 'prompt.changed',
      payload: { kind: 'passphrase' },
    });
    test.clock.nowMs += inputGuardMs - 1;
    expect([test.type(pageantPassphrase), test.type(pageantPassphrase, 'once'), test.cancel()]).toEqual([
      'too-early',
      'too-early',
      'too-early',
    ]);
    expect(test.giveUnlock(unlocked)).toBe('already-answered');
    test.clock.nowMs += 1;
    expect(test.type(pageantPassphrase)).toBe('accepted');
    expect(Buffer.from(await signed).toString('hex')).toBe(signHelloReply);
    expect(test.windows).toMatchObject([{ isDestroyed: true }]);
  });

  it('asks for the confirmation of the request, deaf again', async () => {
    const test = await start(constrain.confirm());
    const signed = test.connect(ssh).sign(test.key.blob, login(test.key));
    await test.unlock();
    expect(test.look()).toMatchObject({
      kind: 'confirm',
      requesters: [{ whatFor: { text: 'Log in as “git”' } }],
    });
    expect(test.approver.prompts).toMatchObject([{ kind: 'confirm' }]);
    test.clock.nowMs += inputGuardMs - 1;
    expect(test.confirm()).toBe('too-early');
    test.clock.nowMs += 1;
    expect(test.confirm()).toBe('accepted');
    expect(await signed).toBeDefined();
    expect(test.windows).toMatchObject([{ isDestroyed: true }]);
  });

  it.each([true, false])('comes before the person again unless it is there (%s)', async (isFocused) => {
    const test = await start(constrain.confirm());
    const slow = slowProgram(test);
    void test.connect(slow.peer).sign(test.key.blob, login(test.key));
    await test.unlock();
    let raised = 0;
    const [window] = test.windows;
    if (window) window.raise = () => void raised++;
    window?.setFocus(isFocused);
    slow.tell();
    await settle();
    expect(test.look()).toMatchObject({ kind: 'confirm', isFocused });
    expect(raised).toBe(isFocused ? 0 : 1);
  });

  it('is gone as soon as what waited has its answer', async () => {
    const test = await start();
    const signed = test.connect(ssh).sign(test.key.blob, login(test.key));
    await test.unlock();
    expect(await signed).toBeDefined();
    expect(test.windows).toMatchObject([{ isDestroyed: true, told: [] }]);
    expect(test.approver.conversationIn(1)?.look()).toBeUndefined();
  });

  it('is no window for the question of a program that it did not show', async () => {
    const test = await start(constrain.confirm());
    const slow = slowProgram(test);
    const signed = test.connect(slow.peer).sign(test.key.blob, login(test.key));
    await test.unlock();
    expect(test.windows).toMatchObject([{ isDestroyed: false }]);
    const other = test.connect(program('/usr/bin/other')).sign(test.key.blob, login(test.key));
    await settle();
    expect(test.windows).toMatchObject([{ isDestroyed: true }, { isDestroyed: false }]);
    expect(test.look(2)).toMatchObject({ kind: 'confirm', requesters: [{ who: { text: 'other' } }] });
    test.passGuard();
    expect(test.confirm(2)).toBe('accepted');
    expect(await other).toBeDefined();
    slow.tell();
    await settle();
    void test.look(3);
    test.passGuard();
    expect(test.confirm(3)).toBe('accepted');
    expect(await signed).toBeDefined();
  });

  it.each<[string, (test: Awaited<ReturnType<typeof start>>) => void]>([
    ['the agent is locked again', ({ agent }) => agent.pause()],
    ['nothing is asked for some seconds', () => vi.advanceTimersByTime(2500)],
    ['the person closes it', ({ windows }) => windows[0]?.vanish()],
  ])('tells after a moment that it waits, takes no answer, and is gone when %s', async (_, happen) => {
    const test = await start();
    void test.connect(slowProgram(test).peer).sign(test.key.blob, login(test.key));
    await test.agent.consent.policies.setDefaultLevel('always');
    const unlocked = await test.unlock();
    vi.advanceTimersByTime(199);
    expect(test.windows).toMatchObject([{ isDestroyed: false, told: [] }]);
    vi.advanceTimersByTime(1);
    expect(test.windows[0]?.told).toMatchObject([{ payload: { kind: 'unlock-agent', isUnlocked: true } }]);
    expect(test.look()).toMatchObject({ isUnlocked: true });
    expect([test.giveUnlock(unlocked), test.cancel()]).toEqual(['already-answered', 'already-answered']);
    expect(test.approver.prompts).toEqual([]);
    happen(test);
    expect(test.windows).toMatchObject([{ isDestroyed: true }]);
  });

  it('leaves nothing of the wait in what is written down of the request', async () => {
    const test = await start();
    const signed = test.connect(ssh).sign(test.key.blob, login(test.key));
    await test.unlock();
    await signed;
    await test.agent.consent.activitySettled();
    expect(test.agent.consent.activity.list()[0]?.requester).not.toHaveProperty('over');
  });
});

describe('of several requests that waited for one unlock', () => {
  it('one asks in that window, and the others, one after the other, in windows of their own', async () => {
    const test = await start(constrain.confirm());
    const other = ed25519Key();
    test.agent.resume();
    await test.connect().status(addRequest(other, 'other', constrain.confirm()));
    test.agent.pause();
    const first = test.connect(ssh).sign(test.key.blob, login(test.key));
    const second = test.connect(program('/usr/bin/git')).sign(other.blob, login(other));
    await test.unlock();
    expect(test.windows).toHaveLength(1);
    test.passGuard();
    expect(test.confirm()).toBe('accepted');
    await settle();
    expect(test.windows).toMatchObject([{ isDestroyed: true }, { isDestroyed: false }]);
    void test.look(2);
    test.passGuard();
    expect(test.confirm(2)).toBe('accepted');
    expect(await Promise.all([first, second])).not.toContain(undefined);
  });
});
