// Windows itself, as setting up asks it.
import { join, win32 } from 'node:path';
import { userRegistryStrings } from '../../ipc/win32/registry/registry-strings.ts';
import { removeUserRegistryValue, setUserRegistryString } from '../../ipc/win32/registry/registry-write.ts';
import { queryService } from '../../ipc/win32/services/query-service.ts';
import { runElevated } from '../../ipc/win32/services/run-elevated.ts';
import type { WindowsCalls } from './changes/windows-calls.ts';
import { findPosixRoots, lastingHome } from './find-posix-roots.ts';

const runKey = 'Software\\Microsoft\\Windows\\CurrentVersion\\Run';

/** Undefined on other systems. `home` is the person's folder. */
export function openWindowsCalls(
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): WindowsCalls | undefined {
  if (process.platform !== 'win32') return undefined;
  const appData = env['APPDATA'] || win32.join(home, 'AppData', 'Roaming');
  return {
    posixRoots: findPosixRoots,
    lastingHome,
    service: queryService,
    runValues: () => userRegistryStrings(runKey),
    setRunValue: (name, value) => setUserRegistryString(runKey, name, value),
    removeRunValue: (name) => removeUserRegistryValue(runKey, name),
    startupFolder: join(appData, 'Microsoft', 'Windows', 'Start Menu', 'Programs', 'Startup'),
    runElevated,
  };
}
