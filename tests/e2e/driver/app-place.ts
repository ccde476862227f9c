// Where a started program keeps its files and is reached, and the environment that tells it so.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ownPipeName } from '../../../ipc/transports/pipes/own-pipe.ts';

export interface AppPlace {
  /** What clients connect to. On Windows all programs of a user share it: no other Sallyport may run. */
  readonly socketPath: string;
  readonly dataDirectory: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The place below `home`, whose folders are made. */
export function makeAppPlace(home: string): AppPlace {
  const dataDirectory = join(home, 'userData');
  if (process.platform === 'win32') {
    const [appData, localAppData] = [join(home, 'AppData', 'Roaming'), join(home, 'AppData', 'Local')];
    for (const folder of [appData, localAppData]) mkdirSync(folder, { recursive: true });
    return {
      socketPath: ownPipeName(),
      dataDirectory,
      // os.homedir() is USERPROFILE. Electron asks Windows for its folders, and gets its own by a switch.
      env: { USERPROFILE: home, APPDATA: appData, LOCALAPPDATA: localAppData },
    };
  }
  const runtimeDirectory = join(home, 'run');
  mkdirSync(runtimeDirectory, { recursive: true, mode: 0o700 });
  return {
    socketPath: join(runtimeDirectory, 'sallyport', 'agent.sock'),
    dataDirectory,
    env: { HOME: home, XDG_CONFIG_HOME: join(home, 'config'), XDG_RUNTIME_DIR: runtimeDirectory },
  };
}
