// The shell's pure parts: pages, requests, tray, command line, snippets, words for the person.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import type { MenuItemConstructorOptions, Session } from 'electron';
import { afterAll, describe, expect, it } from 'vitest';
import type { Requester } from '../../../main/agent/facts/requester.ts';
import { commentText } from '../../../main/keys/encoding/comment-text.ts';
import { hardenSession } from '../../../main/shell/hardening/harden-session.ts';
import { chosenComment } from '../../../main/shell/key-files/open-key-files.ts';
import { keyFilesOf } from '../../../main/shell/lifecycle/command-line.ts';
import { drawTrayIcon } from '../../../main/shell/tray/draw-tray-icon.ts';
import { encodePng } from '../../../main/shell/tray/encode-png.ts';
import { type TrayActions, trayMenu } from '../../../main/shell/tray/tray-menu.ts';
import { type TrayFacts, trayState, trayTooltip } from '../../../main/shell/tray/tray-state.ts';
import { rememberSentence, requesterView } from '../../../main/shell/views/requester-view.ts';
import { answerPageRequest, contentSecurityPolicy } from '../../../main/shell/windows/answer-page-request.ts';
import { cut } from '../../../text/foreign-text.ts';

const directory = mkdtempSync(join(tmpdir(), 'sallyport-shell-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('answerPageRequest', () => {
  const file = { contentType: 'text/html; charset=utf-8', bytes: new TextEncoder().encode('<p>') };
  const files = new Map([['app://keys/index.html', file]]);
  const answer = (url: string, method = 'GET') => answerPageRequest(files, { url, method });

  it('serves a known file with its type and the policy', async () => {
    const response = answer('app://keys/index.html?x#y');
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('<p>');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toBe(contentSecurityPolicy);
  });

  it.each([
    ['app://prompt/index.html', 'GET'],
    ['app://keys/../keys/index.html', 'GET'],
    ['app://keys/%69ndex.html', 'GET'],
    ['app://keys/', 'GET'],
    ['app://keys/index.html', 'POST'],
    ['file:///etc/passwd', 'GET'],
  ])('has nothing at %s (%s)', (url, method) => {
    expect(answer(url, method).status).toBe(404);
  });

  it('has a policy without any unsafe source', () => {
    const directives = contentSecurityPolicy.split('; ').map((directive) => directive.split(' '));
    for (const [name = '', ...values] of directives) {
      // A colon after a directive's name would void it.
      expect(name).toMatch(/^[a-z-]+$/);
      const allowed = name === 'img-src' ? ["'self'", 'data:'] : ["'none'", "'self'", "'script'"];
      expect(values.filter((value) => !allowed.includes(value))).toEqual([]);
    }
    const names = directives.map(([name]) => name);
    expect(new Set(names).size).toBe(names.length);
    // What `default-src` does not stand for has to be named.
    for (const name of ['default-src', 'base-uri', 'form-action', 'frame-ancestors'])
      expect(directives).toContainEqual([name, "'none'"]);
  });
});

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

