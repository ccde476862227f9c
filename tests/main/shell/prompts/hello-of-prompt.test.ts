// A key that is unlocked with Windows Hello: the prompt, the agent behind it, and a chip whose person does as told.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PassphrasePromptView, PromptView } from '../../../../ipc/contract/prompt.ts';
import type { KeepChoice } from '../../../../ipc/contract/settings.ts';
import { SecretBytes } from '../../../../main/keys/encoding/secret-bytes.ts';
import { SealedPassphrases } from '../../../../main/sealed-passphrases/sealed-passphrases.ts';
import { helloUnlock } from '../../../../main/shell/prompts/hello-unlock.ts';
import { WindowApprover } from '../../../../main/shell/prompts/window-approver.ts';
import { promptHandlers } from '../../../../main/shell/requests/prompt-handlers.ts';
import { defaultSettings } from '../../../../main/stored/settings/default-settings.ts';
import { inputGuardMs } from '../../../../text/input-guard.ts';
import { addPpk } from '../../../fakes/encrypted-key-agent.ts';
import { FakeChip } from '../../../fakes/fake-chip.ts';
import { FakePromptWindow } from '../../../fakes/fake-prompt-window.ts';
import { encryptedPpk2, pageantBlob, pageantPassphrase } from '../../../fakes/pageant-vectors.ts';
import { bytes, testAgent } from '../../../fakes/test-agent.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hello-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** An agent with an encrypted key, its person at windows, and a chip. */
async function start({ isKept = true, chip = new FakeChip() } = {}) {
  const sealed = new SealedPassphrases({ directory, chip, now: () => new Date(0), log: () => {} });
  await sealed.load();
  const windows: FakePromptWindow[] = [];
  const clock = { nowMs: 1000 };
  const hello = helloUnlock(sealed, () => isKept);
  await hello.lookAgain();
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
    hello,
  });
  const handlers = promptHandlers((webContentsId) => approver.conversationIn(webContentsId), approver.waits);
  const from = (webContentsId: number) => ({ role: 'prompt', webContentsId }) as const;
  const look = (window = windows.length) => handlers['prompt.get']({}, from(window)) as PromptView;
  const view = () => look() as PassphrasePromptView;
  const { agent, connect } = testAgent({ approver });
  const client = connect({ pid: 1 });
  expect((await addPpk(client, encryptedPpk2))[0]).toBe(6);
  const answer = (wishes: { keep?: KeepChoice } = {}) => {
    const { id, attempt, revision } = view();
    return { id, attempt, revision, keep: wishes.keep ?? ('until-locked' as const) };
  };
  const settled = <T>(made: T) => made as Awaited<T>;
  return {
    ...{ agent, approver, chip, client, clock, connect, handlers, hello, sealed, view, windows },
    look,
    sign: () => client.sign(pageantBlob, bytes('data')),
    /** Resolves when the n-th window (from 1) has been there for the guard time. */
    async prompted(n = 1) {
      await expect.poll(() => windows.length).toBe(n);
      look(n);
      clock.nowMs += inputGuardMs;
    },
    type: (passphrase: string, setUpHello = false, keep: KeepChoice = 'until-locked') =>
      settled(
        handlers['prompt.answerPassphrase'](
          { ...answer({ keep }), passphrase: new TextEncoder().encode(passphrase), setUpHello },
          from(windows.length),
        ),
      ),
    useHello: (keep: KeepChoice = 'until-locked') =>
      settled(handlers['prompt.useHello'](answer({ keep }), from(windows.length))),
    cancel: () => settled(handlers['prompt.cancel']({ id: view().id }, from(windows.length))),
    lock: () => agent.pause(),
  };
}

/** The same, where Windows Hello opens the key. */
async function startWithHello(chip = new FakeChip()) {
  const started = await start({ chip });
  const [key] = started.agent.keys.list();
  const [file] = started.agent.keys.encryptedFiles(key?.id ?? '');
  const passphrase = new SecretBytes(new TextEncoder().encode(pageantPassphrase));
  const { signal } = new AbortController();
  await started.hello.setUp(key?.fingerprint ?? '', file ?? new Uint8Array(), passphrase, undefined, signal);
  chip.dialogs.length = 0;
  return started;
}

