// Security keys as the key window asks for them, with a real agent and a security key in software behind.
import { describe, expect, it } from 'vitest';
import {
  type Authenticator,
  SecurityKeyError,
  securityKeyFlag,
} from '../../../../main/keys/authenticator.ts';
import { PinTrials } from '../../../../main/shell/key-files/pin-trials.ts';
import { RequestFailure } from '../../../../main/shell/requests/request-failure.ts';
import { securityKeyHandlers } from '../../../../main/shell/requests/security-key-handlers.ts';
import { ssh, sshsig } from '../../../fakes/consent-agent.ts';
import { SoftAuthenticator, softAuthenticators } from '../../../fakes/soft-authenticator.ts';
import { bytes, testAgent } from '../../../fakes/test-agent.ts';

const from = { webContentsId: 1, role: 'keys' } as never;
const never = new AbortController().signal;
const noPin = () => ({ pin: new Uint8Array() });
const { touch, resident } = securityKeyFlag;

function libraries() {
  const kept = new Set<string>();
  return {
    list: async () => [...kept].map((path) => ({ path })),
    add: async (path: string) => {
      if (path === '/none.so') throw new SecurityKeyError('There is no library at this path.', 'Install it.');
      kept.add(path);
    },
    remove: async (path: string) => kept.delete(path),
  };
}

interface ShellOptions {
  readonly hasLibraries?: boolean;
  readonly chosen?: string;
  readonly mayLoad?: boolean;
  readonly mayTry?: () => Promise<boolean>;
}

async function shell({
  hasLibraries = true,
  chosen,
  mayLoad = true,
  mayTry = async () => true,
}: ShellOptions = {}) {
  const device = new SoftAuthenticator();
  const wish = { algorithm: 'ed25519', application: 'ssh:work', flags: touch | resident } as const;
  await device.enroll({ ...wish, user: 'zoë', challenge: new Uint8Array(32) }, never, () => {});
  const test = testAgent({ authenticators: softAuthenticators(device) });
  const askedAbout: string[] = [];
  const handlers = securityKeyHandlers({
    libraries: hasLibraries ? libraries() : undefined,
    agent: test.agent,
    pins: new PinTrials(mayTry),
    choose: () => Promise.resolve(chosen),
    mayLoad(path) {
      askedAbout.push(path);
      return Promise.resolve(mayLoad);
    },
  });
  return { ...test, device, handlers, askedAbout };
}

/** The security key answers nothing; gives how many were asked, and how many of these were ended. */
function hang(device: SoftAuthenticator) {
  const calls = { asked: 0, ended: 0 };
  const waiting: Authenticator = device;
  waiting.residentKeys = (_pin, signal) => {
    calls.asked++;
    return new Promise((_resolve, reject) =>
      signal.addEventListener('abort', () => {
        calls.ended++;
        reject(signal.reason);
      }),
    );
  };
  return calls;
}

