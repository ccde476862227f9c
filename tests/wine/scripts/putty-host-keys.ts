// Stores an RSA host key as PuTTY does, and prints what we call it then. Arguments: modulus in hex, blob in base64.
import { execFileSync } from 'node:child_process';
import { parsePublicKey } from '../../../main/keys/kinds/parse-public-key.ts';
import { createFileHostNames } from '../../../main/stored/hosts/file-host-names.ts';
import { hostFiles } from '../../../main/stored/hosts/host-files.ts';
import { readPuttyRegistry } from '../../../main/stored/hosts/putty-registry.ts';

const [modulus = '', blob = ''] = process.argv.slice(2);
const key = 'HKCU\\Software\\SimonTatham\\PuTTY\\SshHostKeys';
const set = (name: string, value: string, type = 'REG_SZ') =>
  execFileSync('reg.exe', ['add', key, '/v', name, '/t', type, '/d', value, '/f'], { stdio: 'ignore' });

const before = await readPuttyRegistry();
set('rsa2@2222:putty.example', `0x10001,0x${modulus}`);
set('rsa2@22:fe80%3A%3A1', `0x10001,0x${modulus}`);
set('a number', '7', 'REG_DWORD');
const names = createFileHostNames({
  files: hostFiles('win32', {}, 'C:\\nowhere'),
  readPuttyRegistry,
  elapsedMs: () => performance.now(),
  log: () => {},
});
const known = await names.nameOf(parsePublicKey(Buffer.from(blob, 'base64')));
execFileSync('reg.exe', ['delete', key, '/f'], { stdio: 'ignore' });
process.stdout.write(JSON.stringify({ before, known, after: await readPuttyRegistry() }));
