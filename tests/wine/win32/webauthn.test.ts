// Security keys by webauthn.dll: one of the test's own, made with mingw's webauthn.h, is asked in its place.
import { createPublicKey, verify } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  authenticatorData,
  makeWebAuthnKey,
  type SoftWebAuthnKey,
  signAsWebAuthn,
} from '../../fakes/authenticator-data.ts';
import { projectDir, windowsPath } from '../lane/paths.ts';
import { putStandInDll } from '../lane/stand-in-dll.ts';
import {
  bundleForWindows,
  compileWindowsDll,
  describeWindows,
  laneWorkDir,
  prefixDir,
  startWindows,
  type WindowsProgram,
} from '../lane/windows-program.ts';

interface Look {
  readonly waits: readonly string[];
  readonly outcome: Record<string, string | number> | null;
}

const data = Buffer.from('what SSH signs, which is no JSON');
const challenge = Buffer.alloc(32, 5);

describeWindows('webauthn.dll', () => {
  const folder = join(laneWorkDir(), 'webauthn');
  let takeAway: () => void;
  let script: string;
  let program: WindowsProgram;
  let begun = 0;

  const start = () =>
    startWindows(script, [], {
      env: { WEBAUTHN_STAND_IN: windowsPath(folder), WINEDLLOVERRIDES: 'mscoree,mshtml=;webauthn=n' },
    });

  beforeAll(async () => {
    mkdirSync(folder);
    takeAway = putStandInDll(prefixDir(), 'webauthn.dll', undefined);
    script = await bundleForWindows(join(projectDir, 'tests/wine/scripts/webauthn.ts'), {
      'webauthn-worker': join(projectDir, 'ipc/win32/webauthn/webauthn-worker.ts'),
    });
    program = start();
  });
  afterAll(async () => {
    await program?.ask('end');
    takeAway();
  });

  /** Makes the call and returns what the library was given; the caller answers. */
  async function begin(call: 'sign' | 'enroll', request: object, name: string = call) {
    await program.ask('begin', { name, call, ...request });
    begun += 1;
    const number = begun;
    const file = join(folder, `request-${number}.txt`);
    await expect.poll(() => existsSync(file), { timeout: 10_000 }).toBe(true);
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    return { number, given: Object.fromEntries(lines.map((line) => line.split('=', 2) as [string, string])) };
  }

  function answer(number: number, lines: Record<string, Buffer | string>): void {
    const text = Object.entries(lines).map(
      ([key, value]) => `${key}=${typeof value === 'string' ? value : value.toString('hex')}\n`,
    );
    writeFileSync(join(folder, 'answering.txt'), text.join(''));
    renameSync(join(folder, 'answering.txt'), join(folder, `answer-${number}.txt`));
  }

  const look = (name: string) => program.ask<Look>('look', name);
  async function outcomeOf(name: string) {
    await expect.poll(async () => (await look(name)).outcome, { timeout: 10_000 }).not.toBeNull();
    return (await look(name)).outcome;
  }

  async function sign(key: SoftWebAuthnKey, flags = 1, application = 'ssh:') {
    const { algorithm, keyHandle } = key;
    return await begin('sign', {
      algorithm,
      application,
      flags,
      keyHandle: keyHandle.toString('hex'),
      data: data.toString('hex'),
    });
  }

  test('that is not there is said to be missing, and so is one without an interface', async () => {
    expect(await program.ask('version')).toBe(0);
    await program.ask('begin', {
      name: 'none',
      call: 'sign',
      algorithm: 'ed25519',
      application: 'ssh:',
      flags: 1,
      data: '',
      keyHandle: '00',
    });
    expect(await outcomeOf('none')).toEqual({
      error: 'This Windows has no way to security keys for programs.',
      remedy: 'It needs Windows 10 version 1903 or later.',
    });
    const dll = compileWindowsDll(join(projectDir, 'tests/wine/clients/webauthn-stand-in.c'));
    putStandInDll(prefixDir(), 'webauthn.dll', dll);
    await program.ask('end');
    await program.result;
    program = start();
    expect(await program.ask('version')).toBe(3);
  });

  test.each(['ed25519', 'ecdsa-p256'] as const)('makes an %s key', async (algorithm) => {
    const key = makeWebAuthnKey(algorithm, algorithm === 'ed25519' ? 1023 : 64);
    const { number, given } = await begin('enroll', {
      algorithm,
      application: 'ssh:github',
      flags: 0x25,
      user: 'zoë',
      challenge: challenge.toString('hex'),
    });
    expect((await look('enroll')).waits).toEqual(['system-dialog']);
    expect(given).toMatchObject({
      window: '1234',
      relyingPartyVersion: '1',
      relyingParty: 'ssh:github',
      relyingPartyName: 'ssh:github',
      relyingPartyIcon: '(null)',
      userVersion: '1',
      userId: Buffer.concat([Buffer.from('zoë'), Buffer.alloc(28)]).toString('hex'),
      userName: 'zoë',
      userDisplayName: 'zoë',
      userIcon: '(null)',
      clientDataVersion: '1',
      clientData: challenge.toString('hex'),
      hash: 'SHA-256',
      parameters: '1',
      parameterVersion: '1',
      parameterType: 'public-key',
      algorithm: algorithm === 'ed25519' ? '-8' : '-7',
      version: '3',
      timeout: '600000',
      credentials: '0',
      attachment: '0',
      resident: '1',
      verification: '1',
      attestation: '1',
      flags: '0',
      cancellable: '1',
      pointers: '00',
      extensions: '1',
      extension: 'credProtect',
      protect: '3',
      protectRequired: '1',
    });
    answer(number, {
      authenticatorData: authenticatorData({ application: 'ssh:github', flags: 5, key }),
      credentialId: key.keyHandle,
    });
    expect(await outcomeOf('enroll')).toEqual({
      algorithm,
      application: 'ssh:github',
      flags: 0x25,
      point: key.point.toString('hex'),
      keyHandle: key.keyHandle.toString('hex'),
    });
  });

  test.each(['ed25519', 'ecdsa-p256'] as const)('signs with an %s key', async (algorithm) => {
    const key = makeWebAuthnKey(algorithm, 200);
    const { number, given } = await sign(key, algorithm === 'ed25519' ? 1 : 5);
    expect(given).toMatchObject({
      window: '1234',
      relyingParty: 'ssh:',
      clientDataVersion: '1',
      clientData: data.toString('hex'),
      hash: 'SHA-256',
      version: '4',
      timeout: '600000',
      credentials: '1',
      credentialVersion: '1',
      credential: key.keyHandle.toString('hex'),
      credentialType: 'public-key',
      extensions: '0',
      attachment: '0',
      verification: algorithm === 'ed25519' ? '3' : '1',
      flags: '0',
      u2fAppId: '(null)',
      pointers: '000',
      cancellable: '1',
    });
    const signed = authenticatorData({ flags: 5, counter: 0xfedc_ba98 });
    answer(number, { authenticatorData: signed, signature: signAsWebAuthn(key, signed, data) });
    const outcome = await outcomeOf('sign');
    expect(outcome).toMatchObject({ flags: 5, counter: 0xfedc_ba98 });
    const { signature } = outcome as { signature: string };
    const publicKey = createPublicKey(key.privateKey);
    const hash = algorithm === 'ed25519' ? null : 'sha256';
    const whole = Buffer.concat([
      signed,
      (await import('node:crypto')).createHash('sha256').update(data).digest(),
    ]);
    expect(
      verify(hash, whole, { key: publicKey, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'hex')),
    ).toBe(true);
    expect((await look('sign')).waits).toEqual(['system-dialog', 'nothing']);
  });

  test.each([
    ['the person left the dialog', '80090036', /^It was cancelled in Windows’ dialog/],
    ['no security key has it', '80090011', /^The security key that has this key was not there/],
    ['it can’t do that', '80090029', /^The security key, or this Windows, can’t do that/],
    ['of another error', '8009000e', /^Windows could not use the security key \(UnknownError, 0x8009000e\)/],
  ])('says in words that %s', async (_what, result, sentence) => {
    const { number } = await sign(makeWebAuthnKey('ed25519'));
    answer(number, { result });
    expect(await outcomeOf('sign')).toMatchObject({
      error: expect.stringMatching(sentence),
      remedy: expect.any(String),
    });
  });

  test.each([
    ['4 GiB of data', { claimedLength: 'ffffffff' }],
    ['more than there is', { claimedLength: 'fff0' }],
    ['nothing', {}],
  ])('that answers with %s is not believed', async (_what, lines) => {
    const { number } = await sign(makeWebAuthnKey('ed25519'));
    answer(number, {
      ...lines,
      ...('claimedLength' in lines && { authenticatorData: authenticatorData() }),
      signature: Buffer.alloc(64),
    });
    expect(await outcomeOf('sign')).toMatchObject({ error: 'What Windows answered makes no sense.' });
  });

  test('closes its dialog when nobody wants the signature any more', async () => {
    await sign(makeWebAuthnKey('ed25519'));
    await program.ask('abort', 'sign');
    expect(await outcomeOf('sign')).toEqual({ error: 'the person cancelled it' });
    await expect.poll(() => program.ask('running'), { timeout: 10_000 }).toBe(0);
    expect(readFileSync(join(folder, 'cancelled.txt'), 'utf8')).toContain('known');
  });

  test('that hangs holds up no other call, until there are too many, and not the end of the program', async () => {
    writeFileSync(join(folder, 'deaf.txt'), '');
    for (const name of ['one', 'two', 'three', 'four']) {
      await begin(
        'sign',
        { algorithm: 'ed25519', application: 'ssh:', flags: 1, data: '00', keyHandle: '00' },
        name,
      );
      await program.ask('abort', name);
      expect(await outcomeOf(name)).toEqual({ error: 'the person cancelled it' });
    }
    await program.ask('begin', {
      name: 'five',
      call: 'sign',
      algorithm: 'ed25519',
      application: 'ssh:',
      flags: 1,
      data: '00',
      keyHandle: '00',
    });
    expect(await outcomeOf('five')).toMatchObject({
      error: 'Windows has not closed its dialogs about security keys.',
    });
    await program.ask('end');
    expect((await program.result).exitCode).toBe(0);
    program = start();
  });

  test('has all that it gave back freed', () => {
    const freed = readFileSync(join(folder, 'freed.txt'), 'utf8').trim().split(/\s+/);
    expect(freed.filter((one) => one === 'attestation').length).toBe(2);
    expect(freed.filter((one) => one === 'assertion').length).toBe(5);
  });
});
