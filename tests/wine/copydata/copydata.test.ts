import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { TransportState } from '../../../ipc/transports/transport.ts';
import { projectDir, windowsPath } from '../lane/paths.ts';
import { boundMs, clients, expectUndelayed, roundsFor } from '../lane/rounds.ts';
import {
  describeWindows,
  laneWorkDir,
  runWindowsExe,
  startWindows,
  type WindowsProgram,
} from '../lane/windows-program.ts';
import { answerOf, buildAgent, CopydataClient } from './copydata-client.ts';

const LIST = '0b';
const EMPTY_LIST = { result: 1, length: 5, body: '0c00000000' };
const FAILURE = { result: 1, length: 1, body: '05' };
/** Requests of copydata-agent.ts. */
const echo = (text: string) => `e0${text}`;
const replyOfSize = (bytes: number) => `e1${bytes.toString(16).padStart(8, '0')}`;
const wait = (token: number) => `e2${token.toString(16).padStart(2, '0')}`;
const DESCRIBE = 'e3';
const SLOW = 'e4';

interface SeenPeer {
  readonly transport: string;
  readonly pid?: number;
  readonly mayPrompt: boolean;
  readonly maxReplyBytes: number;
  readonly requestBytes: number;
  readonly facts?: { readonly executable?: string };
}

