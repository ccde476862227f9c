import { describe, expect, it } from 'vitest';
import { posixHomeBy } from '../../../../main/set-up/changes/posix-homes.ts';

const facts = {
  root: 'C:\\cygwin64',
  userName: 'Zoë',
  profile: 'C:\\Users\\Zoë',
  lastingHome: undefined,
};

describe('the folder of the person in Cygwin or MSYS2', () => {
  it.each([
    ['nothing', '', 'C:\\cygwin64\\home\\Zoë'],
    ['what only the domain knows (MSYS2)', 'db_home: cygwin desc\n', 'C:\\cygwin64\\home\\Zoë'],
    ['Windows’ own', '# x\ndb_home:  windows\r\n', 'C:\\Users\\Zoë'],
    ['the first that can be known (Git for Windows)', 'db_home: env windows cygwin', 'C:\\Users\\Zoë'],
    ['a path with the name', 'passwd: files db\ndb_home: /home/of/%U # mine', 'C:\\cygwin64\\home\\of\\Zoë'],
    ['a path on a drive', 'db_home: /cygdrive/d/homes/%u', 'D:\\homes\\Zoë'],
    ['a path on a drive, as MSYS2 has it', 'db_home: /d/homes', 'D:\\homes'],
    ['a path of the domain', 'db_home: /home/%D/%U', 'C:\\cygwin64\\home\\Zoë'],
    ['a comment', '#db_home: windows', 'C:\\cygwin64\\home\\Zoë'],
    ['a way out', 'db_home: /home/../../Windows', undefined],
  ])('is as nsswitch.conf has it: %s', (_, text, home) => {
    expect(posixHomeBy(text, facts)).toBe(home);
  });

  it.each([
    ['D:/homes/me', 'D:\\homes\\me'],
    ['relative\\home', 'C:\\cygwin64\\home\\Zoë'],
    ['..', 'C:\\cygwin64\\home\\Zoë'],
    ['\\\\server\\share\\me', 'C:\\cygwin64\\home\\Zoë'],
    ['C:\\Users\\..\\Windows', 'C:\\cygwin64\\home\\Zoë'],
  ])('is HOME where that is set for good, and names a folder of this computer: %s', (lastingHome, home) => {
    expect(posixHomeBy('', { ...facts, lastingHome })).toBe(home);
  });

  it.each(['', '..', 'a\\b', 'C:x'])('is none for a name that is no folder: %j', (userName) => {
    expect(posixHomeBy('', { ...facts, userName })).toBeUndefined();
  });
});
