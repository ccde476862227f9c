// What starts Pageant: shortcuts and entries that were made up.
import { expect, it } from 'vitest';
import {
  keysOfPageantStart,
  keysOfRunEntry,
  keysOfShortcut,
} from '../../../../main/get-started/sources/pageant-start.ts';
import { inventedRegistry, profile } from './invented-registry.ts';

const pageant = 'C:\\Program Files\\PuTTY\\pageant.exe';
const paths = (files: readonly { readonly path: string }[]) => files.map(({ path }) => path);

it('has the key files of Pageant’s own command line, and neither options nor a command', () => {
  const link = {
    target: pageant,
    workingDir: 'C:\\keys',
    arguments:
      '--encrypted a.ppk "D:\\my keys\\b" --openssh-config C:\\out.conf --unix C:\\sock --keylist c.ppk -c putty.exe d.ppk',
  };
  expect(paths(keysOfShortcut(link, 'Pageant'))).toEqual([
    'C:\\keys\\a.ppk',
    'D:\\my keys\\b',
    'C:\\keys\\c.ppk',
  ]);
});

it('has key files that a shortcut opens, of whatever program', () => {
  expect(paths(keysOfShortcut({ target: 'C:\\keys\\a.ppk', arguments: '' }, 'a'))).toEqual([
    'C:\\keys\\a.ppk',
  ]);
  expect(keysOfShortcut({ target: 'C:\\word.exe', arguments: 'letter.docx' }, 'w')).toEqual([]);
});

it('has those of a Run entry of Pageant, and of no other', async () => {
  expect(paths(keysOfRunEntry('P', `"${pageant}" C:\\a.ppk`))).toEqual(['C:\\a.ppk']);
  expect(keysOfRunEntry('O', '"C:\\other.exe" C:\\a.ppk')).toEqual([]);
  const registry = inventedRegistry({
    'Software\\Microsoft\\Windows\\CurrentVersion\\Run': { P: `"${pageant}" --encrypted "C:\\b.ppk"` },
  });
  expect((await keysOfPageantStart(profile({ registry }))).files).toEqual([
    { path: 'C:\\b.ppk', source: 'pageant', name: 'P' },
  ]);
});