describeWindows('the WM_COPYDATA door', () => {
  let script: string;
  let client: CopydataClient;
  let agent: WindowsProgram;
  const stateOf = () => agent.ask<TransportState & { pid: number }>('state');
  const waitingTokens = () => agent.ask<number[]>('waiting');

  beforeAll(async () => {
    script = await buildAgent();
    client = new CopydataClient();
    agent = startWindows(script, [], { timeoutMs: 600_000 });
    agent.tellOfBadEnd('the agent');
  });

  beforeEach(async () => {
    await agent.ask('start', 'prompt');
    await agent.ask('answerAll');
    await agent.ask('peers');
  });

  afterAll(async () => {
    agent.kill();
    await agent.result;
  });

  test('is a hidden top-level window that FindWindow finds', async () => {
    const { pid } = await stateOf();
    const window = await client.run('find');
    expect(window).toMatch(/class=Pageant title=Pageant parent=0+ owner=0+ visible=0 style=04ef0000/);
    expect(window).toContain(`pid=${pid}`);
    // Windows takes HWND_TOP from the program in the foreground only; Wine takes it from any.
    expect(window).toContain('topmost=1');
  });

  test('answers, and knows the program that asks by the thread in the mapping’s name', async () => {
    const output = await client.run('ask', DESCRIBE);
    const pid = Number(/^pid=(\d+)/m.exec(output)?.[1]);
    const [peer] = await agent.ask<SeenPeer[]>('peers');
    expect(peer).toMatchObject({ transport: 'copydata', pid, mayPrompt: true, maxReplyBytes: 262_140 });
    expect(peer?.facts?.executable).toMatch(/copydata-client-.*\.exe$/);
  });

  test.each(['jsch', 'keepassxc', 'jgit', 'asyncssh'])(
    'knows the program by the name that %s gives its mapping',
    async (like) => {
      const output = await client.run('ask', LIST, '--like', like);
      const [peer] = await agent.ask<SeenPeer[]>('peers');
      expect(peer?.pid).toBe(Number(/^pid=(\d+)/m.exec(output)?.[1]));
    },
  );

  test.each(['WSLPageantRequest', 'PageantRequest17293822569102704639', 'Local\\FooBar'])(
    'takes a mapping of any name, and knows the program by what it has open: %s',
    async (name) => {
      const output = await client.run('ask', LIST, '--name', name);
      expect(output).toContain('result=1 ');
      const [peer] = await agent.ask<SeenPeer[]>('peers');
      expect(peer?.pid).toBe(Number(/^pid=(\d+)/m.exec(output)?.[1]));
    },
  );

  test('takes no program for another whose thread or process it names', async () => {
    const other = client.start('ask', wait(5));
    await expect.poll(waitingTokens).toEqual([5]);
    const [, otherPid] = /^pid=(\d+)/m.exec(other.output) ?? [];
    const name = `PageantRequest${Number(otherPid).toString(16).padStart(8, '0')}`;
    const output = await client.run('ask', LIST, '--name', name);
    const pids = (await agent.ask<SeenPeer[]>('peers')).map(({ pid }) => pid);
    expect(pids).toEqual([Number(otherPid), Number(/^pid=(\d+)/m.exec(output)?.[1])]);
    await agent.ask('answer', 5);
    await other.result;
  });

  test.each([
    [16, 4092],
    [4096, 4092],
    [8192, 8188],
    // go-pageant takes no more than that.
    [8196, 8188],
    [262_144, 262_140],
    [400_000, 401_404],
  ])(
    'fills a mapping of %i bytes with up to %i, and takes as long a request as it holds',
    async (bytes, room) => {
      const full = await client.ask(replyOfSize(room), '--map', String(bytes));
      expect(full).toMatchObject({ result: 1, length: room });
      expect(await client.ask(replyOfSize(room + 1), '--map', String(bytes))).toMatchObject(FAILURE);
      const whole = await client.ask(echo('01'), '--map', String(bytes), '--fill', String(bytes - 4));
      expect(whole).toMatchObject(bytes - 4 > room ? FAILURE : { result: 1, length: bytes - 4 });
      const peers = await agent.ask<SeenPeer[]>('peers');
      expect(peers.map((peer) => peer.maxReplyBytes)).toEqual([room, room, room]);
      expect(peers[2]?.requestBytes).toBe(bytes - 4);
    },
  );

  test('answers a length that can’t be right with a failure, without asking the agent', async () => {
    expect(await client.ask(LIST, '--map', '4096', '--length', '4093')).toMatchObject(FAILURE);
    expect(await client.ask(LIST, '--length', '0xffffffff')).toMatchObject(FAILURE);
    expect(await client.ask(LIST, '--map', '4000000', '--length', '2000000')).toMatchObject(FAILURE);
    expect(await agent.ask('peers')).toEqual([]);
  });

  test.each([
    ['another magic', ['--magic', '0x804e50bb']],
    ['a name without NUL', ['--name-hex', '466f6f']],
    ['no name', ['--cbdata', '0']],
    ['an empty name', ['--name-hex', '00']],
    ['a name beyond ASCII', ['--name-hex', '46f6f600']],
    ['control characters as a name', ['--name-hex', '46070d0a00']],
    ['a name of 300 bytes', ['--name-hex', `41${'00'.repeat(299)}`]],
    ['a name that nothing has', ['--no-mapping', '--name', 'NoSuchMapping']],
    ['a mapping without an owner', ['--default-owner']],
    ['a mapping that a program of low integrity has made', ['--low-integrity']],
    ['memory that is only reserved', ['--protection', '0x4000004']],
  ])('refuses %s and leaves the memory alone', async (_, options) => {
    const answer = await client.ask(LIST, ...options);
    expect(answer.result).toBe(0);
    if (answer.length !== undefined) expect(answer).toMatchObject({ length: 1, body: LIST });
    expect(await agent.ask('peers')).toEqual([]);
    expect(await client.ask(LIST)).toMatchObject(EMPTY_LIST);
  });

  test('takes a magic number that was widened with its sign', async () => {
    expect(await client.ask(LIST, '--magic', '0xffffffff804e50ba')).toMatchObject(EMPTY_LIST);
  });

  test('reads what it parses once, whatever the client does to the memory meanwhile', async () => {
    const { answered } = await client.askMany(echo('00'.repeat(31)), '--change-memory', '--repeat', '300');
    expect(answered).toBe(300);
    const peers = await agent.ask<SeenPeer[]>('peers');
    expect(peers.length).toBeGreaterThan(0);
    expect(new Set(peers.map((peer) => peer.requestBytes))).toEqual(new Set([32]));
  });

  test('has a window to be found at every moment, while one after another steps back from the front', async () => {
    const watching = client.start('watch', '8000');
    // Wine's server dies when the table of all handles is read while a program starts that has none yet (8.0, enum_handles).
    await watching.waitForOutput(/watching/);
    const { answered, output } = await client.askMany(SLOW, '--threads', '6', '--repeat', '30');
    expect(answered, output).toBe(180);
    const [, looked, missed] = /looked=(\d+) missed=(\d+)/.exec((await watching.result).output) ?? [];
    expect(Number(looked)).toBeGreaterThan(1000);
    expect(Number(missed)).toBe(0);
  });

  test('keeps one client waiting for seconds while 20 others list within 100 ms each', async () => {
    const list = (forMs: number) =>
      roundsFor(forMs, async () => [await client.askMany(LIST, '--threads', String(clients))]);
    const before = await list(2000);
    const waiting = client.start('ask', wait(1));
    await expect.poll(waitingTokens).toEqual([1]);
    const meanwhile = await list(4000);
    await agent.ask('answer', 1);
    const answer = await answerOf(waiting);
    expect(answer).toMatchObject({ result: 1, length: 2, body: '0e01' });
    expect(answer.ms).toBeGreaterThan(4000);
    // Of the rounds the middle one, so that other work of the machine does not count.
    expectUndelayed(meanwhile, [before, await list(2000)], { medianMs: boundMs, worstMs: 2000 });
  });

  test('lets each client go when its own answer is there, in any order', async () => {
    const clients = new Map<number, WindowsProgram>();
    for (const token of [1, 2, 3]) {
      clients.set(token, client.start('ask', wait(token)));
      await expect.poll(waitingTokens).toHaveLength(token);
    }
    for (const token of [1, 3, 2]) {
      await agent.ask('answer', token);
      const answer = await answerOf(clients.get(token) as WindowsProgram);
      expect(answer).toMatchObject({ result: 1, body: `0e0${token}` });
    }
  });

  test('gives each of 30 clients that wait at once its own answer', async () => {
    const crowd = client.start('ask', 'e200', '--threads', '30', '--number-threads');
    await expect.poll(waitingTokens).toHaveLength(30);
    expect(await client.ask(LIST)).toMatchObject(EMPTY_LIST);
    for (let token = 1; token <= 30; token++) await agent.ask('answer', token);
    const { output } = await crowd.result;
    const bodies = [...output.matchAll(/result=1 .* body=0e(..)/g)].map(([, token]) =>
      Number.parseInt(token ?? '', 16),
    );
    expect(bodies.sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
  });

  test('answers a client that has kept the window which was in front once', async () => {
    const window = /window=(\w+)/.exec(await client.run('find'))?.[1] ?? '';
    const waiting = client.start('ask', wait(4));
    // No program may start while the agent looks who asks: see above.
    await expect.poll(waitingTokens).toEqual([4]);
    await expect.poll(() => client.run('find')).not.toContain(`window=${window}`);
    expect(await client.ask(LIST, '--window', window)).toMatchObject(EMPTY_LIST);
    await agent.ask('answer', 4);
    expect(await answerOf(waiting)).toMatchObject({ result: 1, body: '0e04' });
    expect(await client.ask(LIST, '--window', window)).toMatchObject(EMPTY_LIST);
  });

  test('closes the session of a client that dies while it waits', async () => {
    const waiting = client.start('ask', wait(7));
    await expect.poll(waitingTokens).toEqual([7]);
    waiting.kill();
    await expect.poll(() => agent.ask('closed')).toContain(7);
    expect(await client.ask(LIST)).toMatchObject(EMPTY_LIST);
  });

  test('stands when another program closes, destroys or floods its window', async () => {
    const waiting = client.start('ask', wait(8));
    await expect.poll(waitingTokens).toEqual([8]);
    await client.run('close');
    await client.run('wild');
    expect(await client.ask(LIST)).toMatchObject(EMPTY_LIST);
    await agent.ask('answer', 8);
    expect(await answerOf(waiting)).toMatchObject({ result: 1, body: '0e08' });
    expect(await stateOf()).toMatchObject({ status: 'listening' });
  });

  test('opens another window when the thread of the one in front is ended; clients behind it wait on', async () => {
    const busy = await client.frontThread();
    const waiting = client.start('ask', wait(9));
    await expect.poll(waitingTokens).toEqual([9]);
    // Until the waiting client's window has stepped back.
    await expect.poll(() => client.frontThread()).not.toBe(busy);
    const ended = await client.frontThread();
    await client.run('quit');
    // Until another one is in front, the busy one is found.
    await expect.poll(() => client.frontThread()).not.toBeOneOf(['', busy, ended]);
    await expect.poll(async () => (await stateOf()).status).toBe('listening');
    expect(await client.ask(LIST)).toMatchObject(EMPTY_LIST);
    expect(await agent.ask('closed')).not.toContain(9);
    await agent.ask('answer', 9);
    expect(await answerOf(waiting)).toMatchObject({ result: 1, body: '0e09' });
  });

  test('leaves no handle behind after 1,000 requests', async () => {
    await client.askMany(LIST, '--repeat', '50');
    const before = await agent.ask<number>('handles');
    expect(before).toBeGreaterThan(0);
    expect((await client.askMany(LIST, '--repeat', '1000')).answered).toBe(1000);
    await client.ask(LIST, '--default-owner');
    await client.ask(LIST, '--length', '0xffffffff');
    await expect.poll(() => agent.ask('handles')).toBeLessThanOrEqual(before + 2);
  });

  test('serves ssh2’s own Pageant client', async () => {
    const exe = join(laneWorkDir(), 'pagent.exe');
    const source = join(projectDir, 'node_modules/ssh2/util/pagent.c');
    const header = join(projectDir, 'tests/wine/copydata/named-owner.h');
    execFileSync('x86_64-w64-mingw32-gcc', ['-O1', '-include', header, '-o', exe, source, '-ladvapi32']);
    const [input, output, batch] = ['in.bin', 'out.bin', 'pagent.bat'].map((name) =>
      join(laneWorkDir(), name),
    ) as [string, string, string];
    writeFileSync(input, Uint8Array.of(0, 0, 0, 1, 11));
    writeFileSync(
      batch,
      `@"${windowsPath(exe)}" 5 < "${windowsPath(input)}" > "${windowsPath(output)}"\r\n@exit %errorlevel%\r\n`,
    );
    expect((await runWindowsExe('cmd', ['/c', windowsPath(batch)])).exitCode).toBe(0);
    expect([...readFileSync(output)]).toEqual([0, 0, 0, 5, 12, 0, 0, 0, 0]);
  });

  test('says of older programs that they may not prompt, where the setting says so', async () => {
    await agent.ask('stop');
    expect(await client.run('find')).toContain('no window');
    const restricted = startWindows(script);
    await restricted.ask('start', 'usable-keys-only');
    await client.ask(LIST);
    expect(await restricted.ask('peers')).toMatchObject([{ mayPrompt: false }]);
    restricted.kill();
    await restricted.result;
  });

  test('stops within moments, and fails the clients that wait', async () => {
    const stopMs: number[] = [];
    for (const token of [10, 11, 12]) {
      await agent.ask('start', 'prompt');
      const waiting = client.start('ask', wait(token));
      await expect.poll(waitingTokens).toEqual([token]);
      stopMs.push(await agent.ask<number>('stop'));
      expect((await answerOf(waiting)).body).not.toMatch(/^0e/);
      expect(await agent.ask('closed')).toContain(token);
      expect(await client.run('find')).toContain('no window');
    }
    // The shortest, so that other work of the machine does not count.
    expect(Math.min(...stopMs)).toBeLessThan(1000);
  });

  test('names the other agent that has the window, and opens when that one is gone', async () => {
    await agent.ask('stop');
    const other = client.start('impostor');
    await other.waitForOutput(/window=1/);
    await expect(agent.ask('start', 'prompt')).rejects.toThrow(/Another agent .*copydata-client-.*\.exe/);
    const state = await stateOf();
    expect(state).toMatchObject({ status: 'degraded', heldBy: { pid: expect.any(Number) } });
    await client.run('close');
    await other.result;
    await agent.ask('start', 'prompt');
    expect(await client.ask(LIST)).toMatchObject(EMPTY_LIST);
  });

  test.each([0, 20, 40, 60, 100, 400])(
    'does not hold up process.exit() %i ms after a call has begun to wait',
    async (afterMs) => {
      await agent.ask('stop');
      const leaving = startWindows(script);
      await leaving.ask('start', 'prompt');
      const waiting = client.start('ask', wait(1));
      await expect.poll(() => leaving.ask('waiting'), { interval: 5 }).toEqual([1]);
      await leaving.ask('exit', afterMs);
      expect((await leaving.result).exitCode).toBe(7);
      await waiting.result;
    },
  );
});