describe('the libraries for security keys', () => {
  it('are chosen, added, told of and removed', async () => {
    const { handlers, askedAbout } = await shell({ chosen: '/sk.so' });
    expect(await handlers['securityKeys.choose']({}, from)).toBe('/sk.so');
    expect(await handlers['securityKeys.add']({ path: '/sk.so' }, from)).toBeNull();
    expect(await handlers['securityKeys.list']({}, from)).toEqual([{ path: '/sk.so' }]);
    expect(askedAbout).toEqual([]);
    expect(await handlers['securityKeys.remove']({ path: '/sk.so' }, from)).toBeNull();
    expect(await handlers['securityKeys.list']({}, from)).toEqual([]);
  });

  it('that can’t be added say why and what to do; one may be gone, and no file may be chosen', async () => {
    const { handlers } = await shell();
    expect(await handlers['securityKeys.choose']({}, from)).toBeNull();
    await expect(handlers['securityKeys.add']({ path: '/none.so' }, from)).rejects.toThrow(
      new RequestFailure('There is no library at this path. Install it.'),
    );
    await expect(handlers['securityKeys.remove']({ path: '/gone.so' }, from)).rejects.toThrow(
      new RequestFailure('This library is not there any more.'),
    );
  });

  it('are none that the page names by itself, unless the person allows it', async () => {
    const path = '/planted.so';
    const { handlers, askedAbout } = await shell({ chosen: '/sk.so', mayLoad: false });
    await handlers['securityKeys.choose']({}, from);
    await expect(handlers['securityKeys.add']({ path }, from)).rejects.toThrow(RequestFailure);
    expect(await handlers['securityKeys.list']({}, from)).toEqual([]);
    expect(askedAbout).toEqual([path]);
    const allowing = await shell();
    await allowing.handlers['securityKeys.add']({ path }, from);
    expect(await allowing.handlers['securityKeys.list']({}, from)).toEqual([{ path }]);
    expect(allowing.askedAbout).toEqual([path]);
  });

  it('are added once as the person chose them: not again by a page after they have removed one', async () => {
    const path = '/sk.so';
    const { handlers, askedAbout } = await shell({ chosen: path, mayLoad: false });
    await handlers['securityKeys.choose']({}, from);
    await handlers['securityKeys.add']({ path }, from);
    await handlers['securityKeys.remove']({ path }, from);
    await expect(handlers['securityKeys.add']({ path }, from)).rejects.toThrow(RequestFailure);
    expect(await handlers['securityKeys.list']({}, from)).toEqual([]);
    expect(askedAbout).toEqual([path]);
  });

  it('are none on Windows, which says so', async () => {
    const { handlers } = await shell({ hasLibraries: false });
    expect(await handlers['securityKeys.list']({}, from)).toEqual([]);
    await expect(handlers['securityKeys.add']({ path: '/sk.so' }, from)).rejects.toThrow(
      'Windows reaches security keys by a dialog of its own.',
    );
  });
});

