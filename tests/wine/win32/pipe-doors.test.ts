import { copyFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { projectDir, windowsPath } from '../lane/paths.ts';
import {
  bundleForWindows,
  compileWindowsC,
  describeWindows,
  laneWorkDir,
  nodeExe,
  runWindows,
  runWindowsExe,
  startWindows,
  startWindowsExe,
  type WindowsProgram,
} from '../lane/windows-program.ts';

/** Wine does not encrypt memory, so the hash is that of the padded name. */
const HASH = '2e9e7389b30cd8240bf15518e9a228d6537dc38d64b2070a189ca2fe5452d492';
const pageantPipe = `\\\\.\\pipe\\pageant.${userInfo().username}.${HASH}`;
const opensshPipe = '\\\\.\\pipe\\openssh-ssh-agent';

interface Started {
  readonly message?: string;
  readonly remedy?: string;
  readonly heldBy?: { readonly pid: number; readonly executable?: string };
  readonly states: readonly {
    readonly status: string;
    readonly address?: string;
    readonly reason?: string;
  }[];
}

describeWindows('the pipe doors', () => {
  let script: string;
  let client: string;
  const running: WindowsProgram[] = [];

  beforeAll(async () => {
    script = await bundleForWindows(join(projectDir, 'tests/wine/scripts/pipe-server.ts'));
    client = compileWindowsC(join(projectDir, 'tests/wine/clients/pipe-client.c'), ['advapi32', 'ws2_32']);
  });

  afterEach(async () => {
    for (const program of running.splice(0)) {
      program.kill();
      await program.result;
    }
  });

  async function serve(doors: string): Promise<WindowsProgram> {
    const server = startWindows(script, [doors]);
    running.push(server);
    expect(await server.ask<Started>('start')).not.toHaveProperty('message');
    return server;
  }

  async function addressOf(server: WindowsProgram): Promise<string> {
    const [state] = await server.ask<Started['states']>('state');
    return state?.address ?? '';
  }

  /** How many handles it has when no further instances of its pipes are made. */
  async function settledHandles(server: WindowsProgram): Promise<number> {
    const count = () => server.ask<number>('handleCount');
    await expect.poll(async () => (await count()) - (await count())).toBe(0);
    return count();
  }

  async function run(command: string, pipe: string, count = 0): Promise<string> {
    const { output } = await runWindowsExe(client, [command, pipe, String(count)]);
    return output.replaceAll('\r', '');
  }

  test('let PuTTY open the pipe, see itself as the owner, and list', async () => {
    const server = await serve('pageant-pipe');
    const output = await run('putty', pageantPipe);
    expect(output).toContain('owner is me 1\n');
    expect(output).toMatch(/^sddl O:(S-1-5-21-[\d-]+)D:P?\(A;;(GWGR|0x12019f);;;\1\)$/m);
    expect(output).toContain(`server ${await server.ask('pid')}\n`);
    expect(output).toContain('reply 5 type 12\n');
  });

  test('have the label of the agent’s own integrity level, which keeps lower ones from reading and writing', async () => {
    const server = await serve('pageant-pipe,openssh-pipe,own-pipe');
    for (const pipe of [
      pageantPipe,
      opensshPipe,
      (await server.ask<Started['states']>('state'))[2]?.address ?? '',
    ]) {
      // The first instance, and one that was made later: 32 are made at once.
      await run('churn', pipe, 40);
      expect(await run('putty', pipe)).toContain('label is my level 1, forbids 3, 1 of them\n');
    }
  });

  test('ask Windows to turn other machines away, and to let the first instance join nobody', async () => {
    // Wine keeps neither, so what can be seen is what it was asked for.
    const server = startWindows(script, ['openssh-pipe'], { env: { WINEDEBUG: '+sync' } });
    running.push(server);
    await server.ask<Started>('start');
    const asked = [...server.errorOutput.matchAll(/CreateNamedPipeW \(L"(.+?)", (\w+), (\w+), 255,/g)]
      .filter(([, name]) => name?.replaceAll('\\\\', '\\') === opensshPipe)
      .map(([, , openMode, pipeMode]) => ({ openMode: Number(openMode), pipeMode: Number(pipeMode) }));
    const duplexAndOverlapped = 0x4000_0003;
    const rejectRemoteClients = 8;
    expect(asked.shift()).toEqual({
      openMode: duplexAndOverlapped | 0x0008_0000,
      pipeMode: rejectRemoteClients,
    });
    expect(asked.length).toBeGreaterThan(0);
    for (const further of asked)
      expect(further).toEqual({ openMode: duplexAndOverlapped, pipeMode: rejectRemoteClients });
  });

  test('tell who the client is and what has started it', async () => {
    const server = await serve('own-pipe');
    const address = await addressOf(server);
    expect(address).toMatch(/^\\\\\.\\pipe\\sallyport\.S-1-5-21-[\d-]+$/);
    const asking = startWindowsExe(client, ['ask', address]);
    running.push(asking);
    await expect.poll(() => server.ask('sessions')).toMatchObject({ waiting: 1 });
    const peer = await server.ask<Record<string, unknown>>('peer');
    expect(peer).toMatchObject({ transport: 'own-pipe', mayPrompt: true });
    expect(peer['facts']).toMatchObject({ pid: peer['pid'], connections: [] });
    expect((peer['facts'] as { executable: string }).executable).toMatch(/pipe-client-[\w-]+\.exe$/);
    await server.ask('release');
    expect((await asking.result).output).toContain('answer 5 type 12');
  });

  test.each([
    ['while a person is asked', 'ask', 'asked'],
    ['while a person is asked, having sent more than is read', 'flood', 'flooded'],
  ])('close the session of a client that is killed %s', async (_when, command, said) => {
    const server = await serve('own-pipe');
    const address = await addressOf(server);
    const asking = startWindowsExe(client, [command, address]);
    running.push(asking);
    await asking.waitForOutput(new RegExp(said));
    await expect.poll(() => server.ask('sessions')).toEqual({ opened: 1, closed: 0, waiting: 1 });
    asking.kill();
    await asking.result;
    await expect.poll(() => server.ask('sessions')).toEqual({ opened: 1, closed: 1, waiting: 1 });
  });

  test('listen on both names that PuTTY may compute', async () => {
    await serve('two-names');
    for (const user of ['first.last', 'flast']) {
      expect(await run('putty', `\\\\.\\pipe\\pageant.${user}.${HASH}`)).toContain('reply 5 type 12\n');
    }
  });

  test('are refused to a second Sallyport, which says who has them', async () => {
    const first = await serve('pageant-pipe');
    const second = startWindows(script, ['pageant-pipe']);
    running.push(second);
    const failed = await second.ask<Started>('start');
    expect(failed.heldBy).toMatchObject({ pid: await first.ask('pid') });
    expect(failed.heldBy?.executable).toMatch(/\\node\.exe$/);
    expect(failed.states[0]).toMatchObject({ status: 'degraded', reason: failed.message });
    expect(await run('putty', pageantPipe)).toContain(`server ${await first.ask('pid')}\n`);
  });

  test('say which program has the name, and open when it is gone', async () => {
    const holder = startWindowsExe(client, ['hold', opensshPipe]);
    const [, pid] = await holder.waitForOutput(/holding as (\d+)/);
    const server = startWindows(script, ['openssh-pipe']);
    running.push(server);
    const failed = await server.ask<Started>('start');
    expect(failed.heldBy).toMatchObject({ pid: Number(pid) });
    expect(failed.heldBy?.executable).toMatch(/pipe-client-[\w-]+\.exe$/);
    expect(failed.message).toContain(`belongs to process ${pid} (`);
    expect(failed.remedy).toContain('End that program.');
    expect(failed.states[0]).toMatchObject({ status: 'degraded', reason: failed.message });
    holder.kill();
    await holder.result;
    await expect.poll(async () => (await server.ask<Started>('start')).states[0]?.status).toBe('listening');
    expect(await run('putty', opensshPipe)).toContain('reply 5 type 12\n');
  });

  // As the packed program runs: koffi must not look for libuv in a node.exe, nor Windows for an electron.exe.
  test('open in a program that is called Sallyport.exe, which takes over the pipes of clients', async () => {
    const exe = join(laneWorkDir(), 'Sallyport.exe');
    copyFileSync(nodeExe(), exe);
    const server = startWindowsExe(exe, [windowsPath(script), 'pageant-pipe']);
    running.push(server);
    expect((await server.ask<Started>('start')).states).toMatchObject([{ status: 'listening' }]);
    expect(await run('putty', pageantPipe)).toContain('reply 5 type 12\n');
  });

  test.each([
    ['openssh-pipe', opensshPipe, 'ssh-agent.exe', 'Stop-Service ssh-agent; Set-Service ssh-agent'],
    ['openssh-pipe', opensshPipe, '1Password.exe', 'Switch the SSH agent off in the settings'],
    ['pageant-pipe', pageantPipe, 'pageant.exe', 'Exit Pageant'],
  ])('advise, for the %s %s in the hands of %s', async (door, pipe, program, advice) => {
    const exe = join(laneWorkDir(), program);
    copyFileSync(client, exe);
    const holder = startWindowsExe(exe, ['hold', pipe]);
    running.push(holder);
    await holder.waitForOutput(/holding/);
    const server = startWindows(script, [door]);
    running.push(server);
    expect((await server.ask<Started>('start')).remedy).toContain(advice);
  });

  test('open while no Pageant is starting', async () => {
    const mutex = `Local\\pageant-mutex.${userInfo().username}`;
    const started = join(laneWorkDir(), 'pageant-has-started');
    const pageant = startWindowsExe(client, ['lock', mutex, windowsPath(started)]);
    running.push(pageant);
    await pageant.waitForOutput(/locked/);
    const server = startWindows(script, ['pageant-pipe']);
    running.push(server);
    const opening = server.ask<Started>('start');
    await expect.poll(() => server.ask('state')).toEqual([{ status: 'starting' }]);
    writeFileSync(started, '');
    expect((await opening).states).toMatchObject([{ status: 'listening' }]);
    expect(pageant.output).toContain('unlocked');
  });

  test("answer ssh2's client for OpenSSH agents", async () => {
    await serve('openssh-pipe');
    const ssh2Client = await bundleForWindows(join(projectDir, 'tests/wine/scripts/ssh2-client.ts'));
    expect((await runWindows(ssh2Client, [opensshPipe])).output).toContain('keys 0');
  });

  test('leave the threads that sign alone, however many there are of them', async () => {
    const server = startWindows(script, ['pageant-pipe,openssh-pipe,own-pipe'], {
      env: { UV_THREADPOOL_SIZE: '2' },
    });
    running.push(server);
    await server.ask<Started>('start');
    expect(await server.ask('work')).toBe(20);
  });

  test('serve 200 clients that open a pipe at the same instant and never try again', async () => {
    const server = await serve('pageant-pipe');
    const before = await settledHandles(server);
    for (const count of [50, 200, 200])
      expect(await run('rush', pageantPipe, count)).toBe(`answered ${count} told busy 0\n`);
    await expect.poll(() => server.ask<number>('handleCount')).toBeLessThanOrEqual(before + 4);
  });

  test('lose no handle over a thousand clients that list, and a thousand that only knock', async () => {
    const server = await serve('pageant-pipe');
    await run('churn', pageantPipe, 50);
    const before = await settledHandles(server);
    expect(await run('churn', pageantPipe, 1000)).toContain('answered 1000 ');
    const { opened } = await server.ask<{ opened: number }>('sessions');
    await run('knock', pageantPipe, 1000);
    await expect.poll(() => server.ask<number>('handleCount')).toBeLessThanOrEqual(before + 4);
    expect(await server.ask('sessions')).toMatchObject({ opened });
    expect(await run('putty', pageantPipe)).toContain('reply 5 type 12\n');
  });

  test('carry 64 MB through one connection unharmed', async () => {
    await serve('pageant-pipe');
    expect(await run('stream', pageantPipe, 64)).toBe('streamed 256 rounds\n');
  });

  test('stop at once, give the name back, and can be started again', async () => {
    const server = await serve('pageant-pipe,openssh-pipe,own-pipe');
    expect(await server.ask<number>('stop')).toBeLessThan(200);
    expect(await run('look', pageantPipe)).toBe('error 2\n');
    expect(await server.ask<Started>('start')).toMatchObject({
      states: [{ status: 'listening' }, { status: 'listening' }, { status: 'listening' }],
    });
    await server.ask('stop');
    await server.ask('end');
    expect((await server.result).exitCode).toBe(0);
  });

  test('do not keep the process when it exits without stopping them', async () => {
    const server = await serve('pageant-pipe,own-pipe');
    const started = Date.now();
    await server.ask('exit');
    expect((await server.result).exitCode).toBe(5);
    expect(Date.now() - started).toBeLessThan(3_000);
  });
});
