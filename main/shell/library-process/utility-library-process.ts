// The process with a foreign library, of the tray application: Electron's own kind, since its fuses keep the program from
// being a plain Node.js.
import { utilityProcess } from 'electron';
import type { StartLibraryProcess } from '../../library-process/library-channel.ts';
import { libraryEnvironment } from '../../library-process/library-environment.ts';
import { libraryHostPath } from '../../library-process/library-host-path.ts';
import { maxLibraryMessageBytes } from '../../library-process/library-messages.ts';

/** Only once Electron is ready. */
export const startUtilityLibraryProcess: StartLibraryProcess = (program, { onMessage, onEnd }) => {
  const child = utilityProcess.fork(libraryHostPath(), [program], {
    env: libraryEnvironment(process.env) as Record<string, string>,
    stdio: 'ignore',
    serviceName: 'Sallyport: library for keys',
  });
  child.on('exit', onEnd);
  child.on('message', (message: unknown) => {
    if (message instanceof Uint8Array && message.length <= maxLibraryMessageBytes) onMessage(message);
    else onEnd();
  });
  return {
    send(message) {
      // Copied into Electron's own memory at once.
      child.postMessage(message);
      message.fill(0);
    },
    kill: () => void child.kill(),
  };
};
