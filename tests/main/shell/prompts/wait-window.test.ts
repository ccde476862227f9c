// The window that tells what waits: one for all signatures, which it can only cancel, and never in the way.
import { describe, expect, it, vi } from 'vitest';
import type { Events } from '../../../../ipc/contract/events.ts';
import type { WaitingSignature } from '../../../../main/agent/ports/approver.ts';
import type { TellingWindow } from '../../../../main/shell/prompts/prompt-window-port.ts';
import { WaitWindow } from '../../../../main/shell/prompts/wait-window.ts';
import { promptHandlers } from '../../../../main/shell/requests/prompt-handlers.ts';

class FakeWindow implements TellingWindow {
  readonly webContentsId: number;
  readonly handle: bigint;
  readonly told: { name: string; payload: unknown }[] = [];
  isShown = false;
  isDestroyed = false;
  #goneListeners: ((isByPerson: boolean) => void)[] = [];

  constructor(webContentsId: number) {
    this.webContentsId = webContentsId;
    this.handle = BigInt(webContentsId) << 8n;
  }

  onGone(listener: (isByPerson: boolean) => void) {
    this.#goneListeners.push(listener);
  }
  tell<N extends keyof Events>(name: N, payload: Events[N]) {
    this.told.push({ name, payload });
  }
  appear() {
    this.isShown = true;
  }
  hide() {
    this.isShown = false;
  }
  raise() {}
  destroy() {
    this.isDestroyed = true;
  }
  vanish(isByPerson: boolean) {
    for (const listener of this.#goneListeners) listener(isByPerson);
  }
}

const idOf = (n: number) => `00000000-0000-4000-8000-${n.toString().padStart(12, '0')}`;
const signature = (n = 1): WaitingSignature => ({
  id: idOf(n),
  key: { comment: `key ${n}`, fingerprint: 'SHA256:x', algorithm: 'sk-ssh-ed25519@openssh.com' },
  livesIn: 'My token',
  requester: {
    transport: 'unix-socket',
    purpose: { kind: 'ssh-login', user: 'alice', service: 'ssh-connection' },
    forwarded: false,
    path: [],
  },
  waitsFor: 'touch',
});

function setUp() {
  const windows: FakeWindow[] = [];
  const waits = new WaitWindow({
    openWindow: () => {
      const window = new FakeWindow(windows.length + 1);
      windows.push(window);
      return window;
    },
    log: () => {},
  });
  const handlers = promptHandlers(() => undefined, waits);
  const cancel = (n: number, webContentsId = 1) =>
    handlers['prompt.cancel']({ id: idOf(n) }, { role: 'prompt', webContentsId });
  const cancelAll = (webContentsId = 1) =>
    handlers['prompt.cancelWaits']({}, { role: 'prompt', webContentsId });
  const show = (n = 1) => {
    const ending = new AbortController();
    return { ending, outcome: waits.show(signature(n), ending.signal) };
  };
  return { waits, windows, cancel, cancelAll, show };
}

describe('the window of what waits', () => {
  it('tells which key, where it lives, and who asks for what, until the signature ends', async () => {
    const { waits, windows, show } = setUp();
    const { ending, outcome } = show();
    expect(windows).toMatchObject([{ isShown: true }]);
    expect(waits.count).toBe(1);
    expect(waits.look(1)).toMatchObject({
      kind: 'waiting',
      waits: [
        {
          key: { comment: 'key 1' },
          livesIn: 'My token',
          waitsFor: 'touch',
          requester: { whatFor: { text: 'Log in as “alice”' } },
        },
      ],
      more: 0,
    });
    expect(waits.look(2)).toBeUndefined();
    ending.abort();
    expect(await outcome).toBe('not-shown');
    expect(windows[0]?.isDestroyed).toBe(true);
    expect(waits.count).toBe(0);
    expect(waits.raise()).toBe(false);
  });

  it('is one window for a flood of them, which lists twenty and counts the others', async () => {
    const { waits, windows, show } = setUp();
    const shown = Array.from({ length: 1000 }, (_, n) => show(n));
    expect(windows).toHaveLength(1);
    const view = waits.look(1);
    expect([view?.waits.length, view?.more]).toEqual([20, 980]);
    for (const { ending } of shown.slice(1)) ending.abort();
    expect(windows[0]?.isDestroyed).toBe(false);
    expect(windows[0]?.told.at(-1)?.payload).toMatchObject({
      waits: [{ key: { comment: 'key 0' } }],
      more: 0,
    });
    shown[0]?.ending.abort();
    expect(windows[0]?.isDestroyed).toBe(true);
  });

  it('cancels all at a click, also those that it counts only, and is gone', async () => {
    const { windows, cancelAll, show } = setUp();
    const shown = Array.from({ length: 30 }, (_, n) => show(n));
    expect(cancelAll(7)).toBe('already-answered');
    expect(cancelAll()).toBe('accepted');
    expect(new Set(await Promise.all(shown.map(({ outcome }) => outcome)))).toEqual(new Set(['cancelled']));
    expect(windows).toMatchObject([{ isDestroyed: true }]);
    expect(cancelAll()).toBe('already-answered');
  });

  it('cancels one at a click, and no other; nor one of a window that is not this', async () => {
    const { windows, cancel, show } = setUp();
    const [first, second] = [show(1), show(2)];
    expect(cancel(1, 7)).toBe('already-answered');
    expect(cancel(1)).toBe('accepted');
    expect(await first.outcome).toBe('cancelled');
    expect(cancel(1)).toBe('already-answered');
    expect(windows[0]?.isDestroyed).toBe(false);
    second.ending.abort();
    expect(await second.outcome).toBe('not-shown');
  });

  it('cancels all when the person closes it, and none when it fails', async () => {
    for (const isByPerson of [true, false]) {
      const { waits, windows, show } = setUp();
      const shown = [show(1), show(2)];
      windows[0]?.vanish(isByPerson);
      const outcome = isByPerson ? 'cancelled' : 'not-shown';
      expect(await Promise.all(shown.map((one) => one.outcome))).toEqual([outcome, outcome]);
      expect(waits.count).toBe(0);
      // The next one has a window again.
      show(3);
      expect(windows).toMatchObject([{ isDestroyed: true }, { isShown: true, isDestroyed: false }]);
    }
  });

  it('says that nothing is shown when there can be no window, or nobody waits any more', async () => {
    const { waits } = setUp();
    expect(await waits.show(signature(), AbortSignal.abort())).toBe('not-shown');
    const without = new WaitWindow({
      openWindow: () => {
        throw new Error('no display');
      },
      log: () => {},
    });
    expect(await without.show(signature(), new AbortController().signal)).toBe('not-shown');
    expect(without.handle()).toBeUndefined();
  });

  it('is made hidden for a dialog of the system that it is to own, and goes when none waits in it', async () => {
    vi.useFakeTimers();
    try {
      const { waits, windows, show } = setUp();
      expect(waits.handle()).toBe(256n);
      expect(waits.handle()).toBe(256n);
      expect(windows).toMatchObject([{ isShown: false }]);
      const { ending } = show();
      expect(windows).toMatchObject([{ isShown: true }]);
      vi.advanceTimersByTime(60_000);
      expect(windows).toMatchObject([{ isDestroyed: false }]);
      vi.advanceTimersByTime(60_000);
      ending.abort();
      expect(windows).toMatchObject([{ isDestroyed: true }]);
      expect(waits.handle()).toBe(512n);
      vi.advanceTimersByTime(120_000);
      expect(windows).toMatchObject([{ isDestroyed: true }, { isShown: false, isDestroyed: true }]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('is only hidden while the dialog of another signature may belong to it, and tells of none then', () => {
    vi.useFakeTimers();
    try {
      const { waits, windows, show } = setUp();
      const { ending } = show();
      expect(waits.handle()).toBe(256n);
      ending.abort();
      expect(windows).toMatchObject([{ isShown: false, isDestroyed: false }]);
      expect(windows[0]?.told.at(-1)?.payload).toMatchObject({ waits: [], more: 0 });
      const next = show(2);
      expect(windows).toMatchObject([{ isShown: true, isDestroyed: false }]);
      next.ending.abort();
      vi.advanceTimersByTime(120_000);
      expect(windows).toMatchObject([{ isDestroyed: true }]);
    } finally {
      vi.useRealTimers();
    }
  });
});