describe('the tray', () => {
  const quiet: TrayFacts = {
    promptCount: 0,
    lock: { isPaused: false, isLockedByClient: false },
    isDoorDegraded: false,
    keyCount: 2,
    encryptedCount: 0,
  };
  const paused = { isPaused: true, reason: 'Locked by you.', isLockedByClient: false };
  const byClient = { isPaused: false, isLockedByClient: true };

  it.each([
    ['ready', {}, 'Sallyport: 2 keys'],
    ['locked-keys', { encryptedCount: 1 }, 'Sallyport: 2 keys, 1 encrypted'],
    [
      'door-degraded',
      { encryptedCount: 1, isDoorDegraded: true },
      'Sallyport: 2 keys, 1 encrypted; a door could not be opened',
    ],
    ['agent-locked', { lock: paused, isDoorDegraded: true }, 'Sallyport: locked, 2 keys'],
    ['agent-locked', { lock: byClient }, 'Sallyport: locked by a program, 2 keys'],
    [
      'agent-locked',
      { lock: { ...paused, isLockedByClient: true } },
      'Sallyport: locked by you and by a program, 2 keys',
    ],
    ['prompt-waiting', { promptCount: 1, lock: paused }, 'Sallyport: 1 question waits for you'],
  ] as const)('says %s', (state, facts, tooltip) => {
    expect(trayState({ ...quiet, ...facts })).toBe(state);
    expect(trayTooltip({ ...quiet, ...facts })).toBe(tooltip);
  });

  const states = ['ready', 'locked-keys', 'prompt-waiting', 'agent-locked', 'door-degraded'] as const;
  it.each([16, 20, 24, 28, 32])('has another shape for each state at %i pixels', (size) => {
    // Told apart by what is covered, not by colour: half covered counts as covered.
    const shapes = states.map((state) => {
      const { pixels } = drawTrayIcon(state, true, size);
      return Array.from({ length: size * size }, (_, i) =>
        (pixels[i * 4 + 3] as number) > 127 ? '#' : '.',
      ).join('');
    });
    expect(new Set(shapes).size).toBe(states.length);
    for (const shape of shapes) expect(shape).toContain('#');
  });

  it('is drawn in ink that the taskbar is not', () => {
    const brightest = (isDark: boolean) =>
      Math.max(...drawTrayIcon('ready', isDark, 16).pixels.filter((_, i) => i % 4 === 0));
    expect(brightest(true)).toBe(255);
    expect(brightest(false)).toBeLessThan(64);
  });

  it('has PNGs that hold the drawn pixels', () => {
    const bitmap = drawTrayIcon('prompt-waiting', false, 20);
    const png = encodePng(bitmap);
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    const data = png.subarray(png.indexOf('IDAT') + 4);
    const rows = inflateSync(data);
    expect(rows).toHaveLength(20 * 81);
    for (let row = 0; row < 20; row++)
      expect([...rows.subarray(row * 81 + 1, (row + 1) * 81)]).toEqual([
        ...bitmap.pixels.subarray(row * 80, (row + 1) * 80),
      ]);
  });

  const actions: TrayActions = {
    show: () => {},
    raisePrompt: () => {},
    lock: () => {},
    unlock: () => {},
    reencryptAll: () => {},
    quit: () => {},
  };
  const ids = (items: readonly MenuItemConstructorOptions[]) => items.flatMap(({ id }) => (id ? [id] : []));

  it('offers what UX.md lists, in its order', () => {
    const facts = { keyCount: 1, promptCount: 0, lock: quiet.lock };
    expect(ids(trayMenu(facts, actions))).toEqual([
      'keys',
      'add',
      'add-encrypted',
      'lock',
      'reencrypt-all',
      'activity',
      'use-with',
      'settings',
      'quit',
    ]);
  });

  it('offers to unlock what the person locked, to answer what waits, and adds nothing to a locked agent', () => {
    const menu = trayMenu({ keyCount: 1, promptCount: 1, lock: paused }, actions);
    expect(ids(menu)).toContain('prompt');
    expect(ids(menu)).toContain('unlock');
    expect(menu.find(({ id }) => id === 'add')?.enabled).toBe(false);
  });
});

describe('keyFilesOf', () => {
  const path = join(directory, 'key.ppk');
  writeFileSync(path, 'x');

  it('takes names of existing files, relative ones too', () => {
    expect(keyFilesOf(['sallyport', path, 'key.ppk'], 1, directory)).toEqual([path, path]);
  });

  it.each([
    ['switches', '--inspect=9229'],
    ['a folder', directory],
    ['what does not exist', join(directory, 'none')],
    ['nothing', ''],
    ['a zero byte', `${path}\0.txt`],
    ['a very long name', 'x'.repeat(5000)],
    ['another machine', '//server/share/key.ppk'],
    ['a device of Windows', '\\\\.\\pipe\\x'],
  ])('ignores %s', (_what, argument) => {
    expect(keyFilesOf(['sallyport', argument], 1, directory)).toEqual([]);
  });

  it('takes no more than a person could have meant', () => {
    expect(keyFilesOf(['sallyport', ...Array.from({ length: 100 }, () => path)], 1, directory)).toHaveLength(
      32,
    );
  });
});

