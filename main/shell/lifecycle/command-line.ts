// What a start of the program asks for. SECURITY (SECURITY.md, "Windows"): a second start is another program's
// word, so every argument is taken for hostile: only names of files on this machine pass.
import { statSync } from 'node:fs';
import { resolve } from 'node:path';

const maxFiles = 32;
const maxPathCharacters = 4096;

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * The key files named in `argv`, whose first `skip` entries are the program itself. Switches are ignored: Chromium
 * has its own among them. Relative names are taken from `workingDirectory`.
 */
export function keyFilesOf(argv: readonly string[], skip: number, workingDirectory: string): string[] {
  return (
    argv
      .slice(skip)
      .filter((argument) => argument.length > 0 && argument.length <= maxPathCharacters)
      .filter((argument) => !argument.startsWith('-') && !argument.includes('\0'))
      .map((argument) => resolve(workingDirectory, argument))
      // Windows would send the user's credentials to the machine that such a path names.
      .filter((path) => !/^[\\/]{2}/.test(path))
      .filter(isFile)
      .slice(0, maxFiles)
  );
}

/** Started by the system at login: no window is shown then. */
export const startedAtLogin = (argv: readonly string[]): boolean => argv.includes('--at-login');

/** Started by the installer, which replaces or removes the program that runs: that one is to end. */
export const asksToQuit = (argv: readonly string[]): boolean => argv.includes('--quit');
