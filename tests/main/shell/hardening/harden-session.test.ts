// What Electron is told to refuse to every page.
import type { Session } from 'electron';
import { describe, expect, it } from 'vitest';
import { hardenSession } from '../../../../main/shell/hardening/harden-session.ts';

describe('hardenSession', () => {
  // Only what is called is there.
  const handlers: Record<string, (...args: never[]) => unknown> = {};
  const record = (name: string) => (handler: (...args: never[]) => unknown) => (handlers[name] = handler);
  const session = {
    setPermissionRequestHandler: record('permission'),
    setPermissionCheckHandler: record('check'),
    setDevicePermissionHandler: record('device'),
    setDisplayMediaRequestHandler: record('display'),
    setBluetoothPairingHandler: record('bluetooth'),
    on: (name: string, handler: (...args: never[]) => unknown) => (handlers[name] = handler),
    webRequest: { onBeforeRequest: record('request') },
  } as unknown as Session;
  hardenSession(session, () => {});
  const call = (name: string, ...args: unknown[]) => handlers[name]?.(...(args as never[]));

  it('refuses permissions, devices, screen capture and pairing', () => {
    const answers: unknown[] = [];
    call('permission', undefined, 'media', (answer: boolean) => answers.push(answer));
    call('display', undefined, (answer: unknown) => answers.push(answer));
    call('bluetooth', undefined, (answer: unknown) => answers.push(answer));
    answers.push(call('check'), call('device'));
    expect(answers).toEqual([false, null, { confirmed: false }, false, false]);
  });

  it.each([
    ['app://keys/page.js', false],
    ['https://example.invalid/', true],
    ['file:///etc/passwd', true],
    ['ws://127.0.0.1/', true],
    ['data:text/html,x', true],
    ['apps://keys/', true],
  ])('a request to %s is cancelled: %s', (url, cancel) => {
    let answer: unknown;
    call('request', { url }, (response: unknown) => (answer = response));
    expect(answer).toEqual({ cancel });
  });

  it('stops downloads', () => {
    let isPrevented = false;
    call('will-download', { preventDefault: () => (isPrevented = true) });
    expect(isPrevented).toBe(true);
  });
});
