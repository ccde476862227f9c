// The keys that Pageant is started with when the person signs in: by a shortcut in the Startup folder, or by a Run entry.
import { win32 } from 'node:path';
import { namesInFolder } from '../files/folder-names.ts';
import { localPath } from '../files/local-path.ts';
import { maxShortcutBytes, readSettingsFile } from '../files/read-settings-file.ts';
import { splitCommandLine } from './command-line.ts';
import { parseShellLink, type ShellLink } from './shell-link.ts';
import type { NamedFile, Profile, SourceReport } from './source.ts';

const startupFolder = 'Microsoft\\Windows\\Start Menu\\Programs\\Startup';
const runKey = 'Software\\Microsoft\\Windows\\CurrentVersion\\Run';
const maxShortcuts = 200;
const maxLineCharacters = 16_384;

const isPageant = (program: string) => /(^|[\\/])pageant[^\\/]*(\.exe)?$/i.test(program);
const isKeyFile = (word: string) => /\.ppk$/i.test(word);

/** As Pageant reads its own command line (windows/pageant.c): after -c comes a command, after some options their value. */
function keyFilesAmong(words: readonly string[]): readonly string[] {
  const files: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    if (!word.startsWith('-')) files.push(word);
    else if (/^--?c$/.test(word)) break;
    else if (/^--?(openssh[-_]config|unix)$/.test(word)) index++;
  }
  return files;
}

function whole(file: string, workingDir: string | undefined): string {
  return win32.isAbsolute(file) || workingDir === undefined ? file : win32.join(workingDir, file);
}

/** Exported for tests: of a shortcut to Pageant, or to key files that Pageant opens. */
export function keysOfShortcut(link: ShellLink, name: string): readonly NamedFile[] {
  const { target = '', workingDir } = link;
  const words = splitCommandLine(link.arguments.slice(0, maxLineCharacters));
  const named = isPageant(target)
    ? keyFilesAmong(words)
    : [target, ...words].filter((word) => isKeyFile(word));
  return named.map((file) => ({ path: whole(file, workingDir), source: 'pageant', name }));
}

async function shortcutsIn(dir: string): Promise<readonly NamedFile[]> {
  const found = await localPath(dir);
  if ('problem' in found) return [];
  const files: NamedFile[] = [];
  const { names } = await namesInFolder(found.path, maxShortcuts, ({ name }) => /\.lnk$/i.test(name));
  for (const name of names) {
    const bytes = await readSettingsFile(win32.join(found.path, name), maxShortcutBytes);
    const link = bytes && parseShellLink(bytes);
    if (link) files.push(...keysOfShortcut(link, name.replace(/\.lnk$/i, '')));
  }
  return files;
}

/** Exported for tests: of a Run entry, whose program may stand without quotation marks. */
export function keysOfRunEntry(name: string, line: string): readonly NamedFile[] {
  const [program = '', ...words] = splitCommandLine(line.slice(0, maxLineCharacters));
  return isPageant(program) ? keyFilesAmong(words).map((path) => ({ path, source: 'pageant', name })) : [];
}

export async function keysOfPageantStart({ platform, env, registry }: Profile): Promise<SourceReport> {
  if (platform !== 'win32') return { files: [], notes: [] };
  const { APPDATA, ProgramData } = env;
  const dirs = [APPDATA, ProgramData].filter((dir) => dir).map((dir = '') => win32.join(dir, startupFolder));
  const shortcuts = [];
  for (const dir of dirs) shortcuts.push(...(await shortcutsIn(dir).catch(() => [])));
  const entries = (await registry?.strings(runKey)) ?? [];
  return {
    files: [...shortcuts, ...entries.flatMap(({ name, value }) => keysOfRunEntry(name, value))],
    notes: [],
  };
}
