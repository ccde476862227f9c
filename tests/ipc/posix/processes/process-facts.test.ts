import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { describeProcess, ObservedProcess } from '../../../../ipc/posix/processes/process-facts.ts';
import { readSocketInodes } from '../../../../ipc/posix/processes/process-sockets.ts';
import { inStatQueue } from '../../../../ipc/posix/processes/stat-queue.ts';
import { cheapestRunMs } from '../../../fakes/cheapest-run.ts';
import { settle } from '../../../fakes/settle.ts';

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
  input = '',
): Promise<{ pid: number; line: string }> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'], detached });
  children.push(child);
  if (input !== '') child.stdin.write(input);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { pid: child.pid!, line: line.toString().trim() };
}

const CONNECT = `
  const socket = require('net').connect(Number(process.argv[1]), '127.0.0.1', () => console.log('up'));
`;

const factsUrl = new URL('../../../../ipc/posix/processes/process-facts.ts', import.meta.url).href;

/** Tells of a program before and after another file is mounted over its own. */
const LOOK = `
  import { execFileSync, spawn } from 'node:child_process';
  import { once } from 'node:events';
  const [facts, path, cover] = process.argv.slice(1);
  const { describeProcess } = await import(facts);
  const program = spawn(path);
  program.stdin.write('ready');
  await once(program.stdout, 'data');
  const uncovered = await describeProcess(program.pid);
  execFileSync('mount', ['--bind', cover, path]);
  console.log(JSON.stringify([uncovered, await describeProcess(program.pid)]));
  program.kill('SIGKILL');
`;

/** Looks ahead at a process while no descriptor is free, and tells its parent afterwards. */
const LOOK_AHEAD = `
  import { closeSync, openSync } from 'node:fs';
  const [facts, pid] = process.argv.slice(1);
  const { ObservedProcess } = await import(facts);
  const observed = new ObservedProcess(Number(pid));
  const taken = [];
  try {
    for (;;) taken.push(openSync('/dev/null'));
  } catch {}
  observed.lookAhead();
  for (const file of taken) closeSync(file);
  const [parent] = (await observed.describe()).parents;
  console.log(JSON.stringify([parent?.pid, 'parent']));
  setInterval(() => {}, 1e6);
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

  test('tells the program that a parent has become between two of its children, at whatever moment', async () => {
    const { pid, line } = await start(
      '/bin/sh',
      ['-c', 'sleep 60 & one=$!; sleep 60 & echo $one $!; read -r line; exec cat'],
      true,
    );
    const [one, other] = line.split(' ').map(Number) as [number, number];
    vi.useFakeTimers({ toFake: ['performance'] });
    try {
      const [shell] = (await describeProcess(one))?.parents ?? [];
      expect(shell).toMatchObject({ pid, executable: expect.stringMatching(/sh$/) });
      const became = once(children[0]!.stdout!, 'data');
      children[0]!.stdin!.write('go\nready\n');
      await became;
      expect((await describeProcess(other))?.parents[0]?.executable).toMatch(/cat$/);
    } finally {
      vi.useRealTimers();
      for (const child of [one, other]) process.kill(child, 'SIGKILL');
    }
  });

  test('tells the parent that has ended since it looked ahead', async () => {
    const { pid, line } = await start('/bin/sh', ['-c', 'sleep 60 & echo $!; read -r line'], true);
    const child = Number(line);
    try {
      const observed = new ObservedProcess(child);
      observed.lookAhead();
      const ended = once(children[0]!, 'exit');
      children[0]!.stdin!.write('go\n');
      await ended;
      expect((await observed.describe())?.parents[0]?.pid).toBe(pid);
    } finally {
      process.kill(child, 'SIGKILL');
    }
  });

  test('tells what could be read only when it was asked, as no descriptor was free before', async () => {
    const { pid } = await start('/bin/cat', [], false, 'ready');
    const { line } = await start(process.execPath, [
      '--input-type=module',
      '-e',
      LOOK_AHEAD,
      factsUrl,
      `${pid}`,
    ]);
    expect(JSON.parse(line)).toEqual([process.pid, 'parent']);
  });

  test('holds nothing once it is closed, whatever it has looked at', async () => {
    const { pid } = await start('/bin/cat', [], false, 'ready');
    const before = readdirSync('/proc/self/fd').length;
    const observed = new ObservedProcess(pid);
    observed.lookAhead();
    observed.close();
    observed.lookAhead();
    expect(readdirSync('/proc/self/fd').length).toBe(before);
    expect(await observed.describe()).toBeUndefined();
  });

  test('tells the path of an executable that was removed meanwhile', async () => {
    const copy = join(dir, 'asker');
    copyFileSync('/bin/cat', copy);
    const child = spawn(copy, { stdio: ['pipe', 'pipe', 'inherit'] });
    children.push(child);
    child.stdin.write('ready');
    await once(child.stdout, 'data');
    unlinkSync(copy);
    expect(await describeProcess(child.pid!)).toMatchObject({ executable: copy, otherFile: 'replaced' });
  });

  test('tells a program from the one that lies at its path by now', async () => {
    const copy = join(dir, 'asker');
    copyFileSync('/bin/cat', copy);
    const { pid } = await start(copy, [], false, 'ready');
    expect(await describeProcess(pid)).toEqual(expect.not.objectContaining({ otherFile: 'replaced' }));
    copyFileSync('/bin/cat', join(dir, 'newer'));
    renameSync(join(dir, 'newer'), copy);
    const older = await describeProcess(pid);
    expect(older).toMatchObject({ executable: copy, otherFile: 'replaced' });
    const { pid: newerPid } = await start(copy, [], false, 'ready');
    expect(await describeProcess(newerPid)).toEqual(expect.not.objectContaining({ otherFile: 'replaced' }));
    expect(older?.fileId).toMatch(/^mnt:\[\d+\] \d+ \d+ \d+$/);
  });

  test('is not deceived by a file whose name ends like the mark of a deleted one', async () => {
    const copy = join(dir, 'asker (deleted)');
    copyFileSync('/bin/cat', copy);
    const { pid } = await start(copy, [], false, 'ready');
    copyFileSync('/bin/cat', join(dir, 'asker'));
    const facts = await describeProcess(pid);
    expect(facts?.executable).toBe(copy);
    expect(facts).not.toHaveProperty('otherFile');
  });

  test('takes a program in memory for no file', async () => {
    const run = `import os, sys
