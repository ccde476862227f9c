// Sets up an invented Cygwin and MSYS2, by what their installers tell Windows, and takes that back. Argument: a folder; without
// one it only says how MSYS2 stands, and with a folder and `left` how Cygwin does that Windows was told is there.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { win32 } from 'node:path';
import { openSetUp } from '../../../main/set-up/open-set-up.ts';

const [folder = '', left] = process.argv.slice(2);
const userName = process.env['USERNAME'] ?? '';
const reg = (...words: string[]) => execFileSync('reg.exe', words, { stdio: 'ignore' });
const cygwinKey = 'HKLM\\Software\\Cygwin';
const msys2Key = 'HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\{msys2}';
const [cygwin, msys2] = [win32.join(folder, 'cyg win'), win32.join(folder, 'msys64')];
const write = (root: string, name: string, text: string) => {
  const path = win32.join(root, name);
  mkdirSync(win32.dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
};

const setUp = openSetUp({
  env: { ...process.env, APPDATA: folder },
  addressOf: (door) => (door === 'cygwin-socket' ? 'C:\\Users\\Mary O’B\\.ssh\\sallyport.sock' : undefined),
  doorsPlace: '',
  command: undefined,
});
const stateOf = async (id: string) => {
  const { status, sentence } = await setUp.lookAt(id);
  return `${status}: ${sentence}`;
};

if (folder === '') {
  process.stdout.write(await stateOf('msys2'));
  process.exit(0);
}
if (left !== undefined) {
  reg('add', `${cygwinKey}\\setup`, '/v', 'rootdir', '/d', folder, '/f');
  process.stdout.write(await stateOf('cygwin'));
  reg('delete', cygwinKey, '/f');
  process.exit(0);
}
const before = await stateOf('cygwin');
reg('add', `${cygwinKey}\\setup`, '/v', 'rootdir', '/d', cygwin, '/f');
reg('add', msys2Key, '/v', 'DisplayName', '/d', 'MSYS2 64bit', '/f');
reg('add', msys2Key, '/v', 'InstallLocation', '/d', msys2, '/f');
for (const root of [cygwin, msys2]) write(root, 'etc\\profile', '');
write(msys2, 'etc\\nsswitch.conf', 'db_home: /home/of/%U\n');
const unmade = await stateOf('cygwin');
const login = write(cygwin, `home\\${userName}\\.bash_profile`, '# mine\nexport A=1');
mkdirSync(win32.join(msys2, 'home\\of', userName), { recursive: true });
const profile = win32.join(msys2, 'home\\of', userName, '.profile');
for (const id of ['cygwin', 'msys2']) await setUp.apply(id, (await setUp.lookAt(id)).token);
const made = [readFileSync(login, 'utf8'), readFileSync(profile, 'utf8')];
const after = [await stateOf('cygwin'), await stateOf('msys2')];
for (const { id } of await setUp.made()) await setUp.undo(id);
const undone = [readFileSync(login, 'utf8'), existsSync(profile)];
reg('delete', cygwinKey, '/f');
reg('delete', msys2Key, '/f');
process.stdout.write(JSON.stringify({ before, unmade, made, after, undone }));
process.exit(0);
