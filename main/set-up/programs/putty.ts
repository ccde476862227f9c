// PuTTY and its relatives: they find Sallyport by Pageant's name, which a Pageant that starts first would take.
import { join, win32 } from 'node:path';
import { foreignName } from '../../../text/foreign-text.ts';
import { doorTitle } from '../../doors/door-kinds.ts';
import { namesInFolder } from '../../get-started/files/folder-names.ts';
import { maxShortcutBytes, readSettingsFile } from '../../get-started/files/read-settings-file.ts';
import { testDoor } from '../../use-with/self-test.ts';
import type { Change } from '../changes/change-kinds.ts';
import { pageantPattern } from '../changes/startup-change.ts';
import type { Surroundings } from '../changes/surroundings.ts';
import type { WindowsCalls } from '../changes/windows-calls.ts';
import { notOpen, type Program, type ProgramLook } from './program.ts';

const maxEntries = 1000;

/** Below “Program Files”, and by their names in PATH. */
const installed = [
  'PuTTY\\putty.exe',
  'WinSCP\\WinSCP.exe',
  'FileZilla FTP Client\\filezilla.exe',
  'TortoiseGit\\bin\\TortoiseGitPlink.exe',
];

function findPutty(around: Surroundings): string | undefined {
  const { platform, env } = around;
  const folders = platform === 'win32' ? [env['ProgramFiles'], env['ProgramFiles(x86)']] : [];
  const paths = folders.flatMap((folder) =>
    folder ? installed.map((name) => win32.join(folder, name)) : [],
  );
  return [...paths, 'putty', 'plink']
    .map((program) => around.find(program))
    .find((path) => path !== undefined);
}

/** A shortcut names its program as text of one or two bytes a character, among other things ([MS-SHLLINK]). */
async function leadsToPageant(path: string): Promise<boolean> {
  const bytes = await readSettingsFile(path, maxShortcutBytes);
  return bytes !== undefined && pageantPattern.test(bytes.toString('latin1').replaceAll('\0', ''));
}

/** SECURITY: whoever fills that folder must not keep us busy, nor have another machine asked by a link. */
async function startupNames(folder: string): Promise<readonly string[]> {
  const isWanted = ({ name }: { name: string }) => pageantPattern.test(name) || /\.lnk$/i.test(name);
  try {
    return (await namesInFolder(folder, maxEntries, isWanted)).names;
  } catch {
    return [];
  }
}

async function pageantAtSignIn(windows: WindowsCalls): Promise<readonly Change[]> {
  const { startupFolder } = windows;
  const names: string[] = [];
  for (const name of await startupNames(startupFolder))
    if (pageantPattern.test(name) || (await leadsToPageant(join(startupFolder, name)))) names.push(name);
  return [
    ...names.map((name): Change => ({ kind: 'startup-file', name })),
    ...windows
      .runValues()
      .flatMap(({ name, value }): readonly Change[] =>
        pageantPattern.test(value) ? [{ kind: 'run-value', name, value }] : [],
      ),
  ];
}

const doorNames = ['pageant-pipe', 'copydata'];

async function lookOnWindows(around: Surroundings): Promise<ProgramLook> {
  const where = findPutty(around);
  const at = where === undefined ? {} : { where };
  const changes = around.windows === undefined ? [] : await pageantAtSignIn(around.windows);
  const isOpen = doorNames.some((door) => around.addressOf(door) !== undefined);
  if (changes.length > 0) {
    const now = isOpen ? 'PuTTY’s programs ask Sallyport now.' : notOpen('Pageant’s pipe', around);
    return {
      ...at,
      status: 'can',
      sentence: `${now} But Pageant starts when you sign in, and may take the name first. Set up, it does not.`,
      changes,
      notes: ['Keys that Pageant is given there are not added to Sallyport by this: add their files.'],
    };
  }
  if (where === undefined && !isOpen) return { status: 'missing', sentence: 'PuTTY is not installed.' };
  return isOpen
    ? {
        ...at,
        status: 'works',
        sentence:
          'PuTTY, plink, WinSCP and FileZilla find Sallyport by themselves, as they would find Pageant.',
      }
    : { ...at, status: 'blocked', sentence: notOpen('Pageant’s pipe', around) };
}

function lookElsewhere(around: Surroundings): ProgramLook {
  const where = findPutty(around);
  if (where === undefined) return { status: 'missing', sentence: 'PuTTY is not installed.' };
  const address = around.addressOf('unix-socket');
  if (address === undefined)
    return { status: 'blocked', where, sentence: notOpen('The Unix socket', around) };
  return around.env['SSH_AUTH_SOCK'] === address
    ? { status: 'works', where, sentence: 'PuTTY asks Sallyport where SSH_AUTH_SOCK is set as it is here.' }
    : {
        status: 'blocked',
        where,
        sentence: 'PuTTY looks at SSH_AUTH_SOCK: set up the programs of your session, and PuTTY follows.',
      };
}

async function test(around: Surroundings) {
  const pageant = around.platform === 'win32' ? undefined : around.find('pageant');
  const address = around.addressOf('unix-socket');
  if (pageant !== undefined && address !== undefined) {
    // PuTTY's own client of an agent, which on Windows has no such command.
    const { code, output } = await around.run(pageant, ['-l'], { env: { SSH_AUTH_SOCK: address } });
    const count = output.split('\n').filter((line) => line.trim() !== '').length;
    const keys = count === 1 ? '1 key' : `${count} keys`;
    return code === 0
      ? { isWorking: true, message: `${foreignName(pageant)} lists ${keys} at ${foreignName(address)}.` }
      : { isWorking: false, message: `${foreignName(pageant)} gets no answer at ${foreignName(address)}.` };
  }
  for (const door of [...doorNames, 'unix-socket']) {
    const open = door === 'copydata' ? undefined : around.addressOf(door);
    if (open !== undefined) return await testDoor(doorTitle(door), open);
  }
  return { isWorking: false, message: notOpen('Pageant’s pipe', around) };
}

export const puttyProgram: Program = {
  id: 'putty',
  title: 'PuTTY and its relatives',
  summary: 'nothing; on Windows, that Pageant does not start when you sign in',
  look: async (around) => (around.platform === 'win32' ? lookOnWindows(around) : lookElsewhere(around)),
  test,
};
