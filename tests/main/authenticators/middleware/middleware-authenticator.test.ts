// Security keys by a library of middleware: the dummy of the tests, loaded in a process of its own as any other is.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { encodeCredential } from '../../../../main/authenticators/middleware/library/middleware-messages.ts';
import { MiddlewareAuthenticator } from '../../../../main/authenticators/middleware/middleware-authenticator.ts';
import { systemClock } from '../../../../main/basics/clock.ts';
import {
  type SecurityKeyAlgorithm,
  type SecurityKeyCredential,
  SecurityKeyError,
  SecurityKeyPinError,
} from '../../../../main/keys/authenticator.ts';
import { startChildLibraryProcess } from '../../../../main/library-process/child-library-process.ts';
import {
  encodeLibraryReply,
  parseLibraryRequest,
} from '../../../../main/library-process/library-messages.ts';
import { canCompileMiddleware, compileMiddleware, type SkDummy } from '../../../fakes/middleware/sk-dummy.ts';

const never = new AbortController().signal;
const data = Buffer.from('what SSH signs');
const challenge = new Uint8Array(32);
const pinOf = (text: string) => new TextEncoder().encode(text);

/** Whether the signature is one of the key over what WebAuthn signs. */
function isGood(
  { algorithm, point, application }: SecurityKeyCredential,
  { signature, flags, counter }: { signature: Uint8Array; flags: number; counter: number },
): boolean {
  const head =
    algorithm === 'ed25519'
      ? '302a300506032b6570032100'
      : '3059301306072a8648ce3d020106082a8648ce3d030107034200';
  const key = createPublicKey({
    key: Buffer.concat([Buffer.from(head, 'hex'), point]),
    format: 'der',
    type: 'spki',
  });
  const facts = Buffer.alloc(5);
  facts.writeUInt8(flags);
  facts.writeUInt32BE(counter, 1);
  const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest();
  const signed = Buffer.concat([sha256(application), facts, sha256(data)]);
  return verify(
    algorithm === 'ed25519' ? null : 'sha256',
    signed,
    { key, dsaEncoding: 'ieee-p1363' },
    signature,
  );
}

