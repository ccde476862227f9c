// Keys of Windows Hello that open passphrases: what Windows is asked for them, and which are not taken.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { projectDir } from '../lane/paths.ts';
import {
  bundleForWindows,
  closedPath,
  describeWindows,
  startWindows,
  type WindowsProgram,
} from '../lane/windows-program.ts';
import { installNcryptStandIn, type NcryptStandIn } from './ncrypt-stand-in.ts';

describeWindows('keys of Windows Hello that open passphrases', () => {
  const directory = closedPath('sealed');
  let windows: NcryptStandIn;
  let program: WindowsProgram;

  beforeAll(async () => {
    windows = installNcryptStandIn();
    mkdirSync(directory.unix);
    const script = await bundleForWindows(join(projectDir, 'tests/wine/scripts/hello-chip.ts'), {
      'windows-keys-worker': join(projectDir, 'main/key-stores/windows/calls/windows-keys-worker.ts'),
    });
    program = startWindows(script, [directory.windows], { env: windows.env });
  });
  afterEach(() => windows.answer());
  afterAll(async () => {
    await program.ask('stop');
    await program.result;
    windows.remove();
    rmSync(directory.unix, { recursive: true });
  });

  const stored = () => readdirSync(directory.unix);

  test('can be made where Windows Hello is set up', async () => {
    expect(await program.ask('whyNot')).toMatch(/^Windows Hello is not set up\./);
    windows.addHelloLogon();
    expect(await program.ask('whyNot')).toBe('ready');
  });

  test.each([
    ['Windows refuses it', '0x80090036', 'Windows Hello was cancelled'],
    ['it would be in software', 'in-software', 'Windows Hello can’t be used for this key. '],
    ['Windows would remember the finger', 'remembers', 'Windows Hello can’t be used for this key. '],
    ['it signs without asking', 'signs-silently', 'Windows Hello can’t be used for this key. '],
    ['its signatures are none', 'garbage', 'Its signatures are not the same each time.'],
  ])('makes no key where %s', async (_, answer, why) => {
    windows.answer(answer);
    expect(await program.ask('setUp', 'correct horse')).toContain(why);
    expect(stored()).toEqual([]);
    windows.answer();
    expect(windows.keysOf('//sallyport/unlock/')).toBe(0);
  });

  test('seal a passphrase and open it, with Windows’ dialog before our window at each use', async () => {
    const before = windows.calls.length;
    expect(await program.ask('setUp', 'pässwörd')).toBe('set up');
    expect(stored()).toEqual([`${'f'.repeat(64)}.hello`]);
    expect(await program.ask('open')).toBe('pässwörd');
    expect(await program.ask('open')).toBe('pässwörd');
    const asked = windows.calls.slice(before);
    const name = expect.stringMatching(/^S-1-[-0-9]+\/\/sallyport\/unlock\/[0-9a-f]{16}$/) as string;
    const common = { home: 3, name, window: 0x1234_5678, context: 'Sallyport unlocks the key “ö”.' };
    expect(asked.map(({ call }) => call)).toEqual(['finalize', 'sign', 'sign', 'sign']);
    expect(asked[0]).toMatchObject({ ...common, cache: 1, usage: 2 });
    for (const one of asked.slice(1)) expect(one).toMatchObject({ ...common, gesture: 1 });
  });

  test.each([
    ['0x80090036', 'Windows Hello was cancelled.'],
    ['0x800704C7', 'Windows Hello was cancelled.'],
    ['0x80090030', 'Windows Hello did not work. The chip or device that has the key is not ready.'],
    ['0x8028008B', 'Windows Hello was set up anew or its key was removed'],
    ['garbage', 'Windows Hello was set up anew or its key was removed'],
    ['short', 'Windows Hello was set up anew or its key was removed'],
    ['long', 'Windows Hello did not work. What Windows answered makes no sense.'],
  ])('that answer %s give nothing, and what is stored stays', async (answer, why) => {
    windows.answer(answer);
    expect(await program.ask('open')).toContain(`refused: ${why}`);
    windows.answer();
    expect(await program.ask('open')).toBe('pässwörd');
  });

  test('are no keys for SSH: neither listed, nor signed with by their names', async () => {
    expect(await program.ask('listForSsh')).toEqual([]);
    const [last] = windows.calls.slice(-1);
    const name = last?.name.split('/').at(-1) ?? '';
    for (const tried of [name, `../unlock/${name}`, last?.name ?? '', `sallyport-/../../unlock/${name}`])
      expect(await program.ask('signForSsh', tried)).toMatch(/^refused: /);
  });

  test('go from the chip with what they open', async () => {
    expect(windows.keysOf('//sallyport/unlock/')).toBe(1);
    expect(await program.ask('forget')).toBe('forgotten');
    expect([stored(), windows.keysOf('//sallyport/unlock/')]).toEqual([[], 0]);
    expect(await program.ask('open')).toContain('Windows Hello was set up anew or its key was removed');
    expect(await program.ask('log')).toEqual([]);
  });

  test('are not waited for when nobody wants the answer any more', async () => {
    await program.ask('setUp', 'pässwörd');
    windows.answer('hang-briefly');
    expect(await program.ask('open', 100)).toContain('Windows Hello was cancelled.');
    windows.answer();
    expect(await program.ask('open')).toBe('pässwörd');
    await program.ask('forget');
  });
});
