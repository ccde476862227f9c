import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isPrivateGroup } from '../../../../ipc/posix/files/private-group.ts';

let etc: string;
beforeEach(() => {
  etc = mkdtempSync(join(tmpdir(), 'sallyport-test-'));
});
afterEach(() => rmSync(etc, { recursive: true, force: true }));

describe.skipIf(process.platform === 'win32')('isPrivateGroup', () => {
  const me = userInfo().username;

  test.each([
    ['is the user’s own', `${me}:x:7:70::/:`, `${me}:x:70:`, true],
    ['lists the user alone', `${me}:x:7:70::/:`, `${me}:x:70:${me}`, true],
    ['has another member', `${me}:x:7:70::/:`, `${me}:x:70:${me},bob`, false],
    ['is another user’s primary one, too', `${me}:x:7:70::/:\nbob:x:8:70::/:`, `${me}:x:70:`, false],
    ['has two names', `${me}:x:7:70::/:`, `${me}:x:70:\nstaff:x:70:bob`, false],
    ['is not the user’s primary one', `${me}:x:7:71::/:`, `${me}:x:70:`, false],
    ['bears another name, as one for all users does', `${me}:x:7:70::/:`, 'users:x:70:', false],
    ['is in no file', `${me}:x:7:70::/:`, '', false],
  ])('for a group that %s', (_, passwd, group, expected) => {
    writeFileSync(join(etc, 'passwd'), `${passwd}\n`);
    writeFileSync(join(etc, 'group'), `${group}\n`);
    expect(isPrivateGroup(70, etc)).toBe(expected);
  });

  test('where there are no such files', () => {
    expect(isPrivateGroup(70, etc)).toBe(false);
  });
});
