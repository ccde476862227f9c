import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync, unlinkSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeProcess } from '../../../ipc/posix/process-facts.ts';

let children: ChildProcess[];
let dir: string;

beforeEach(() => {
  children = [];
  dir = mkdtempSync(join(tmpdir(), 'sallyport-test-'));
});

afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  rmSync(dir, { recursive: true });
});

/** Starts a program and resolves with its first line of output. */
async function start(
  program: string,
  args: string[],
  detached = false,
): Promise<{ pid: number; line: string }> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'], detached });
  children.push(child);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { pid: child.pid!, line: line.toString().trim() };
}

const CONNECT = `
  const socket = require('net').connect(Number(process.argv[1]), '127.0.0.1', () => console.log('up'));
`;

describe.runIf(process.platform === 'linux')('describeProcess', () => {
  test('tells executable and parents, the session’s leader last', async () => {
    // A shell that leads its session, a shell in it, and the program that asks.
    const { pid: shell, line } = await start(
      '/bin/sh',
      [
        '-c',
        `/bin/sh -c "echo \\$\\$; '${process.execPath}' -e 'console.log(process.pid);setInterval(()=>{},1e6)'; :"; :`,
      ],
      true,
    );
    const [inner] = line.split('\n').map(Number);
    const node = Number(line.split('\n')[1] ?? ((await once(children[0]!.stdout!, 'data')) as [Buffer])[0]);
    const facts = await describeProcess(node);
    expect(facts?.pid).toBe(node);
    expect(facts?.executable).toBe(process.execPath);
    expect(facts?.parents.map(({ pid }) => pid)).toEqual([inner, shell]);
    expect(facts?.parents[0]?.executable).toMatch(/sh$/);
    process.kill(node, 'SIGKILL');
  });

  test('tells the path of an executable that was replaced meanwhile', async () => {
    const copy = join(dir, 'asker');
    copyFileSync('/bin/cat', copy);
    const child = spawn(copy, { stdio: ['pipe', 'pipe', 'inherit'] });
    children.push(child);
    child.stdin.write('ready');
    await once(child.stdout, 'data');
    unlinkSync(copy);
    expect((await describeProcess(child.pid!))?.executable).toBe(copy);
  });

  test('understands a process whose name looks like the fields after it', async () => {
    const { pid } = await start(process.execPath, [
      '-e',
      `require('fs').writeFileSync('/proc/self/comm', ') Z 1 1 1'); console.log('up'); setInterval(() => {}, 1e6);`,
    ]);
    expect((await describeProcess(pid))?.parents[0]?.pid).toBe(process.pid);
  });

  test('knows nothing of a process that has ended', async () => {
    const { pid } = await start('/bin/echo', ['done']);
    if (children[0]!.exitCode === null) await once(children[0]!, 'exit');
    expect(await describeProcess(pid)).toBeUndefined();
  });

  test.each([0, -1, 2 ** 31, Number.NaN])('knows nothing of process %d', async (pid) => {
    expect(await describeProcess(pid)).toBeUndefined();
  });

  test('tells no connections of a program that is no SSH program to a port that is not 22', async () => {
    const server = await listen();
    const { pid } = await start(process.execPath, ['-e', CONNECT, `${server.port}`]);
    expect((await describeProcess(pid))?.connections).toEqual([]);
    server.close();
  });

  test('tells where an SSH program is connected to, whatever the port', async () => {
    const server = await listen();
    const ssh = join(dir, 'ssh');
    copyFileSync(process.execPath, ssh);
    const { pid } = await start(ssh, ['-e', CONNECT, `${server.port}`]);
    expect((await describeProcess(pid))?.connections).toEqual([{ address: '127.0.0.1', port: server.port }]);
    server.close();
  });
});

async function listen(): Promise<{ port: number; close: () => void }> {
  const server: Server = createServer((socket) => socket.on('error', () => {}));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}