describe('a prompt', () => {
  it('offers the finger first, and unlocks the key by it for whoever waits', async () => {
    const { sign, prompted, view, useHello, chip, windows } = await startWithHello();
    const signed = sign();
    await prompted();
    expect(view().hello).toEqual({ offer: 'use', isAsking: false });
    expect(chip.dialogs).toEqual([]);
    expect(useHello()).toBe('accepted');
    expect(await signed).toBeDefined();
    expect(windows[0]?.isDestroyed).toBe(true);
    expect(chip.dialogs).toEqual([
      {
        step: 'sign',
        dialog: {
          window: 0x1_0042n,
          says: expect.stringMatching(/^Sallyport unlocks the key SHA256:[^ ]{43}\.$/) as string,
        },
      },
    ]);
  });

  it('takes the passphrase all the same', async () => {
    const { sign, prompted, type, chip } = await startWithHello();
    const signed = sign();
    await prompted();
    expect(type(pageantPassphrase)).toBe('accepted');
    expect(await signed).toBeDefined();
    expect(chip.dialogs).toEqual([]);
  });

  it('says that Windows asks, with the window below the dialog, and takes a “no” meanwhile', async () => {
    const chip = new FakeChip();
    const { sign, prompted, view, useHello, type, cancel, windows } = await startWithHello(chip);
    const signed = sign();
    await prompted();
    chip.person = ['leaves'];
    useHello();
    await expect.poll(() => view().hello?.isAsking).toBe(true);
    expect(windows[0]?.isOnTop).toBe(false);
    expect(type(pageantPassphrase)).toBe('already-answered');
    expect(useHello()).toBe('already-answered');
    expect(cancel()).toBe('accepted');
    expect(await signed).toBeUndefined();
    expect(windows[0]?.isDestroyed).toBe(true);
    expect(chip.dialogs).toHaveLength(1);
  });

  it('goes back to typing when the finger is refused, and says so', async () => {
    const chip = new FakeChip();
    const { sign, prompted, view, useHello, type, windows } = await startWithHello(chip);
    const signed = sign();
    await prompted();
    chip.person = ['cancel'];
    useHello();
    await expect
      .poll(() => view().problem)
      .toBe('Windows Hello was cancelled. Type the passphrase, or use Windows Hello again.');
    expect(view()).toMatchObject({ attempt: 1, isBusy: false, hello: { offer: 'use', isAsking: false } });
    expect(windows[0]?.isOnTop).toBe(true);
    expect(type(pageantPassphrase)).toBe('accepted');
    expect(await signed).toBeDefined();
  });

  it('says that Windows Hello was reset, keeps what is stored, and offers to set it up anew', async () => {
    const chip = new FakeChip();
    const { agent, sign, prompted, view, useHello, type, sealed } = await startWithHello(chip);
    const signed = sign();
    await prompted();
    chip.keys.clear();
    useHello();
    await expect.poll(() => view().problem).toMatch(/^Windows Hello was set up anew or its key was removed/);
    expect(view().hello?.offer).toBe('set-up-anew');
    expect(useHello()).toBe('already-answered');
    expect(chip.dialogs).toHaveLength(1);
    expect(readdirSync(directory)).toHaveLength(1);
    expect(type(pageantPassphrase, true)).toBe('accepted');
    expect(await signed).toBeDefined();
    await expect.poll(() => chip.keys.size).toBe(1);
    const [now] = [...chip.keys.keys()];
    await expect.poll(() => sealed.find(agent.keys.list()[0]?.fingerprint ?? '')?.chipKey).toBe(now);
  });

  it('says that what was stored does not open the key, and not that something was typed wrong', async () => {
    const chip = new FakeChip();
    const started = await start({ chip });
    const [key] = started.agent.keys.list();
    const [file] = started.agent.keys.encryptedFiles(key?.id ?? '');
    const { signal } = new AbortController();
    const stale = new SecretBytes(new TextEncoder().encode('of another file'));
    await started.hello.setUp(key?.fingerprint ?? '', file ?? new Uint8Array(), stale, undefined, signal);
    const signed = started.sign();
    await started.prompted();
    started.useHello();
    await expect.poll(() => started.view().attempt).toBe(2);
    expect(started.view().problem).toMatch(/^What was stored for Windows Hello does not open this key/);
    expect(started.view().hello?.offer).toBe('set-up-anew');
    expect(started.type('wrong')).toBe('accepted');
    await expect.poll(() => started.view().attempt).toBe(3);
    expect(started.view().problem).toContain('That passphrase does not open this key');
    started.type(pageantPassphrase);
    expect(await signed).toBeDefined();
  });

  it('does not offer what is not set up, or not kept, or has no chip', async () => {
    const offerOf = async (options: Parameters<typeof start>[0]) => {
      const { sign, prompted, view } = await start(options);
      void sign();
      await prompted();
      return view().hello?.offer;
    };
    expect(await offerOf({})).toBe('set-up');
    expect(await offerOf({ isKept: false })).toBeUndefined();
    const chip = new FakeChip();
    chip.why = 'There is no chip.';
    expect(await offerOf({ chip })).toBeUndefined();
  });

  it('is never answered by it for a PIN', async () => {
    const { approver, look, clock, handlers } = await startWithHello();
    const pin = approver.askPassphrase(
      {
        id: '7f1c1a52-5d0f-4bb4-8f77-1f1f2d3c4b5a',
        key: { comment: '', fingerprint: 'SHA256:x', algorithm: 'ssh-ed25519' },
        pinOf: 'a token',
        attempt: 1,
        requesters: () => [],
        onRequestersChanged: () => () => {},
        stopJoining: () => {},
        timeLimitMs: 1000,
        remainingMs: () => 1000,
      },
      new AbortController().signal,
    );
    const view = look(1) as PassphrasePromptView;
    clock.nowMs += inputGuardMs;
    expect(view.hello).toBeUndefined();
    const { id, attempt, revision } = view;
    const asked = { id, attempt, revision, keep: 'once' } as const;
    expect(handlers['prompt.useHello'](asked, { role: 'prompt', webContentsId: 1 })).toBe('already-answered');
    void pin;
  });
});