fd = os.memfd_create('ssh')
os.write(fd, open('/bin/cat', 'rb').read())
os.execve(f'/proc/self/fd/{fd}', ['cat'], {})`;
    const { pid } = await start('python3', ['-c', run], false, 'ready');
    expect(await describeProcess(pid)).toMatchObject({ executable: '/memfd:ssh', otherFile: 'replaced' });
  });

  test.for([
    ['-m', process.geteuid?.() === 0],
    ['-Urm', true],
  ] as const)(
    'tells a file of the same path in another mount namespace (unshare %s)',
    async ([flags, isFit], context) => {
      if (!isFit || !canUnshare(flags)) context.skip(`skipped: no mount namespace by unshare ${flags} here`);
      const path = join(dir, 'asker');
      copyFileSync('/bin/cat', path);
      copyFileSync('/bin/cat', join(dir, 'foreign'));
      const mount = `mount --bind ${join(dir, 'foreign')} ${path} && exec ${path}`;
      const { pid } = await start('unshare', [flags, 'sh', '-c', mount], false, 'ready');
      expect(await describeProcess(pid)).toMatchObject({
        executable: path,
        otherFile: 'other-mount-namespace',
      });
      // The very file that is there, though seen from elsewhere, is that file.
      const { pid: samePid } = await start('unshare', [flags, path], false, 'ready');
      const same = await describeProcess(samePid);
      expect(same?.executable).toBe(path);
      expect(same).not.toHaveProperty('otherFile');
    },
  );

  test.for([
    ['-m', process.geteuid?.() === 0],
    ['-Urm', true],
  ] as const)(
    'tells a program from a file that was mounted over it since, in the mounts that are ours (unshare %s)',
    async ([flags, isFit], context) => {
      if (!isFit || !canUnshare(flags)) context.skip(`skipped: no mount namespace by unshare ${flags} here`);
      const path = join(dir, 'asker');
      const cover = join(dir, 'cover');
      for (const file of [path, cover]) copyFileSync('/bin/cat', file);
      // A test must not mount: another process looks, in mounts of its own that it shares with the program.
      const args = [flags, process.execPath, '--input-type=module', '-e', LOOK, factsUrl, path, cover];
      const { line } = await start('unshare', args);
      const [uncovered, covered] = JSON.parse(line);
      expect(uncovered.executable).toBe(path);
      expect(uncovered).not.toHaveProperty('otherFile');
      expect(covered).toMatchObject({ executable: path, otherFile: 'replaced', fileId: expect.any(String) });
    },
  );

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

  test('reads no more than a piece of a list of very many descriptors before others have a turn', async () => {
    const open = `import os, resource
count = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (count, count))
file = os.open('/dev/null', os.O_RDONLY)
for n in range(min(count, 10000) - 50): os.dup(file)
print('up', flush=True)
input()`;
    const { pid } = await start('python3', ['-c', open]);
    const wholeMs = await cheapestRunMs(() => readdirSync(`/proc/${pid}/fd`));
    const readings: Promise<unknown>[] = [];
    const pieceMs = await cheapestRunMs(() => void readings.push(readSocketInodes(`/proc/${pid}`)));
    expect(pieceMs).toBeLessThan(wholeMs / 2);
    await Promise.all(readings);
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

describe.runIf(process.platform === 'linux')('ObservedProcess', () => {
  const descriptors = () => readdirSync('/proc/self/fd').length;

  async function end(child: ChildProcess): Promise<void> {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  test('takes no more than two threads for programs on a file system that hangs, and none for good from who asks', async () => {
    const { pid } = await start('/bin/cat', [], false, 'ready');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let endHang = () => {};
    const hang = new Promise<void>((resolve) => {
      endHang = resolve;
    });
    try {
      const hanging = [inStatQueue(() => hang), inStatQueue(() => hang)];
      const before = descriptors();
      const facts = new ObservedProcess(pid).describe();
      await settle();
      await vi.advanceTimersByTimeAsync(2000);
      expect(await facts).toBeUndefined();
      expect(descriptors()).toBe(before);
      const inTime = new ObservedProcess(pid).describe();
      endHang();
      await Promise.all(hanging);
      expect(await inTime).toMatchObject({ executable: '/usr/bin/cat' });
    } finally {
      endHang();
      vi.useRealTimers();
    }
  });

  test('still knows the program of a process that has ended since', async () => {
    const { pid } = await start('/bin/cat', [], false, 'ready');
    const asking = new ObservedProcess(pid);
    await end(children[0]!);
    expect(await asking.describe()).toMatchObject({ pid, executable: '/usr/bin/cat', parents: [] });
  });

  test('knows the program that was there first, not the one that it has become', async () => {
    const { pid } = await start('/bin/sh', ['-c', 'echo up; read -r line; exec cat']);
    const asking = new ObservedProcess(pid);
    const became = once(children[0]!.stdout!, 'data');
    children[0]!.stdin!.write('go\nready\n');
    await became;
    expect((await describeProcess(pid))?.executable).toMatch(/cat$/);
    expect((await asking.describe())?.executable).toMatch(/sh$/);
  });

  test('never takes a later process with the same number for it', async (context) => {
    const { pid } = await start('/bin/cat', [], false, 'ready');
    const asking = new ObservedProcess(pid);
    const later = new ObservedProcess(pid);
    await end(children[0]!);
    let successor: number | undefined;
    for (let attempt = 0; attempt < 50 && successor !== pid; attempt++) {
      try {
        writeFileSync('/proc/sys/kernel/ns_last_pid', String(pid - 1));
      } catch {
        context.skip('skipped: the next process number can’t be chosen here');
      }
      successor = (await start('/bin/sh', ['-c', 'echo up; sleep 60'])).pid;
    }
    if (successor !== pid) context.skip('skipped: other programs took the number');
    expect((await describeProcess(pid))?.executable).toMatch(/sh$/);
    expect(await asking.describe()).toMatchObject({ pid, executable: '/usr/bin/cat', parents: [] });
    later.close();
    expect(await later.describe()).toBeUndefined();
  });

  test('takes nothing that its number names for it where it ran no more by then, though it was held', async () => {
    const { pid } = await start('/bin/cat', [], false, 'ready');
    const before = descriptors();
    let runs = true;
    let closed = 0;
    const held = () => ({ isRunning: () => runs, close: () => void closed++ });
    const asking = new ObservedProcess(pid, held());
    const described = new ObservedProcess(pid, held());
    const whole = await described.describe();
    expect(whole?.parents.length).toBeGreaterThan(0);
    runs = false;
    // Another process might have the number by now, as this one has.
    asking.lookAhead();
    expect(await asking.describe()).toMatchObject({ pid, executable: '/usr/bin/cat', parents: [] });
    expect(await new ObservedProcess(pid, held()).describe()).toBeUndefined();
    runs = true;
    described.lookAhead();
    const letGo = new ObservedProcess(pid, held());
    letGo.close();
    // Nobody holds it any more: what its number names now may be another one.
    letGo.lookAhead();
    expect([descriptors(), closed]).toEqual([before, 4]);
  });

  test('gives back what it held: after a description, or when it is let go', async () => {
    const { pid } = await start('/bin/cat', [], false, 'ready');
    await new ObservedProcess(pid).describe();
    const before = descriptors();
    const asking = new ObservedProcess(pid);
    expect(descriptors()).toBeGreaterThan(before);
    asking.close();
    expect(descriptors()).toBe(before);
    const both = new ObservedProcess(pid);
    const facts = both.describe();
    both.close();
    expect(await facts).toMatchObject({ executable: '/usr/bin/cat' });
    expect(descriptors()).toBe(before);
  });
});

function canUnshare(flags: string): boolean {
  return spawnSync('unshare', [flags, 'true']).status === 0;
}

async function listen(): Promise<{ port: number; close: () => void }> {
  const server: Server = createServer((socket) => socket.on('error', () => {}));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}