describe.skipIf(!canCompileMiddleware)('middleware', () => {
  let dir: string;
  let dummy: SkDummy;
  let opened: MiddlewareAuthenticator[] = [];

  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'sallyport-middleware-'));
    dummy = compileMiddleware(dir);
  });
  afterEach(() => {
    for (const one of opened) one.close();
    opened = [];
    dummy.clear('pin', 'pin-always', 'untouched', 'crash', 'hang', 'lying-lengths', 'long-handle', 'exists');
    dummy.clear('no-device', 'general', 'resident');
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  function open(library: string = dummy.library) {
    const start = startChildLibraryProcess(undefined, { ...process.env, ...dummy.env });
    const authenticator = new MiddlewareAuthenticator(library, {
      start,
      clock: systemClock(),
      pathToLoad: () => library,
    });
    opened.push(authenticator);
    return authenticator;
  }

  function enroll(
    authenticator: MiddlewareAuthenticator,
    {
      algorithm = 'ed25519',
      flags = 1,
      user = '',
      pin,
    }: { algorithm?: SecurityKeyAlgorithm; flags?: number; user?: string; pin?: Uint8Array } = {},
    signal = never,
  ) {
    const request = { algorithm, application: 'ssh:test', flags, user, challenge, ...(pin && { pin }) };
    return authenticator.enroll(request, signal, () => {});
  }

  function sign(
    authenticator: MiddlewareAuthenticator,
    key: SecurityKeyCredential,
    { signal = never, pin, waits = [] }: { signal?: AbortSignal; pin?: Uint8Array; waits?: unknown[] } = {},
  ) {
    const { algorithm, application, keyHandle, flags } = key;
    const request = { algorithm, application, keyHandle, flags, data, ...(pin && { pin }) };
    return authenticator.sign(request, signal, (what) => waits.push(what));
  }

  const failure = (promise: Promise<unknown>): Promise<SecurityKeyError> =>
    promise.then(
      () => expect.unreachable('it should have failed'),
      (error: unknown) => {
        expect(error).toBeInstanceOf(SecurityKeyError);
        expect((error as SecurityKeyError).remedy).toMatch(/\.$/);
        return error as SecurityKeyError;
      },
    );

  it.each([
    ['ed25519', 10],
    ['ecdsa-p256', 10],
    ['ed25519', 9],
    ['ed25519', 8],
    ['ed25519', 7],
  ] as const)(
    'makes an %s key by version %i of the interface, signs with it and finds it again',
    async (algorithm, version) => {
      const authenticator = open(compileMiddleware(dir, version).library);
      const key = await enroll(authenticator, { algorithm, flags: 0x21, user: 'zoë' });
      expect(key).toMatchObject({ algorithm, application: 'ssh:test', flags: 0x21 });
      const waits: unknown[] = [];
      expect(isGood(key, await sign(authenticator, key, { waits }))).toBe(true);
      expect(waits).toEqual(['touch', undefined]);
      expect(await authenticator.residentKeys(undefined, never)).toEqual([
        { ...key, user: version === 7 ? '' : 'zoë' },
      ]);
    },
  );

  it('is asked for with a PIN where the security key wants one', async () => {
    dummy.set('pin', '123456');
    const authenticator = open();
    const none = await failure(enroll(authenticator, { flags: 5 }));
    expect(none).toBeInstanceOf(SecurityKeyPinError);
    expect(none.message).toBe('The security key wants its PIN.');
    const wrong = await failure(authenticator.residentKeys(pinOf('000000'), never));
    expect(wrong).toBeInstanceOf(SecurityKeyPinError);
    expect(wrong.message).toMatch(/^The PIN is wrong/);
    const key = await enroll(authenticator, { flags: 0x25, pin: pinOf('123456') });
    expect(isGood(key, await sign(authenticator, key, { pin: pinOf('123456') }))).toBe(true);
    expect((await authenticator.residentKeys(pinOf('123456'), never)).length).toBe(1);
    expect(await failure(authenticator.residentKeys(pinOf('123456\0'), never))).toBeInstanceOf(
      SecurityKeyPinError,
    );
  });

  it('is ended when nobody wants the signature any more, and begins anew for the next', async () => {
    const authenticator = open();
    const key = await enroll(authenticator);
    dummy.set('untouched');
    const before = dummy.touches();
    const leaving = new AbortController();
    const left = sign(authenticator, key, { signal: leaving.signal });
    await expect.poll(() => dummy.touches(), { timeout: 10_000 }).toBe(before + 1);
    leaving.abort(new Error('the person cancelled it'));
    await expect(left).rejects.toThrow('the person cancelled it');
    dummy.clear('untouched');
    expect(isGood(key, await sign(authenticator, key))).toBe(true);
  });

  it.each([
    ['crashes', 'crash', /^The middleware has crashed\./],
    ['lies about lengths', 'lying-lengths', /^The middleware’s answer makes no sense\./],
    ['finds no security key', 'no-device', /^No security key that has this key was found\./],
    ['fails', 'general', /^The security key, or its middleware, failed\./],
  ])('that %s says so', async (_what, how, sentence) => {
    const authenticator = open();
    const key = await enroll(authenticator);
    dummy.set(how);
    expect((await failure(sign(authenticator, key))).message).toMatch(sentence);
  });

  it('that lies about how many keys there are is not believed', async () => {
    dummy.set('lying-lengths');
    const { message } = await failure(open().residentKeys(undefined, never));
    expect(message).toBe('The middleware’s answer makes no sense.');
  });

  it('may have a handle of 64 KiB', async () => {
    dummy.set('long-handle');
    const key = await enroll(open());
    expect(key.keyHandle.length).toBe(65_536);
  });

  it('that has the resident key already says so', async () => {
    dummy.set('exists');
    const { message } = await failure(enroll(open(), { flags: 0x21 }));
    expect(message).toMatch(/^The security key has a resident key for this application and user already\./);
  });

  it.each([
    ['no library', () => join(dir, 'none.so'), /^The library can’t be loaded \(/],
    [
      'one for another processor',
      () => {
        // An ELF file for 64-bit ARM.
        const header = Buffer.alloc(64);
        Buffer.from('7f454c46020101', 'hex').copy(header);
        header.writeUInt16LE(3, 16);
        header.writeUInt16LE(183, 18);
        writeFileSync(join(dir, 'arm.so'), header);
        return join(dir, 'arm.so');
      },
      /^The library can’t be loaded \(/,
    ],
    [
      'one for something else',
      () => /\/\S*\blibc\.so\.6/.exec(readFileSync('/proc/self/maps', 'utf8'))?.[0] ?? '',
      /^The library is none for security keys/,
    ],
    [
      'one of a later version',
      () => compileMiddleware(dir, 11).library,
      /speaks version 11 of OpenSSH’s interface/,
    ],
  ])('is %s: that is said', async (_what, library, sentence) => {
    expect((await failure(open(library()).check(never))).message).toMatch(sentence);
  });
});

describe('the process of middleware', () => {
  /** Of one that answers all that it is asked, but for loading, with `reply`, or with an error of this text. */
  function enrolled(reply: Uint8Array | string): Promise<SecurityKeyCredential> {
    const authenticator = new MiddlewareAuthenticator('sk.so', {
      clock: systemClock(),
      pathToLoad: () => '/sk.so',
      start: (_program, ends) => ({
        send(message) {
          const { id, operation } = parseLibraryRequest(message);
          const body = operation === 'load' ? new Uint8Array() : reply;
          const answer =
            typeof body === 'string'
              ? ({ kind: 'error', id, message: body } as const)
              : ({ kind: 'result', id, body } as const);
          ends.onMessage(encodeLibraryReply(answer));
        },
        kill: () => {},
      }),
    });
    const request = { algorithm: 'ed25519', application: 'ssh:test', flags: 1, user: '', challenge } as const;
    return authenticator.enroll(request, never, () => {});
  }

  const made: SecurityKeyCredential = {
    algorithm: 'ed25519',
    application: 'ssh:test',
    flags: 1,
    point: new Uint8Array(32),
    keyHandle: new Uint8Array(64),
  };
  const nonsense = 'The middleware’s answer makes no sense.';

  it('is believed no other key than was asked for, nor what makes no sense', async () => {
    expect(await enrolled(encodeCredential(made))).toMatchObject({ application: 'ssh:test' });
    const lies = [{ algorithm: 'ecdsa-p256' }, { application: 'ssh:other' }] as const;
    for (const lie of lies)
      await expect(enrolled(encodeCredential({ ...made, ...lie }))).rejects.toThrow(nonsense);
    await expect(enrolled(Uint8Array.of(1))).rejects.toThrow(nonsense);
  });

  it('says nothing to the person that could act on their screen', async () => {
    const said = enrolled('unloadable:\u001b[2Jevil\u202e').catch(({ message }: Error) => message);
    expect(await said).toMatch(/^The library can’t be loaded \(.*evil/);
    for (const character of '\u001b\u202e') expect(await said).not.toContain(character);
  });
});
