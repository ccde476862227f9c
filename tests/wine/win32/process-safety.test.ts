import { once } from 'node:events';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectDir, windowsPath } from '../lane/paths.ts';
import {
  bundleForWindows,
  compileWindowsC,
  compileWindowsDll,
  describeWindows,
  laneWorkDir,
  nodeExe,
  startWindows,
  startWindowsExe,
  type WindowsProgram,
} from '../lane/windows-program.ts';

interface Facts {
  readonly pid: number;
  readonly executable: string;
  readonly parents: readonly { readonly pid: number; readonly executable?: string }[];
  readonly connections: readonly { readonly address: string; readonly port: number }[];
}

const FILE_ATTRIBUTE_READONLY = 1;
const FILE_ATTRIBUTE_SYSTEM = 4;

describeWindows('what Windows tells about a process', () => {
  let script: string;
  let program: WindowsProgram;
  let client: string;

  beforeAll(async () => {
    script = await bundleForWindows(join(projectDir, 'tests/wine/scripts/process-safety.ts'));
    client = compileWindowsC(join(projectDir, 'tests/wine/clients/pipe-client.c'), ['advapi32', 'ws2_32']);
    program = startWindows(script);
  });

  afterAll(async () => {
    await program.ask('end');
    expect((await program.result).exitCode).toBe(0);
  });

  test('has its executable and the program that has started it', async () => {
    const pid = await program.ask<number>('pid');
    const child = await program.ask<Facts>('describeChild', windowsPath(client));
    expect(child.executable).toMatch(/\\pipe-client-[\w-]+\.exe$/);
    expect(child.parents[0]).toMatchObject({ pid, executable: expect.stringMatching(/\\node\.exe$/) });
  });

  test('ends before the desktop and the system', async () => {
    const { parents } = await program.ask<Facts>('describe', { pid: await program.ask('pid') });
    expect(parents.map((parent) => parent.executable?.split('\\').at(-1))).not.toContain('explorer.exe');
  });

  test('is nothing for a process that is no more', async () => {
    expect(await program.ask('describe', { pid: 0x7fff_fffc })).toBeNull();
  });

  test('has the program of a process that has ended since it was taken hold of, until it is let go', async () => {
    const [described, letGo] = await program.ask<(Facts | null)[]>('describeEnded', windowsPath(client));
    expect(described?.executable).toMatch(/\\pipe-client-[\w-]+\.exe$/);
    expect(letGo).toBeNull();
  });

  test('does not keep those who ask for long after a reading that took long, as when the machine has slept', async () => {
    expect(await program.ask<number>('describeAfterPause')).toBeLessThan(3_000);
  });

  test('comes also when nothing else keeps the process, as while an agent ends', async () => {
    const ending = startWindows(script);
    await ending.ask('describeAtEnd');
    expect((await ending.result).output).toContain('described twice');
  });

  test('has the connections of an SSH client, and none of other programs', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const putty = join(laneWorkDir(), 'putty.exe');
    copyFileSync(client, putty);
    for (const [exe, expected] of [
      [putty, [{ address: '127.0.0.1', port }]],
      [client, []],
    ] as const) {
      const dialling = startWindowsExe(exe, ['dial', '-', String(port)]);
      const [, pid] = await dialling.waitForOutput(/dialled as (\d+)/);
      expect(await program.ask('describe', { pid: Number(pid) })).toMatchObject({ connections: expected });
      dialling.kill();
      await dialling.result;
    }
    server.close();
  });

  test('names the process at the other end of a loopback connection', async () => {
    const local = await program.ask<number>('listen');
    const other = startWindows(script);
    const remote = await other.ask<number>('connect', local);
    expect(await program.ask('peerOfTcp', { local, remote })).toEqual({
      pid: await other.ask('pid'),
      ownerIsUs: true,
    });
    expect(await program.ask('peerOfTcp', { local, remote: 1 })).toBeNull();
    await other.ask('end');
    await other.result;
  });

  test('does not take a process that Windows does not know for ours', async () => {
    const local = await program.ask<number>('listen');
    const socket = connect(local, '127.0.0.1');
    await once(socket, 'connect');
    const remote = socket.localPort;
    const peer = await program.ask<{ ownerIsUs: boolean } | null>('peerOfTcp', { local, remote });
    expect(peer?.ownerIsUs ?? false).toBe(false);
    socket.destroy();
  });
});

