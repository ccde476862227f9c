// What setting up reads and writes of Windows: services, the Run key, a command (Wine asks nobody for an administrator).
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { replaceFile } from '../../../ipc/win32/security/replace-file.ts';
import { openWindowsCalls } from '../../../main/set-up/open-windows-calls.ts';

const windows = openWindowsCalls(process.env, homedir());
if (windows === undefined) throw new Error('this is no Windows');
const name = 'Sallyport test Ω';
const valuesNamed = () => windows.runValues().filter((one) => one.name === name);

windows.setRunValue(name, '"C:\\x\\pageant.exe" “k”');
const set = valuesNamed();
windows.removeRunValue(name);
windows.removeRunValue(name);
const mark = `${homedir()}\\elevated.txt`;
const isAllowed = await windows.runElevated(`echo done>"${mark}"`);
const isMade = existsSync(mark);
rmSync(mark, { force: true });
const [oldFile, newFile] = [join(homedir(), 'old.txt'), join(homedir(), 'new.txt')];
writeFileSync(oldFile, 'old');
writeFileSync(newFile, 'new');
replaceFile(oldFile, newFile);
process.stdout.write(
  JSON.stringify({
    set,
    removed: valuesNamed(),
    missing: windows.service('no-such-service') ?? null,
    service: windows.service('PlugPlay'),
    startupFolder: windows.startupFolder,
    isAllowed,
    isMade,
    replaced: [readFileSync(oldFile, 'utf8'), existsSync(newFile)],
  }),
);
process.exit(0);
