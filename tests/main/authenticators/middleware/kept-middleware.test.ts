// Which libraries are used for security keys: those on the person's list alone, and none that others could exchange.
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { KeptMiddleware } from '../../../../main/authenticators/middleware/kept-middleware.ts';
import { systemClock } from '../../../../main/basics/clock.ts';
import { SecurityKeyError } from '../../../../main/keys/authenticator.ts';
import { startChildLibraryProcess } from '../../../../main/library-process/child-library-process.ts';
import type { StartLibraryProcess } from '../../../../main/library-process/library-channel.ts';
import { createKeptListFile } from '../../../../main/stored/kept-list-file.ts';
import { canCompileMiddleware, compileMiddleware, type SkDummy } from '../../../fakes/middleware/sk-dummy.ts';

const never = new AbortController().signal;
const request = {
  algorithm: 'ed25519',
  application: 'ssh:',
  flags: 1,
  user: '',
  challenge: new Uint8Array(32),
} as const;

describe.skipIf(!canCompileMiddleware)('the libraries for security keys', () => {
  let dir: string;
  let dummy: SkDummy;
  let started = 0;
  let opened: KeptMiddleware[] = [];

  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'sallyport-middleware-'));
    dummy = compileMiddleware(dir);
  });
  afterEach(() => {
    for (const one of opened) one.close();
    opened = [];
    rmSync(join(dir, 'kept.json'), { force: true });
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  function open(): KeptMiddleware {
    const start: StartLibraryProcess = (program, ends) => {
      started += 1;
      return startChildLibraryProcess(undefined, { ...process.env, ...dummy.env })(program, ends);
    };
    const list = { field: 'libraries', what: 'The libraries' };
    const file = createKeptListFile(join(dir, 'kept.json'), list, (line) => expect.unreachable(line));
    const kept = new KeptMiddleware({ start, clock: systemClock(), file });
    opened.push(kept);
    return kept;
  }

  const reasonOf = (promise: Promise<unknown>): Promise<string> =>
    promise.then(
      () => expect.unreachable('it should have failed'),
      (error: unknown) => {
        expect(error).toBeInstanceOf(SecurityKeyError);
        return (error as SecurityKeyError).message;
      },
    );

  it('are none at first: that is said where a security key is wanted', async () => {
    const kept = open();
    expect(await kept.list()).toEqual([]);
    expect(await reasonOf(kept.own.enroll(request, never, () => {}))).toMatch(
      /^No middleware .* is chosen\./,
    );
  });

  it('are kept for the next start, in their order, and removed for good', async () => {
    const kept = open();
    await kept.add(dummy.library);
    await kept.add(dummy.library);
    expect(await open().list()).toEqual([{ path: dummy.library }]);
    expect((await kept.own.enroll(request, never, () => {})).keyHandle.length).toBe(64);
    expect(await kept.remove(dummy.library)).toBe(true);
    expect(await kept.remove(dummy.library)).toBe(false);
    expect(await open().list()).toEqual([]);
  });

  it('are found however their path is written, and no others, of which nothing is loaded', async () => {
    const kept = open();
    await kept.add(dummy.library);
    symlinkSync(dummy.library, join(dir, 'link.so'));
    const found = await kept.byLibrary(dummy.library);
    expect(found).toBeDefined();
    expect(await kept.byLibrary(join(dir, 'link.so'))).toBe(found);
    expect(await kept.byLibrary(join(dir, 'security-key/../sk-dummy-10.so'))).toBe(found);
    await kept.add(join(dir, 'link.so'));
    expect(await kept.list()).toEqual([{ path: dummy.library }]);
    const before = started;
    const other = compileMiddleware(dir, 9).library;
    for (const path of [other, 'sk-dummy-10.so', './sk-dummy-10.so', '', '/', `${dummy.library}\0`])
      expect(await kept.byLibrary(path)).toBeUndefined();
    expect(started).toBe(before);
  });

  it('are told while one waits for a touch, and others behind it', async () => {
    const kept = open();
    await kept.add(dummy.library);
    dummy.set('untouched');
    const before = dummy.touches();
    const leaves = new AbortController();
    const enrolling = kept.own.enroll(request, leaves.signal, () => {});
    await expect.poll(() => dummy.touches()).toBe(before + 1);
    expect(await kept.list()).toEqual([{ path: dummy.library }]);
    leaves.abort(new SecurityKeyError('The person left.', 'Nothing.'));
    expect(await reasonOf(enrolling)).toBe('The person left.');
    dummy.clear('untouched');
  });

  it('are eight at the most, and those that have gone are not what leads nowhere, too', async () => {
    const gone = Array.from({ length: 8 }, (_, n) => join(dir, `gone-${n}.so`));
    writeFileSync(join(dir, 'kept.json'), JSON.stringify({ version: 1, libraries: gone }));
    const kept = open();
    expect((await kept.list()).map(({ path }) => path)).toEqual(gone);
    expect(await kept.byLibrary(join(dir, 'nowhere.so'))).toBeUndefined();
    expect(await kept.remove(join(dir, 'nowhere.so'))).toBe(false);
    expect(await reasonOf(kept.add(dummy.library))).toBe('There are too many libraries.');
  });

  it('that can’t be used are not kept', async () => {
    const kept = open();
    expect(await reasonOf(kept.add('sk.so'))).toMatch(/begins at the root/);
    expect(await reasonOf(kept.add(join(dir, 'none.so')))).toBe('There is no library at this path.');
    expect(await reasonOf(kept.add(dir))).toBe('There is no library at this path.');
    expect(await reasonOf(kept.add(compileMiddleware(dir, 11).library))).toMatch(/speaks version 11/);
    expect(await open().list()).toEqual([]);
  });

  it('that others could exchange are not loaded, also when that came to be later', async () => {
    const place = join(dir, 'open to all');
    mkdirSync(place);
    const library = join(place, 'sk.so');
    renameSync(compileMiddleware(dir, 8).library, library);
    const kept = open();
    chmodSync(place, 0o777);
    const reason = 'Others could exchange this library, so it is not loaded.';
    const before = started;
    expect(await reasonOf(kept.add(library))).toBe(reason);
    chmodSync(place, 0o755);
    await kept.add(library);
    kept.close();
    chmodSync(place, 0o777);
    const later = open();
    expect(await later.list()).toEqual([
      { path: library, reason, remedy: expect.stringContaining('chmod go-w') },
    ]);
    expect(await reasonOf(later.own.enroll(request, never, () => {}))).toBe(reason);
    expect(started - before).toBeLessThanOrEqual(4);
  });

  it.each([
    ['by the link to it', 'link'],
    ['where the link leads', 'library'],
  ])('that others could exchange %s are not loaded', async (how, openToAll) => {
    const [link = '', library = ''] = ['link', 'library'].map((what) => {
      const place = join(dir, `${how}, ${what}`);
      mkdirSync(place);
      if (what === openToAll) chmodSync(place, 0o777);
      return join(place, 'sk.so');
    });
    copyFileSync(dummy.library, library);
    symlinkSync(library, link);
    expect(await reasonOf(open().add(link))).toMatch(/^Others could exchange this library/);
  });
});
