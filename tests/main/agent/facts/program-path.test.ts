// Paths of programs: which are whole, so that a rule may name them, and which two are one program's.
import { describe, expect, it } from 'vitest';
import { comparablePath, isWholePath } from '../../../../main/agent/facts/program-path.ts';

describe('a path', () => {
  it.each([
    '/usr/bin/ssh',
    '/opt/a.b/..c/d..',
    '/opt/a "b"',
    String.raw`C:\Windows\System32\OpenSSH\ssh.exe`,
    'c:/Program Files/Git/usr/bin/ssh.exe',
    String.raw`\\server\share\ssh.exe`,
    String.raw`C:\..a\b..\.c\d.`,
  ])('is whole: %s', (path) => {
    expect(isWholePath(path)).toBe(true);
  });

  it.each([
    '',
    '/',
    'ssh',
    './ssh',
    '//ssh',
    '/usr//bin/ssh',
    '/usr/./bin/ssh',
    '/usr/../bin/ssh',
    '/usr/bin/',
    '/usr/bin/*',
    '/usr/bin/ssh?',
    '/usr/bin/ssh\0',
    'C:ssh.exe',
    'C:\\',
    'C:\\bin\\',
    'C:/bin/',
    String.raw`C:\bin\.\ssh.exe`,
    String.raw`C:\bin\..\ssh.exe`,
    'C:/bin/../ssh.exe',
    String.raw`C:\bin\<ssh>.exe`,
    String.raw`C:\bin\"ssh".exe`,
    String.raw`C:\bin|ssh.exe`,
    String.raw`\\server\share`,
    String.raw`\\?\C:\ssh.exe`,
  ])('is not whole: %j', (path) => {
    expect(isWholePath(path)).toBe(false);
  });
});

describe('two paths', () => {
  const isOne = (one: string, other: string) => comparablePath(one) === comparablePath(other);

  it.each([
    ['of Windows in another case', String.raw`C:\Größe\SSH.exe`, String.raw`c:\grÖße\ssh.EXE`],
    ['of Windows with the other slashes', String.raw`C:\bin\ssh.exe`, 'C:/bin/ssh.exe'],
    ['of a share in another case', String.raw`\\Server\Share\ssh.exe`, '//server/share/ssh.exe'],
  ])('are one %s', (_, one, other) => {
    expect(isOne(one, other)).toBe(true);
  });

  it.each([
    ['elsewhere in another case', '/usr/bin/ssh', '/usr/bin/SSH'],
    ['elsewhere with other slashes', '/usr/bin/ssh', String.raw`/usr/bin\ssh`],
    ['of Windows with a letter that becomes two in capitals', 'C:\\straße\\ssh.exe', 'C:\\STRASSE\\ssh.exe'],
    ['of Windows with a letter that only becomes the other', 'C:\\kit\\ssh.exe', 'C:\\\u212ait\\ssh.exe'],
    ['of Windows with an i without its dot', 'C:\\kit\\ssh.exe', 'C:\\k\u0131t\\ssh.exe'],
  ])('are two %s', (_, one, other) => {
    expect(isOne(one, other)).toBe(false);
  });
});