describeWindows('the safety of files and of the process', () => {
  let script: string;
  let program: WindowsProgram;
  let dll: string;
  const onPath = () => join(laneWorkDir(), 'on-path');

  function plant(name: string, folder: string): void {
    mkdirSync(folder, { recursive: true });
    copyFileSync(dll, join(folder, name));
  }

  beforeAll(async () => {
    script = await bundleForWindows(join(projectDir, 'tests/wine/scripts/process-safety.ts'));
    const source = join(laneWorkDir(), 'planted.c');
    writeFileSync(source, 'int nothing(void) { return 0; }\n');
    dll = compileWindowsDll(source);
    plant('planted-before.dll', onPath());
    plant('planted-after.dll', onPath());
    program = startWindows(script, [], { env: { WINEPATH: windowsPath(onPath()) } });
  });

  afterAll(async () => {
    await program.ask('end');
    await program.result;
  });

  test('makes a socket file a system file that nobody overwrites, until it is unprotected', async () => {
    const path = `${windowsPath(laneWorkDir())}\\agent.sock`;
    const result = await program.ask<{ attributes: number }>('protect', path);
    expect(result).toMatchObject({ content: 'secret', afterwards: 'written' });
    expect(result.attributes & FILE_ATTRIBUTE_READONLY).toBe(FILE_ATTRIBUTE_READONLY);
    expect(result.attributes & FILE_ATTRIBUTE_SYSTEM).toBe(FILE_ATTRIBUTE_SYSTEM);
  });

  test('says which call failed when there is no such file', async () => {
    await expect(program.ask('protectMissing', 'Z:\\nowhere\\agent.sock')).rejects.toThrow(
      /SetFileSecurityW failed: .+ \(Windows error \d+\)/,
    );
  });

  test('loads no DLL from the search path or the working directory once the search is restricted', async () => {
    const workingDirectory = join(laneWorkDir(), 'working-directory');
    for (const name of ['planted-here-before.dll', 'planted-here-after.dll']) plant(name, workingDirectory);
    await program.ask('workIn', windowsPath(workingDirectory));
    for (const name of ['planted-before.dll', 'planted-here-before.dll'])
      expect(await program.ask('loadByName', name)).toBe(true);
    await program.ask('harden', 'agent');
    for (const name of ['planted-after.dll', 'planted-here-after.dll'])
      expect(await program.ask('loadByName', name)).toBe(false);
    expect(await program.ask('loadByName', 'version.dll')).toBe(true);
  });

  test('still loads the DLLs beside the executable in the tray application, whose own are there', async () => {
    const folder = join(laneWorkDir(), 'application');
    plant('planted-beside.dll', folder);
    const executable = join(folder, 'node.exe');
    copyFileSync(nodeExe(), executable);
    const env = { WINEPATH: windowsPath(onPath()) };
    const tray = startWindowsExe(executable, [windowsPath(script)], { env });
    await tray.ask('harden', 'tray');
    expect(await tray.ask('loadByName', 'planted-beside.dll')).toBe(true);
    expect(await tray.ask('loadByName', 'planted-after.dll')).toBe(false);
    await tray.ask('harden', 'agent');
    plant('planted-later.dll', folder);
    expect(await tray.ask('loadByName', 'planted-later.dll')).toBe(false);
    await tray.ask('end');
    await tray.result;
  });

  test('closes the process to others of the same user when told so', async () => {
    const descriptor = await program.ask<{ ownerSid: string; dacl: readonly object[] }>('restrictProcess');
    expect(descriptor.dacl).toEqual([
      { type: 1, flags: 0, mask: 0x000c_0bfa, sid: 'S-1-1-0' },
      { type: 0, flags: 0, mask: 0x1405, sid: descriptor.ownerSid },
    ]);
  });

  test.each([
    ['another program', (_: string) => ['hold']],
    // With the very owner and access list of ours, as a sandboxed program of this user can make it.
    [
      'a program of low integrity',
      (user: string) => ['hold-as', `O:${user}D:P(A;;GRGW;;;${user})S:(ML;;NW;;;LW)`],
    ],
  ])('never serves a pipe name that %s has made', async (_, holding) => {
    const client = compileWindowsC(join(projectDir, 'tests/wine/clients/pipe-client.c'), [
      'advapi32',
      'ws2_32',
    ]);
    const name = '\\\\.\\pipe\\sallyport-test-taken';
    const [command = '', ...sddl] = holding(await program.ask('userSid'));
    const holder = startWindowsExe(client, [command, name, ...sddl]);
    await holder.waitForOutput(/holding/);
    // Windows refuses a second first instance; Wine 8 lets it join, and then owner or label is not ours.
    expect(['Win32Error', 'MalformedSecurityError']).toContain(await program.ask('openPipe', name));
    holder.kill();
    await holder.result;
    await expect.poll(() => program.ask('openPipe', name)).toBe('opened');
  });
});