describe('requesterView', () => {
  const host = { fingerprint: 'SHA256:h', algorithm: 'ssh-ed25519' };
  const base: Requester = {
    transport: 'pageant-pipe',
    pid: 7,
    purpose: { kind: 'ssh-login', user: 'alice', service: 'ssh-connection' },
    forwarded: false,
    path: [],
  };

  it('tells proved, seen and unknown facts apart', () => {
    const view = requesterView({
      ...base,
      process: {
        pid: 7,
        executable: 'C:\\Program Files\\PuTTY\\putty.exe',
        parents: [{ pid: 3, executable: 'C:\\Windows\\explorer.exe' }],
        connections: [],
      },
      destination: {
        trust: 'verified',
        basis: 'session-bind',
        host: { ...host, name: { names: ['web.example'], source: 'known_hosts', isRevoked: false } },
      },
    });
    expect(view.who).toMatchObject({ text: 'putty.exe, started by explorer.exe', trust: 'observed' });
    expect(view.whatFor).toMatchObject({ text: 'Log in as “alice”', trust: 'verified' });
    expect(view.whereTo).toMatchObject({ text: 'web.example', trust: 'verified' });
    expect(view.warning).toBeUndefined();
    expect(view).toMatchObject({ isForwarded: false });
    expect(view.isOriginInDoubt).toBeUndefined();
    const doubtful = requesterView({ ...base, problem: 'may-be-forwarded' });
    expect(doubtful).toMatchObject({
      isOriginInDoubt: true,
      warning: expect.stringContaining('passes on requests of other machines'),
    });
    const unknown = requesterView(base);
    expect(unknown.who).toEqual({ text: 'An unknown program (process 7)', trust: 'unknown' });
    expect(unknown.whereTo).toEqual({ text: 'Not known', trust: 'unknown' });
  });

  it('never takes an announced host for a proved one, on the way neither', () => {
    const announced = { ...host, isAnnounced: true } as const;
    const view = requesterView({
      ...base,
      forwarded: true,
      path: [announced],
      destination: { trust: 'claimed', basis: 'signed-data', host: announced },
    });
    for (const fact of [view.whereTo, ...view.path])
      expect(fact).toMatchObject({
        trust: 'claimed',
        detail: "ssh-ed25519 SHA256:h, not verified: a kind of host key that Sallyport can't check",
      });
  });

  it('never takes a host that a machine on the way may have made up for a proved one', () => {
    const destination = {
      trust: 'claimed',
      basis: 'session-bind',
      host: { ...host, isHearsay: true },
    } as const;
    expect(requesterView({ ...base, forwarded: true, path: [host], destination }).whereTo).toMatchObject({
      trust: 'claimed',
      detail: expect.stringMatching(/ not verified: a machine on the way could say so of a login elsewhere$/),
    });
  });

  it('says of a host that SHA-1 proved that the proof is weak', () => {
    const weak = { ...host, isWeak: true } as const;
    const destination = { trust: 'verified', basis: 'session-bind', host: weak } as const;
    expect(requesterView({ ...base, destination }).whereTo).toMatchObject({
      trust: 'verified',
      detail: 'ssh-ed25519 SHA256:h, weakly proved: by an RSA signature with SHA-1',
    });
  });

  it('never takes an observed address for a proved host', () => {
    const view = requesterView({
      ...base,
      destination: { trust: 'observed', address: '10.0.0.1', port: 22 },
    });
    expect(view.whereTo).toMatchObject({ text: '10.0.0.1 port 22', trust: 'observed' });
  });

  it.each([
    ['unknown data', { purpose: { kind: 'unknown' } }, 'could be anything'],
    ['a contradiction', { problem: 'other-session' }, 'another SSH session'],
    [
      'a revoked host',
      {
        destination: {
          trust: 'verified',
          basis: 'signed-data',
          host: { ...host, name: { names: ['old'], source: 'putty', isRevoked: true } },
        },
      },
      'revoked',
    ],
  ] as const)('warns of %s', (_what, change, words) => {
    expect(requesterView({ ...base, ...change } as Requester).warning).toContain(words);
  });

  it('says what a remembered answer covers, local and forwarded apart', () => {
    expect(rememberSentence(base)).toContain('requests from this machine');
    expect(rememberSentence({ ...base, forwarded: true })).toContain('forwarded requests');
  });

  it('names what Git signs, and survives names of its own object', () => {
    const signing = (namespace: string) =>
      requesterView({ ...base, purpose: { kind: 'sshsig', namespace, hashAlgorithm: 'sha512' } }).whatFor
        .text;
    expect(signing('git')).toBe('Sign a Git commit or tag');
    expect(signing('constructor')).toBe('Sign data for “constructor”');
  });
});

describe('cut', () => {
  it.each([
    ['short', 10, 'short'],
    ['exactly10!', 10, 'exactly10!'],
    ['longer than that', 10, 'longer th…'],
    ['😀'.repeat(12), 10, `${'😀'.repeat(9)}…`],
  ])('%j to %i is %j', (text, max, expected) => {
    expect(cut(text, max)).toBe(expected);
  });
});

describe('the comment of a key file that is written again', () => {
  const ofFile = (rawComment: Uint8Array) => ({ comment: commentText(rawComment), rawComment });

  it.each([
    ['shown', Buffer.from('M\xfcller', 'latin1'), 'Müller'],
    ['cut where it was shown', Buffer.from('x'.repeat(500)), `${'x'.repeat(399)}…`],
    ['never shown', Buffer.from('x'.repeat(500)), ''],
  ])('is that of the file, byte for byte, when it was %s and not changed', (_how, rawComment, wish) => {
    expect(chosenComment(wish, ofFile(rawComment))).toBe(rawComment);
  });

  it('is what the person wrote, else', () => {
    expect(chosenComment('new', ofFile(Buffer.from('old')))).toBe('new');
  });
});
