import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findWeakness } from '../../../../ipc/posix/files/replaceable-path.ts';
import { libcFunction } from '../../../../ipc/posix/libc.ts';

const isRoot = process.geteuid?.() === 0;
const otherUid = 65_534;

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-test-'));
});

afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Directories below `dir`, one in the other. */
function make(...modes: number[]): string {
  let path = dir;
  for (const [depth, mode] of modes.entries()) {
    path = join(path, `d${depth}`);
    mkdirSync(path);
    chmodSync(path, mode);
  }
  return path;
}

describe.skipIf(process.platform === 'win32')('findWeakness', () => {
  test('finds none where only this user and root have a hand in', () => {
    expect(findWeakness(make(0o755, 0o700))).toBeUndefined();
  });

  test.each([0o777, 0o770, 0o722, 0o702])('finds a directory that others may write to: mode %o', (mode) => {
    const path = make(0o700, mode);
    expect(findWeakness(path)).toMatchObject({ path, kind: 'writable', mode });
  });

  test('finds it above a directory that is closed', () => {
    const path = make(0o770, 0o700, 0o700);
    expect(findWeakness(path)).toMatchObject({ path: join(dir, 'd0'), kind: 'writable' });
  });

  test.each([0o666, 0o660, 0o1602])('finds a file that others may write to: mode %o', (mode) => {
    const path = join(make(0o700), 'file');
    writeFileSync(path, '');
    expect(findWeakness(path)).toBeUndefined();
    chmodSync(path, mode);
    expect(findWeakness(path)).toMatchObject({ path, what: 'file', kind: 'writable', mode });
  });

  test('takes what only a trusted group may write to', () => {
    const path = make(0o775);
    expect(findWeakness(path, (gid) => gid === statSync(path).gid)).toBeUndefined();
    chmodSync(path, 0o777);
    expect(findWeakness(path, () => true)).toMatchObject({ path });
  });

  test.runIf(process.platform === 'linux')(
    'takes it no more where an access list names other users, to whom the mode of the group goes then',
    (context) => {
      const path = make(0o770);
      expect(findWeakness(path, () => true)).toBeUndefined();
      // acl(5): version 2; tag, rights and id of owner, user 1234, group, mask and others.
      const list = new DataView(new ArrayBuffer(4 + 5 * 8));
      list.setUint32(0, 2, true);
      const none = 0xffff_ffff;
      const entries = [1, 7, none, 2, 7, 1234, 4, 0, none, 0x10, 7, none, 0x20, 0, none];
      for (let n = 0; n < 5; n++) {
        const [tag = 0, rights = 0, id = 0] = entries.slice(3 * n);
        list.setUint16(4 + 8 * n, tag, true);
        list.setUint16(6 + 8 * n, rights, true);
        list.setUint32(8 + 8 * n, id, true);
      }
      const setxattr = libcFunction(
        'int setxattr(const char *path, const char *name, const void *value, size_t size, int flags)',
      );
      // SAFETY: the kernel reads as many bytes as the list has.
      if (setxattr(path, 'system.posix_acl_access', new Uint8Array(list.buffer), list.byteLength, 0) !== 0)
        context.skip('skipped: no access lists on this file system');
      expect(findWeakness(path, () => true)).toMatchObject({ path, kind: 'writable', mode: 0o770 });
      chmodSync(path, 0o750);
      expect(findWeakness(path, () => true)).toBeUndefined();
    },
  );

  test('leaves out what is not there yet, but nothing above it', () => {
    expect(findWeakness(join(make(0o700), 'new', 'newer'))).toBeUndefined();
    chmodSync(join(dir, 'd0'), 0o777);
    expect(findWeakness(join(dir, 'd0', 'new', 'newer'))?.path).toBe(join(dir, 'd0'));
  });

  test('takes a directory with the sticky bit, whose entries only their owners can exchange', () => {
    expect(findWeakness(make(0o1777, 0o700))).toBeUndefined();
  });

  test('follows links, also such whose way leads up again', () => {
    make(0o777, 0o700);
    mkdirSync(join(dir, 'closed'));
    symlinkSync('../d0/d1', join(dir, 'closed', 'link'));
    symlinkSync('closed/link/../d1', join(dir, 'second'));
    for (const link of [join(dir, 'closed', 'link'), join(dir, 'second')])
      expect(findWeakness(link)?.path).toBe(join(dir, 'd0'));
  });

  test('gives up on links that lead round in circles', () => {
    symlinkSync('loop', join(dir, 'loop'));
    expect(() => findWeakness(join(dir, 'loop'))).toThrow('too many links');
  });

  test.runIf(isRoot)('finds a directory of another user, closed or not', () => {
    const path = make(0o755, 0o700);
    chownSync(join(dir, 'd0'), otherUid, otherUid);
    expect(findWeakness(path)).toMatchObject({
      path: join(dir, 'd0'),
      kind: 'foreign-owner',
      uid: otherUid,
    });
  });

  test.runIf(isRoot)('finds a link of another user, who can lead it elsewhere in /tmp’s kind', () => {
    make(0o700);
    symlinkSync('d0', join(dir, 'link'));
    lchownSync(join(dir, 'link'), otherUid, otherUid);
    chmodSync(dir, 0o1777);
    expect(findWeakness(join(dir, 'link'))).toMatchObject({ path: join(dir, 'link'), kind: 'foreign-owner' });
  });
});
