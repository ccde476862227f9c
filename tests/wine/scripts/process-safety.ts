// Calls the parts of ipc/win32 that look at processes, connections and files, one at a time, for a test.
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { kernel32 } from '../../../ipc/win32/libraries/kernel32.ts';
import { koffi } from '../../../ipc/win32/libraries/native-library.ts';
import { PipeAcceptor } from '../../../ipc/win32/pipes/pipe-acceptor.ts';
import { ObservedProcess } from '../../../ipc/win32/processes/process-facts.ts';
import { peerOfTcp } from '../../../ipc/win32/processes/tcp-peer.ts';
import { currentUserSid } from '../../../ipc/win32/security/current-user.ts';
import { securityOf } from '../../../ipc/win32/security/object-security.ts';
import { restrictProcessAccess } from '../../../ipc/win32/security/process-hardening.ts';
import { protectFile, unprotectFile } from '../../../ipc/win32/security/protect-file.ts';
import { hardenProcess } from '../../../main/process/harden-process.ts';
import { serveControl } from '../lane/control-server.ts';

const loadLibrary = koffi().load('kernel32.dll').func('void * __stdcall LoadLibraryW(str16)');
const opened: Socket[] = [];
const server = createServer((socket) => opened.push(socket));

async function listen(): Promise<number> {
  if (!server.listening) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }
  return (server.address() as AddressInfo).port;
}

async function connectTo(port: number): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  opened.push(socket);
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  return socket.localPort ?? 0;
}

function tryToWrite(path: string): string {
  try {
    closeSync(openSync(path, 'r+'));
    return 'written';
  } catch (error: unknown) {
    return String((error as NodeJS.ErrnoException).code);
  }
}

async function describeProcess(pid: number) {
  const asking = new ObservedProcess(pid);
  try {
    return await asking.describe();
  } finally {
    asking.close();
  }
}

const stopControl = serveControl({
  pid: () => process.pid,
  userSid: () => currentUserSid(),
  describe: ({ pid }: { pid: number }) => describeProcess(pid),
  /** Starts a child that stays, and describes it. */
  describeChild: async (exe: string) => {
    const child = spawn(exe, ['hold', `\\\\.\\pipe\\child-of-${process.pid}`], { stdio: 'ignore' });
    try {
      return (await describeProcess(child.pid ?? 0)) ?? null;
    } finally {
      child.kill();
    }
  },
  /** Describes a child that was there when it was taken hold of, and has ended since; then, after letting it go. */
  describeEnded: async (exe: string) => {
    const child = spawn(exe, ['hold', `\\\\.\\pipe\\child-of-${process.pid}`], { stdio: 'ignore' });
    const [described, letGo] = [new ObservedProcess(child.pid ?? 0), new ObservedProcess(child.pid ?? 0)];
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill();
    await ended;
    letGo.close();
    try {
      return [(await described.describe()) ?? null, (await letGo.describe()) ?? null];
    } finally {
      described.close();
    }
  },
  /** Milliseconds that a description takes after one whose reading has seemed to take two seconds. */
  describeAfterPause: async () => {
    // Earlier readings need no rest any more, so that this one begins at once.
    await delay(1_000);
    const first = describeProcess(process.pid);
    await new Promise((resolve) => process.nextTick(resolve));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_000);
    await first;
    const from = performance.now();
    await describeProcess(process.pid);
    return performance.now() - from;
  },
  /** Two descriptions, with nothing else that keeps the process. */
  describeAtEnd: () => {
    setImmediate(async () => {
      stopControl();
      await describeProcess(process.pid);
      await describeProcess(process.pid);
      process.stdout.write('described twice\n');
    });
  },
  listen,
  connect: connectTo,
  peerOfTcp: ({ local, remote }: { local: number; remote: number }) => peerOfTcp(local, remote),
  protect: (path: string) => {
    writeFileSync(path, 'secret');
    protectFile(path);
    const attributes = kernel32().GetFileAttributesW(path);
    const content = readFileSync(path, 'utf8');
    unprotectFile(path);
    const afterwards = tryToWrite(path);
    unlinkSync(path);
    return { attributes, content, afterwards };
  },
  protectMissing: (path: string) => protectFile(path),
  harden: async (as: 'agent' | 'tray') => {
    await hardenProcess(as === 'agent' ? {} : { dllsAlsoFrom: 'application' });
  },
  // Not by koffi, which looks in the working directory, too, for what Windows has not found.
  loadByName: (name: string) => loadLibrary(name) !== null,
  workIn: (folder: string) => process.chdir(folder),
  restrictProcess: () => {
    restrictProcessAccess();
    return securityOf(kernel32().GetCurrentProcess());
  },
  /** Takes a name without looking first whether somebody has it. */
  openPipe: async (name: string) => {
    const acceptor = new PipeAcceptor(name, { onClient: () => {}, onLost: () => {} });
    try {
      acceptor.open();
      return 'opened';
    } catch (error: unknown) {
      return (error as Error).name;
    } finally {
      await acceptor.close();
    }
  },
  end: () => {
    for (const socket of opened) socket.destroy();
    server.close();
    setImmediate(stopControl);
  },
});
