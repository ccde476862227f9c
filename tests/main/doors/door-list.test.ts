import { describe, expect, it } from 'vitest';
import { parseDoorList } from '../../../main/doors/door-list.ts';

describe('a list of doors', () => {
  it('takes the names by which reports and prompts call doors', () => {
    expect(parseDoorList('unix-socket=/run/s,cygwin-socket=/tmp/c', 'linux')).toEqual(
      parseDoorList('unix=/run/s,cygwin=/tmp/c', 'linux'),
    );
    expect(() => parseDoorList('unix=/run/s,unix-socket=/run/t', 'linux')).toThrow('named twice');
  });

  it('names Windows’ own, and gives those of other worlds a path', () => {
    expect(parseDoorList('pageant-pipe,copydata, openssh-pipe,own-pipe,cygwin=C:\\a=b\\s', 'win32')).toEqual([
      { kind: 'pageant-pipe' },
      { kind: 'copydata' },
      { kind: 'openssh-pipe' },
      { kind: 'own-pipe' },
      { kind: 'cygwin', path: 'C:\\a=b\\s' },
    ]);
    expect(parseDoorList('unix=/run/s,cygwin=/tmp/c', 'linux')).toEqual([
      { kind: 'unix', path: '/run/s' },
      { kind: 'cygwin', path: '/tmp/c' },
    ]);
  });

  it.each([
    ['win32', '', 'There is no door “”'],
    ['win32', 'pageant-pipe,', 'There is no door “”'],
    ['win32', 'toString', 'There is no door “toString”'],
    ['win32', 'front', 'There is no door “front”. Doors are pageant-pipe, copydata, openssh-pipe,'],
    ['win32', 'cygwin', 'The door cygwin needs a path: cygwin=PATH.'],
    ['win32', 'cygwin=', 'The door cygwin needs a path'],
    ['win32', 'own-pipe=x', 'The door own-pipe takes no path.'],
    ['win32', 'own-pipe,own-pipe', 'The door own-pipe is named twice.'],
    ['win32', 'unix=C:\\s', 'cygwin=PATH is for Git Bash'],
    ['linux', 'unix=/a,copydata', 'The door copydata exists on Windows only.'],
  ] as const)('is refused on %s as “%s”', (platform, text, message) => {
    expect(() => parseDoorList(text, platform)).toThrow(message);
  });
});
