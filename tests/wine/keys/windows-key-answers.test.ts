// What becomes of what Windows answers when its keys are used: dialogs, cards, locked PINs, calls that hang, lies.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { NewWindowsKey, WindowsKey, WindowsKeyList } from '../../../main/agent/ports/windows-keys.ts';
import { x509Of } from '../../fakes/test-x509.ts';
import { projectDir } from '../lane/paths.ts';
import {
  bundleForWindows,
  closedPath,
  compileWindowsC,
  describeWindows,
  runWindowsExe,
  startWindows,
  type WindowsProgram,
} from '../lane/windows-program.ts';
import { installNcryptStandIn, type NcryptStandIn } from './ncrypt-stand-in.ts';

interface Signed {
  readonly algorithm?: string;
  readonly refused?: string;
}

const SHA2_256 = 2;
const SHA2_512 = 4;

describeWindows('what Windows answers', () => {
  const choice = closedPath('windows-keys.json');
  let windows: NcryptStandIn;
  let program: WindowsProgram;
  let addCertificate: string;

  beforeAll(async () => {
    windows = installNcryptStandIn();
    addCertificate = compileWindowsC(join(projectDir, 'tests/wine/clients/add-certificate.c'), [
      'crypt32',
      'advapi32',
    ]);
    expect((await runWindowsExe(addCertificate)).exitCode).toBe(0);
    const script = await bundleForWindows(join(projectDir, 'tests/wine/scripts/windows-keys.ts'), {
      'crypto-worker': join(projectDir, 'main/crypto-worker/crypto-worker.ts'),
      'windows-keys-worker': join(projectDir, 'main/key-stores/windows/calls/windows-keys-worker.ts'),
    });
    program = startWindows(script, [choice.windows], { env: windows.env });
  });
  afterEach(() => windows.answer());
  afterAll(async () => {
    await runWindowsExe(addCertificate);
    // A call hangs for good by now, and does not keep the program.
    await program.ask('exit', 7);
    expect((await program.result).exitCode).toBe(7);
    windows.remove();
    rmSync(choice.unix, { force: true });
  });

  const list = () => program.ask<WindowsKeyList>('list');
  const make = async (wish: NewWindowsKey) => {
    const fingerprint = await program.ask<string>('make', wish);
    return (await list()).keys.find((key) => key.fingerprint === fingerprint) as WindowsKey;
  };
  const sign = ({ fingerprint }: WindowsKey, flags = SHA2_256) =>
    program.ask<Signed>('sign', { fingerprint, flags });
  const shown = async () => Object.fromEntries(await program.ask<[string, string][]>('keys'));

  test('has keys made, used and deleted in each place, with its dialog before our window', async () => {
    expect((await list()).homes).toEqual([
      { home: 'tpm', kinds: ['ecdsa-p256', 'rsa-2048', 'rsa-3072', 'rsa-4096'] },
      { home: 'hello', kinds: ['rsa-2048'] },
      { home: 'software', kinds: expect.arrayContaining(['ecdsa-p256', 'ecdsa-p384', 'rsa-4096']) },
    ]);
    const chip = await make({ home: 'tpm', name: 'chip', kind: 'ecdsa-p256' });
    const plain = await make({ home: 'software', name: 'plain', kind: 'rsa-2048' });
    const asks = await make({ home: 'software', name: 'asks', kind: 'ecdsa-p256' });
    const large = await make({ home: 'software', name: 'large', kind: 'ecdsa-p384' });
    expect([chip, plain, asks].map(({ home, isAskedFor }) => [home, isAskedFor])).toEqual([
      ['tpm', false],
      ['software', false],
      ['software', true],
    ]);
    expect(await sign(chip)).toEqual({ algorithm: 'ecdsa-sha2-nistp256' });
    expect(await sign(plain)).toEqual({ algorithm: 'rsa-sha2-256' });
    expect(await sign(plain, SHA2_512)).toEqual({ algorithm: 'rsa-sha2-512' });
    expect(await sign(asks)).toEqual({ algorithm: 'ecdsa-sha2-nistp256' });
    expect(await sign(large)).toEqual({ algorithm: 'ecdsa-sha2-nistp384' });
    expect(await program.ask('delete', large.fingerprint)).toBe(true);
    // The window is brought for those alone that Windows asks about.
    const isAskedAbout = (call: string, name: string) => call === 'finalize' || name === 'sallyport-asks';
    for (const { call, name, window } of windows.calls.filter((one) => one.call !== 'delete'))
      expect([call, name, window]).toEqual([call, name, isAskedAbout(call, name) ? 0x12345678 : 0]);
    await expect(program.ask('make', { home: 'tpm', name: 'chip', kind: 'ecdsa-p256' })).rejects.toThrow(
      'There is a key of this name already.',
    );
    expect(await program.ask('delete', chip.fingerprint)).toBe(true);
    expect(await program.ask('delete', chip.fingerprint)).toBe(false);
    expect(await sign(chip)).toMatchObject({ refused: 'not listed' });
  });

  test('makes no key that it would give away', async () => {
    windows.answer('exportable');
    await expect(
      program.ask('make', { home: 'software', name: 'loose', kind: 'ecdsa-p256' }),
    ).rejects.toThrow('Windows does not allow that with this key.');
    windows.answer();
    expect(Object.values(await shown())).not.toContain('loose');
    expect(windows.keysOf('loose')).toBe(0);
  });

  test('touches no key of another program, whose names are others', async () => {
    windows.addKeyOfOthers('theirs', 'sallyport-plain');
    const before = windows.calls.length;
    for (const use of ['deleteOther', 'signWithOther'])
      await expect(program.ask(use, 'theirs')).rejects.toThrow('0x80090010');
    expect(windows.calls).toHaveLength(before);
    expect(windows.keysOf('theirs')).toBe(1);
    expect((await list()).keys.map(({ comment }) => comment).sort()).toEqual(['asks', 'plain']);
  });

  test.each([
    ['0x80090036', 'answered with Cancel'],
    ['0x8010006E', 'answered with Cancel'],
    ['0x80100069', 'not in its reader'],
    ['0x8010006B', 'PIN of the smart card was wrong'],
    ['0x8010006C', 'locked its PIN'],
    ['0x80090030', 'is not ready'],
    ['0x80090029', 'is not known'],
    ['0x80091234', 'NCryptSignHash, 0x80091234'],
    ['long', 'makes no sense'],
    ['short', 'wrong length'],
    ['garbage', 'is not good'],
  ])('%s is told to the person, and the key stays', async (answer, why) => {
    const key = (await list()).keys.find(({ comment }) => comment === 'asks') as WindowsKey;
    windows.answer(answer);
    expect((await sign(key)).refused).toContain(why);
    windows.answer();
    expect(await sign(key)).toEqual({ algorithm: 'ecdsa-sha2-nistp256' });
  });

  test('is for certificates the person’s choice, one by one or all, and none without a key', async () => {
    const keys = (await list()).keys;
    const plain = keys.find(({ comment }) => comment === 'plain') as WindowsKey;
    const asks = keys.find(({ comment }) => comment === 'asks') as WindowsKey;
    const add = async (key: WindowsKey, commonName: string, ...rest: string[]) => {
      const file = closedPath(`${commonName}.cer`);
      writeFileSync(file.unix, x509Of(Buffer.from(key.publicKey.split(' ')[1] ?? '', 'base64'), commonName));
      const { exitCode, output } = await runWindowsExe(addCertificate, [file.windows, ...rest]);
      expect([exitCode, output]).toEqual([0, '']);
    };
    const software = 'Microsoft Software Key Storage Provider';
    await add(asks, 'Ada', 'Badge', 'sallyport-asks', software, '0', '0');
    await add(plain, 'Bob', '', 'sallyport-plain', 'Microsoft Base Smart Card Crypto Provider', '1', '1');
    await add(plain, 'Cleo', '', 'there-is-none', software, '0', '0');
    await add(plain, 'Dan', '');
    await add(plain, 'Eve', '', 'old', 'Microsoft Enhanced Cryptographic Provider v1.0', '1', '1');

    const found = await list();
    expect(found.leftOut).toEqual({ noKey: 2, olderInterface: 1, kind: 0 });
    const certificates = found.keys.filter(({ isOwn }) => !isOwn);
    expect(
      certificates.map(({ comment, isAskedFor, isOffered }) => [comment, isAskedFor, isOffered]),
    ).toEqual(
      expect.arrayContaining([
        [expect.stringMatching(/^Badge \(certificate [\da-f]{8}\)$/), true, false],
        [expect.stringMatching(/^Bob \(certificate [\da-f]{8}\)$/), true, false],
      ]),
    );
    // Those that were made here are offered anyway: the certificate alone shall show what it does.
    await program.ask('delete', plain.fingerprint);
    expect(await shown()).not.toHaveProperty(plain.fingerprint);
    await program.ask('offer', { which: 'certificates', isOffered: true });
    await expect.poll(shown).toHaveProperty([plain.fingerprint]);
    expect((await sign(plain)).refused).toContain('Windows');
    await program.ask('offer', { which: { fingerprint: plain.fingerprint }, isOffered: false });
    await expect.poll(shown).not.toHaveProperty([plain.fingerprint]);
  });

  test('and what hangs holds up neither other keys nor the end of the program', async () => {
    const asks = (await list()).keys.find(({ comment }) => comment === 'asks') as WindowsKey;
    const chip = await make({ home: 'tpm', name: 'other', kind: 'ecdsa-p256' });
    windows.answer('hang');
    void sign(asks).catch(() => {});
    await expect.poll(() => windows.calls.at(-1)?.name).toBe('sallyport-asks');
    windows.answer();
    expect(await sign(chip)).toEqual({ algorithm: 'ecdsa-sha2-nistp256' });
    expect((await sign(asks)).refused).toContain('the very same signature is being made already');
  });
});
