// The process with a foreign library, of a program without Electron: Node.js with the same code as we run.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { frame, MessageParser } from '../../ipc/transports/streams/message-framing.ts';
import type { LibraryChannel, LibraryEnds, StartLibraryProcess } from './library-channel.ts';
import { libraryEnvironment } from './library-environment.ts';
import { libraryHostPath } from './library-host-path.ts';
import { maxLibraryMessageBytes } from './library-messages.ts';

/** Where Node.js knows it (22.14 and later): no handler that would open a debugger before our first line. */
const debugSignalFlag = '--disable-sigusr1';
// Asked when it is needed: Node.js makes the set of all its flags then, which takes half a millisecond.
const nodeFlags = () => (process.allowedNodeEnvironmentFlags.has(debugSignalFlag) ? [debugSignalFlag] : []);

/**
 * Its stream of messages is descriptor 3, since a library may write to standard output what it likes. SECURITY: it is not
 * detached, and so on Windows in the job of libuv whose processes the kernel ends with us; on Linux it sees to that itself.
 */
function spawnHost(host: string, program: string, env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(process.execPath, [...nodeFlags(), host, program, String(process.pid)], {
    cwd: process.platform === 'win32' ? undefined : '/',
    env: libraryEnvironment(env),
    // On Windows reading would hold up writing without “overlapped”; elsewhere it is a pipe.
    stdio: ['ignore', 'ignore', 'ignore', 'overlapped'],
    windowsHide: true,
  });
}

function readMessages(stream: Duplex, { onMessage, onEnd }: LibraryEnds): void {
  const parser = new MessageParser(maxLibraryMessageBytes);
  stream.on('data', (chunk: Uint8Array) => {
    for (const message of parser.push(chunk)) onMessage(message);
    // SECURITY: what follows is not read, so that a library can't fill our memory.
    if (!parser.oversized) return;
    stream.destroy();
    onEnd();
  });
  stream.on('close', onEnd);
  stream.on('error', onEnd);
}

/** `host` is the file that runs in it, where that is not the usual one. */
export function startChildLibraryProcess(
  host: string = libraryHostPath(),
  env: NodeJS.ProcessEnv = process.env,
): StartLibraryProcess {
  return (program, ends): LibraryChannel => {
    const child = spawnHost(host, program, env);
    const stream = child.stdio[3] as Duplex;
    child.on('error', ends.onEnd);
    child.on('exit', ends.onEnd);
    readMessages(stream, ends);
    // It does not keep us; it ends when we do.
    child.unref();
    (stream as Duplex & { unref?: () => void }).unref?.();
    return {
      send(message) {
        const framed = frame(message);
        message.fill(0);
        stream.write(framed, () => framed.fill(0));
      },
      kill() {
        stream.destroy();
        child.kill('SIGKILL');
      },
    };
  };
}
