// A command run as administrator, after Windows' own question to the person.
import { join } from 'node:path';
import { closeHandle, kernel32 } from '../libraries/kernel32.ts';
import { systemDirectory } from '../libraries/native-library.ts';
import { type ShellExecuteInfo, shell32 } from '../libraries/shell32.ts';

const SEE_MASK_NOCLOSEPROCESS = 0x40;
const SEE_MASK_NOASYNC = 0x100;
const SEE_MASK_FLAG_NO_UI = 0x400;
const SW_HIDE = 0;
const waitMs = 60_000;

function execute(info: ShellExecuteInfo): Promise<boolean> {
  return new Promise((resolve, reject) => {
    // SAFETY: koffi holds the structure and its texts until the call has ended; that waits for the person, on its own thread.
    shell32().ShellExecuteExW.async(info, (error, done) => (error ? reject(error) : resolve(done !== 0)));
  });
}

/**
 * Runs `command` in Windows' command processor, without a window, and waits a minute at the most for its end. Resolves with
 * whether it was started: not where the person has said no.
 *
 * SECURITY: `/d` leaves out what the person's registry has the command processor run first, which any program of theirs may
 * have put there; programs are looked for in Windows' own folder first.
 */
export async function runElevated(command: string): Promise<boolean> {
  const directory = systemDirectory();
  const info: ShellExecuteInfo = {
    cbSize: shell32().executeInfoBytes,
    fMask: SEE_MASK_NOCLOSEPROCESS | SEE_MASK_NOASYNC | SEE_MASK_FLAG_NO_UI,
    lpVerb: 'runas',
    lpFile: join(directory, 'cmd.exe'),
    lpParameters: `/d /c ${command}`,
    lpDirectory: directory,
    nShow: SW_HIDE,
  };
  if (!(await execute(info))) return false;
  const { hProcess } = info;
  if (!hProcess) return true;
  await new Promise<void>((resolve) => {
    // SAFETY: the handle is ours until it is closed below.
    kernel32().WaitForSingleObject.async(hProcess, waitMs, () => resolve());
  });
  closeHandle(hProcess);
  return true;
}
