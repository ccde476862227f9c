// Writes sessions and a Startup folder as PuTTY, WinSCP and Windows do, and prints what is found of them. Arguments: a key file, a
// shortcut to Pageant in base64.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { win32 } from 'node:path';
import { findKeyFiles } from '../../../main/get-started/find-key-files.ts';
import { ownProfile } from '../../../main/get-started/own-profile.ts';

const [keyFile = '', shortcut = ''] = process.argv.slice(2);
const putty = 'HKCU\\Software\\SimonTatham\\PuTTY\\Sessions';
const winscp = 'HKCU\\Software\\Martin Prikryl\\WinSCP 2\\Sessions';
const reg = (...words: string[]) => execFileSync('reg.exe', words, { stdio: 'ignore' });
const set = (key: string, name: string, value: string) =>
  reg('add', key, '/v', name, '/t', 'REG_SZ', '/d', value, '/f');

const home = win32.dirname(keyFile);
const env = { ...process.env, APPDATA: home };
const profile = { ...ownProfile(), env, home };
const before = await findKeyFiles(profile);
set(`${putty}\\web%201`, 'PublicKeyFile', keyFile);
set(`${putty}\\elsewhere`, 'PublicKeyFile', '\\\\server.invalid\\share\\key.ppk');
set(`${winscp}\\work`, 'PublicKeyFile', keyFile.replaceAll('\\', '%5C'));
const startup = win32.join(home, 'Microsoft\\Windows\\Start Menu\\Programs\\Startup');
mkdirSync(startup, { recursive: true });
writeFileSync(win32.join(startup, 'Pageant.lnk'), Buffer.from(shortcut, 'base64'));
const found = await findKeyFiles(profile);
reg('delete', putty, '/f');
reg('delete', winscp, '/f');
process.stdout.write(JSON.stringify({ before, found }));