describe('Windows’ dialog', () => {
  it('comes up for no request, from wherever, before the person asks for it in the window', async () => {
    const { sign, prompted, view, useHello, chip, clock, windows } = await startWithHello();
    void sign();
    await expect.poll(() => windows.length).toBe(1);
    // Nobody has seen the window yet.
    view();
    expect(useHello()).toBe('too-early');
    clock.nowMs += inputGuardMs - 1;
    expect(useHello()).toBe('too-early');
    windows[0]?.setFocus(false);
    clock.nowMs += 10_000;
    expect(useHello()).toBe('too-early');
    windows[0]?.setFocus(true);
    expect(useHello()).toBe('too-early');
    expect(chip.dialogs).toEqual([]);
    await prompted();
    expect(useHello()).toBe('accepted');
    await expect.poll(() => chip.dialogs.length).toBe(1);
  });

  it('counts for this use only where nobody has come to wait since it was asked for', async () => {
    const chip = new FakeChip();
    const { sign, prompted, view, useHello, connect, clock, sealed } = await startWithHello(chip);
    const signed = sign();
    await prompted();
    const passphrases: SecretBytes[] = [];
    const open = sealed.open.bind(sealed);
    let other: Promise<unknown> | undefined;
    sealed.open = async (...wanted) => {
      const passphrase = await open(...wanted);
      passphrases.push(passphrase);
      other = connect({ pid: 2 }).sign(pageantBlob, bytes('other data'));
      await expect.poll(() => view().requesters.length).toBe(2);
      return passphrase;
    };
    expect(useHello('once')).toBe('accepted');
    await expect.poll(() => view().problem).toMatch(/^Another program asks for this key now, too\./);
    expect(() => passphrases[0]?.bytes).toThrow('wiped');
    sealed.open = open;
    expect(useHello('once')).toBe('too-early');
    clock.nowMs += inputGuardMs;
    expect(useHello('once')).toBe('accepted');
    expect(await signed).toBeDefined();
    expect(await other).toBeDefined();
  });

  it('that is answered when the prompt has ended opens nothing, and its passphrase is wiped', async () => {
    const { agent, sign, prompted, useHello, sealed } = await startWithHello();
    const signed = sign();
    await prompted();
    let passphrase: SecretBytes | undefined;
    const open = sealed.open.bind(sealed);
    sealed.open = async (...wanted) => {
      passphrase = await open(...wanted);
      agent.pause();
      return passphrase;
    };
    useHello();
    expect(await signed).toBeUndefined();
    await expect.poll(() => passphrase !== undefined).toBe(true);
    await expect.poll(() => isWiped(passphrase)).toBe(true);
  });
});

