// The key files of PuTTY's sessions in an invented registry.
import { expect, it } from 'vitest';
import { keysOfPuttySessions } from '../../../../main/get-started/sources/putty-sessions.ts';
import { inventedRegistry, profile } from './invented-registry.ts';

const sessions = 'Software\\SimonTatham\\PuTTY\\Sessions';

it('names the key file, the session and the certificate', async () => {
  const registry = inventedRegistry({
    [`${sessions}\\Default%20Settings`]: { PublicKeyFile: '' },
    [`${sessions}\\web%20caf%C3%A9`]: {
      PublicKeyFile: 'C:\\keys\\web.ppk',
      DetachedCertificate: 'C:\\keys\\web.pub',
    },
    [`${sessions}\\odd%E0%`]: { PublicKeyFile: 'C:\\keys\\odd.ppk' },
    [`${sessions}\\none`]: {},
  });
  expect(await keysOfPuttySessions(profile({ registry }))).toEqual({
    files: [
      { path: 'C:\\keys\\web.ppk', source: 'putty', name: 'web café', certificate: 'C:\\keys\\web.pub' },
      { path: 'C:\\keys\\odd.ppk', source: 'putty', name: 'odd%E0%' },
    ],
    notes: [],
  });
});

it('looks through no more than 2,000 sessions, and says so', async () => {
  const many = Array.from({ length: 10_000 }, (_, number) => [
    `${sessions}\\s${number}`,
    { PublicKeyFile: `C:\\k${number}` },
  ]);
  const registry = inventedRegistry(Object.fromEntries(many));
  const { files, notes } = await keysOfPuttySessions(profile({ registry }));
  expect(files).toHaveLength(2000);
  expect(notes).toEqual(['PuTTY has more than 2000 saved sessions; only these were looked through.']);
});

it('is nothing where there is no registry', async () => {
  expect(await keysOfPuttySessions(profile({ platform: 'linux' }))).toEqual({ files: [], notes: [] });
});
