// The key files of FileZilla's sites.
import { expect, it } from 'vitest';
import { sitesInSitemanager } from '../../../../main/get-started/sources/filezilla-sites.ts';

it('has the key file and the name of each site that has one', () => {
  const xml = `<?xml version="1.0"?><FileZilla3><Servers><Folder expanded="1">Work<Server><Host>h</Host>
    <Logontype>5</Logontype><Keyfile>C:\\keys\\a &amp; b.ppk</Keyfile><Name>A &lt;x&gt; &#233;&#xe9;</Name></Server></Folder>
    <Server><Host>ftp</Host><Name>No key</Name></Server>
    <Server><Keyfile>/home/alice/.ssh/id</Keyfile></Server></Servers></FileZilla3>`;
  expect(sitesInSitemanager(xml)).toEqual([
    { path: 'C:\\keys\\a & b.ppk', source: 'filezilla', name: 'A <x> éé' },
    { path: '/home/alice/.ssh/id', source: 'filezilla' },
  ]);
});

it('takes broken and endless text in time', () => {
  const startMs = performance.now();
  for (const part of ['<Server>', '<Keyfile>', '<Server><Keyfile>', '&amp;', '&#', '</Server>'])
    sitesInSitemanager(`<Server><Keyfile>${part.repeat(200_000)}`);
  expect(sitesInSitemanager('<Server><Keyfile>&#99999999;&#x110000;</Keyfile>')).toHaveLength(1);
  expect(performance.now() - startMs).toBeLessThan(2000);
});