describe('“From now on unlock with Windows Hello”', () => {
  it('serves the program first, then has Windows ask, and opens the key from then on', async () => {
    const { agent, sign, prompted, type, useHello, chip, windows, view } = await start();
    const signed = sign();
    await prompted();
    type(pageantPassphrase, true);
    expect(await signed).toBeDefined();
    await expect.poll(() => windows[0]?.isDestroyed).toBe(true);
    expect(chip.dialogs.map(({ step, dialog }) => [step, dialog.window])).toEqual([
      ['create', 0x1_0042n],
      ['sign', 0x1_0042n],
    ]);
    agent.keys.reencryptAll();
    const again = sign();
    await prompted(2);
    expect(view().hello?.offer).toBe('use');
    useHello();
    expect(await again).toBeDefined();
  });

  it('is not done with a passphrase that does not open the key', async () => {
    const { sign, prompted, type, view, chip } = await start();
    const signed = sign();
    await prompted();
    type('wrong', true);
    await expect.poll(() => view().attempt).toBe(2);
    type(pageantPassphrase);
    expect(await signed).toBeDefined();
    expect(chip.dialogs).toEqual([]);
    expect(readdirSync(directory)).toEqual([]);
  });

  it.each(['finger', 'cancel'] as const)(
    'wipes the passphrase that was to be sealed, whatever comes of it',
    async (person) => {
      const { hello, chip, sign, prompted, type } = await start();
      const passphrases: SecretBytes[] = [];
      const { setUp } = hello;
      hello.setUp = (fingerprint, file, passphrase, ...rest) => {
        passphrases.push(passphrase);
        return setUp(fingerprint, file, passphrase, ...rest);
      };
      chip.person = ['finger', person];
      const signed = sign();
      await prompted();
      type(pageantPassphrase, true);
      await signed;
      await expect.poll(() => passphrases.length).toBe(1);
      await expect.poll(() => isWiped(passphrases[0])).toBe(true);
    },
  );

  it('that Windows is refused is told of, and stores nothing', async () => {
    const chip = new FakeChip();
    const { sign, prompted, type, look, view, handlers, clock, windows } = await start({ chip });
    chip.person = ['cancel'];
    const signed = sign();
    await prompted();
    type(pageantPassphrase, true);
    expect(await signed).toBeDefined();
    await expect
      .poll(() => look(1))
      .toMatchObject({
        kind: 'hello-set-up',
        problem: 'Windows Hello was cancelled, so the key goes on being unlocked by its passphrase alone.',
      });
    expect(readdirSync(directory)).toEqual([]);
    clock.nowMs += inputGuardMs;
    const { id } = view();
    expect(handlers['prompt.cancel']({ id }, { role: 'prompt', webContentsId: 1 })).toBe('accepted');
    await expect.poll(() => windows[0]?.isDestroyed).toBe(true);
  });

  it.each(['closing the window', 'locking the agent'])('is given up by %s', async (how) => {
    const chip = new FakeChip();
    const { approver, sign, prompted, type, look, windows } = await start({ chip });
    chip.person = ['finger', 'leaves'];
    const signed = sign();
    await prompted();
    type(pageantPassphrase, true);
    expect(await signed).toBeDefined();
    await expect.poll(() => chip.dialogs.length).toBe(2);
    expect(look(1)).toMatchObject({ kind: 'hello-set-up' });
    expect(approver.prompts).toEqual([]);
    if (how === 'closing the window') windows[0]?.vanish();
    else approver.endWithAgent();
    await expect.poll(() => windows[0]?.isDestroyed).toBe(true);
    await expect.poll(() => chip.keys.size).toBe(0);
    expect(readdirSync(directory)).toEqual([]);
    expect(approver.conversationIn(1)).toBeUndefined();
  });
});

function isWiped(passphrase: SecretBytes | undefined): boolean {
  try {
    return passphrase?.bytes === undefined;
  } catch {
    return true;
  }
}
