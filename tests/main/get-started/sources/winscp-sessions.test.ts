// The key files of WinSCP's sessions, in an invented registry and in WinSCP.ini.
import { expect, it } from 'vitest';
import {
  keysOfWinscpSessions,
  sessionsInWinscpIni,
} from '../../../../main/get-started/sources/winscp-sessions.ts';
import { inventedRegistry, profile } from './invented-registry.ts';

const sessions = 'Software\\Martin Prikryl\\WinSCP 2\\Sessions';

it('undoes what WinSCP does to names and values', async () => {
  const registry = inventedRegistry({
    [`${sessions}\\work/%EF%BB%BFcaf%C3%A9`]: { PublicKeyFile: 'C:%5Ckeys%5C%EF%BB%BFcaf%C3%A9.ppk' },
    [`${sessions}\\old`]: { PublicKeyFile: 'C:\\keys\\100%.ppk', DetachedCertificate: 'C:%5Ckeys%5Cold.pub' },
    [`${sessions}\\none`]: { HostName: 'x' },
  });
  const { files } = await keysOfWinscpSessions(profile({ registry }));
  expect(files).toEqual([
    { path: 'C:\\keys\\\ufeffcafé.ppk', source: 'winscp', name: 'work/\ufeffcafé' },
    { path: 'C:\\keys\\100%.ppk', source: 'winscp', name: 'old', certificate: 'C:\\keys\\old.pub' },
  ]);
});

it('reads sessions of WinSCP.ini alone, not other sections', () => {
  const ini = [
    '[Configuration\\Interface]',
    'PublicKeyFile=C:%5Cnot%5Cof%5Ca%5Csession.ppk',
    '[Sessions\\web%201]',
    'HostName=web.example.com',
    'PublicKeyFile=%EF%BB%BFC:%5Ckeys%5C%C3%A9.ppk',
    '[Sessions\\keyless]',
    'HostName=x',
    '[SshHostKeys]',
    'rsa2@22:x=0x1',
    '',
  ].join('\r\n');
  expect(sessionsInWinscpIni(ini)).toEqual([{ path: 'C:\\keys\\é.ppk', source: 'winscp', name: 'web 1' }]);
});