describe('the keys that a security key keeps', () => {
  it('are loaded by the window, and sign as any other', async () => {
    const { handlers, connect, device } = await shell();
    expect(await handlers['securityKeys.load'](noPin(), from)).toEqual({
      kind: 'loaded',
      loaded: [{ fingerprint: expect.stringMatching(/^SHA256:/), comment: 'ssh:work zoë' }],
      leftOut: 0,
    });
    const client = connect(ssh);
    const [{ blob } = { blob: new Uint8Array() }] = await client.list();
    expect(await client.sign(blob, sshsig('file'))).toBeDefined();
    expect(device.requests).toHaveLength(1);
  });

  it('are opened by the PIN that the person types, each of which is tried once', async () => {
    const { handlers, connect, device } = await shell();
    device.pin = '123456';
    const tried: (string | undefined)[] = [];
    const { residentKeys } = device;
    device.residentKeys = (pin) => {
      tried.push(pin && new TextDecoder().decode(pin));
      return residentKeys.call(device, pin);
    };
    expect(await handlers['securityKeys.load'](noPin(), from)).toEqual({
      kind: 'pin-wanted',
      message: 'The security key wants its PIN.',
    });
    expect(await handlers['securityKeys.load']({ pin: bytes('000000') }, from)).toMatchObject({
      kind: 'pin-wanted',
      message: expect.stringContaining('wrong'),
    });
    expect(await connect().comments()).toEqual([]);
    expect(await handlers['securityKeys.load']({ pin: bytes('123456') }, from)).toMatchObject({
      kind: 'loaded',
    });
    expect(tried).toEqual([undefined, '000000', '123456']);
  });

  it('are not opened by a page that guesses PINs: after a wrong one the person allows each', async () => {
    let asked = 0;
    let allows = false;
    const mayTry = () => {
      asked++;
      return Promise.resolve(allows);
    };
    const { handlers, device } = await shell({ mayTry });
    device.pin = '123456';
    let tried = 0;
    const { residentKeys } = device;
    device.residentKeys = (pin) => {
      tried++;
      return residentKeys.call(device, pin);
    };
    const load = (pin: string) => handlers['securityKeys.load']({ pin: bytes(pin) }, from);
    expect(await load('000000')).toMatchObject({ message: expect.stringContaining('wrong') });
    const guesses = await Promise.all(['000001', '000002', '000003'].map(load));
    expect(guesses.at(-1)).toEqual({
      kind: 'pin-wanted',
      message: 'The PIN was not tried. Type it again when you want it tried.',
    });
    expect(await load('123456')).toMatchObject({ kind: 'pin-wanted' });
    expect(tried).toBe(1);
    allows = true;
    expect(await load('123456')).toMatchObject({ kind: 'loaded' });
    // After a right one nobody is asked.
    const before = asked;
    expect(await load('123456')).toMatchObject({ kind: 'loaded' });
    expect(asked).toBe(before);
    expect(tried).toBe(3);
  });

  it('are opened by one PIN at the most of many that a page sends at once', async () => {
    const { handlers, device } = await shell({ mayTry: async () => false });
    device.pin = '123456';
    const calls = hang(device);
    const load = (pin: string) => handlers['securityKeys.load']({ pin: bytes(pin) }, from);
    await Promise.all(['000000', '000001', '000002'].map(load));
    expect(calls.asked).toBeLessThanOrEqual(1);
  });

  it('are not opened by a PIN that the person allows after they gave up, or after a lock', async () => {
    let answer = (_allows: boolean) => {};
    const mayTry = () =>
      new Promise<boolean>((resolve) => {
        answer = resolve;
      });
    const { agent, handlers, device } = await shell({ mayTry });
    device.pin = '123456';
    const load = (pin: string) => handlers['securityKeys.load']({ pin: bytes(pin) }, from);
    await load('000000');
    const calls = hang(device);
    const cancelled = load('123456');
    handlers['securityKeys.stopLoading']({}, from);
    answer(true);
    expect(await cancelled).toEqual({ kind: 'cancelled' });
    const locked = load('123456');
    agent.pause();
    answer(true);
    await expect(locked).rejects.toThrow('The agent is locked');
    expect(calls.asked).toBe(0);
  });

  it('are not waited for any more when the person cancels, or asks anew', async () => {
    const { handlers, device } = await shell();
    const calls = hang(device);
    handlers['securityKeys.stopLoading']({}, from);
    const first = handlers['securityKeys.load'](noPin(), from);
    await expect.poll(() => calls.asked).toBe(1);
    const second = handlers['securityKeys.load'](noPin(), from);
    expect(await first).toEqual({ kind: 'cancelled' });
    await expect.poll(() => calls.asked).toBe(2);
    handlers['securityKeys.stopLoading']({}, from);
    expect(await second).toEqual({ kind: 'cancelled' });
    expect(calls.ended).toBe(2);
  });

  it('are none of those that come after the person has cancelled', async () => {
    const { handlers, connect, device } = await shell();
    const { residentKeys } = device;
    let answer = () => {};
    device.residentKeys = async (pin) => {
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return await residentKeys.call(device, pin);
    };
    const loading = handlers['securityKeys.load'](noPin(), from);
    handlers['securityKeys.stopLoading']({}, from);
    answer();
    expect(await loading).toEqual({ kind: 'cancelled' });
    expect(await connect().comments()).toEqual([]);
  });

  it('are not loaded into a locked agent, and waiting for them ends with the lock', async () => {
    const locked = 'The agent is locked and takes no keys. Unlock it, then load them.';
    const { agent, handlers, device } = await shell();
    const calls = hang(device);
    const loading = handlers['securityKeys.load'](noPin(), from);
    await expect.poll(() => calls.asked).toBe(1);
    agent.pause();
    await expect(loading).rejects.toThrow(new RequestFailure(locked));
    expect(calls.ended).toBe(1);
    await expect(handlers['securityKeys.load'](noPin(), from)).rejects.toThrow(new RequestFailure(locked));
    expect(calls.asked).toBe(1);
  });

  it('say what the security key says, with what to do', async () => {
    const { handlers, device } = await shell();
    device.residentKeys = () => Promise.reject(new SecurityKeyError('It has no room.', 'Take another.'));
    await expect(handlers['securityKeys.load'](noPin(), from)).rejects.toThrow(
      new RequestFailure('It has no room. Take another.'),
    );
  });
});
