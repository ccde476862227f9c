import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Transport, TransportError } from '../../../../ipc/transports/transport.ts';
import {
  createUnixSocketTransport,
  type UnixSocketOptions,
} from '../../../../ipc/transports/unix/unix-socket.ts';
import { MessageClient } from '../../../fakes/message-client.ts';
import { FakeProcess } from '../../../fakes/observed-process.ts';
import { scriptedAgent } from '../../../fakes/scripted-agent.ts';

const LIST = Uint8Array.of(11);
/** Removes by a timer what lies in /tmp for days, on most systems with systemd. */
const tidier = '/usr/bin/systemd-tmpfiles';

let dir: string;
let path: string;
let transports: Transport[];
let clients: MessageClient[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-test-'));
  path = join(dir, 'agent.sock');
  transports = [];
  clients = [];
});

afterEach(async () => {
  for (const client of clients) client.socket.destroy();
  await Promise.all(transports.map((transport) => transport.stop()));
  rmSync(dir, { recursive: true, force: true });
});

function transportAt(socketPath = path, options: Partial<UnixSocketOptions> = {}): Transport {
  const transport = createUnixSocketTransport({ path: socketPath, ...options });
  transports.push(transport);
  return transport;
}

async function client(socketPath = path): Promise<MessageClient> {
  const made = await MessageClient.connect({ path: socketPath });
  clients.push(made);
  return made;
}

async function startError(transport: Transport): Promise<TransportError> {
  const error = await transport.start(scriptedAgent().openSession).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect((error as Error | undefined)?.name).toBe('TransportError');
  const { message, remedy } = error as TransportError;
  expect(transport.state).toMatchObject({ status: 'degraded', reason: message, remedy });
  return error as TransportError;
}

/** Listens in another process, which leaves its socket behind when it is killed. */
async function listenElsewhere(socketPath: string, uid?: number): Promise<ChildProcess> {
  const script = `require('net').createServer().listen(process.argv[1], () => console.log('up'))`;
  const child = spawn(process.execPath, ['-e', script, socketPath], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(uid !== undefined && { uid, gid: uid }),
  });
  await once(child.stdout!, 'data');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function leaveStaleSocket(socketPath: string): Promise<void> {
  await kill(await listenElsewhere(socketPath));
  expect(lstatSync(socketPath).isSocket()).toBe(true);
}

describe('opening', () => {
  test('makes a socket that only its owner may use, and the directory with it', async () => {
    const deepPath = join(dir, 'new', 'place', 'agent.sock');
    const transport = transportAt(deepPath);
    await transport.start(scriptedAgent().openSession);
    expect(lstatSync(deepPath).isSocket()).toBe(true);
    expect(lstatSync(deepPath).mode & 0o777).toBe(0o600);
    expect(lstatSync(join(dir, 'new', 'place')).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(dir, 'new', 'place'))).toEqual(['agent.sock']);
    expect(transport.state).toEqual({ status: 'listening', address: deepPath });
  });

  test.runIf(existsSync(tidier))(
    'makes a socket that stays where old files are removed from time to time',
    async () => {
      const config = join(dir, 'tidy.conf');
      const place = join(dir, 'place');
      writeFileSync(config, `d ${place} 0700 - - 0\n`);
      const socketPath = join(place, 'sallyport-x', 'agent.sock');
      await transportAt(socketPath).start(scriptedAgent().openSession);
      writeFileSync(join(place, 'sallyport-x', 'old'), '');
      execFileSync(tidier, ['--clean', config]);
      expect(readdirSync(join(place, 'sallyport-x'))).toEqual(['agent.sock']);
    },
  );

  test('leaves the process’s umask as it was', async () => {
    const before = process.umask();
    await transportAt().start(scriptedAgent().openSession);
    expect(process.umask()).toBe(before);
  });

  test('tells every change of its state', async () => {
    const transport = transportAt();
    const seen: string[] = [];
    const stop = transport.onStateChanged(({ status }) => seen.push(status));
    await transport.start(scriptedAgent().openSession);
    await transport.stop();
    stop();
    await transport.start(scriptedAgent().openSession);
    expect(seen).toEqual(['starting', 'listening', 'stopped']);
  });

  test('replaces a socket that nobody listens on', async () => {
    await leaveStaleSocket(path);
    await transportAt().start(scriptedAgent().openSession);
    expect(await (await client()).request(LIST)).toEqual(LIST);
    expect(readdirSync(dir)).toEqual(['agent.sock']);
  });

  test('refuses a socket on which another process listens, and names it', async () => {
    const other = await listenElsewhere(path);
    try {
      const error = await startError(transportAt());
      expect(error.message).toContain('already listening');
      expect(error.message).toContain(path);
      expect(error.message).toContain(`process ${other.pid}, ${process.execPath}`);
      expect(error.heldBy).toEqual({ pid: other.pid, executable: process.execPath });
      expect(lstatSync(path).isSocket()).toBe(true);
    } finally {
      await kill(other);
    }
  });

  test.runIf(process.geteuid?.() === 0)('never advises to use the socket of another user', async () => {
    chmodSync(dir, 0o1777);
    const other = await listenElsewhere(path, 65_534);
    try {
      const { message, remedy } = await startError(transportAt());
      expect(message).toContain(`process ${other.pid}`);
      expect(remedy).toBe('It may not be yours: choose another path.');
    } finally {
      await kill(other);
    }
  });

  test('opens after all when the other process has gone', async () => {
    const other = await listenElsewhere(path);
    const transport = transportAt();
    await startError(transport);
    await kill(other);
    await transport.start(scriptedAgent().openSession);
    expect(await (await client()).request(LIST)).toEqual(LIST);
  });

  test('refuses and keeps a file that is no socket', async () => {
    writeFileSync(path, 'precious');
    expect((await startError(transportAt())).message).toContain('not a socket');
    expect(readFileSync(path, 'utf8')).toBe('precious');
  });

  test.each([107, 108])('knows how long a path may be: %i bytes', async (length) => {
    const longPath = join(dir, 'é'.repeat(10)).padEnd(length - 10, 'x');
    expect(Buffer.byteLength(longPath)).toBe(length);
    const transport = transportAt(longPath);
    if (length === 107) {
      await transport.start(scriptedAgent().openSession);
      expect(await (await client(longPath)).request(LIST)).toEqual(LIST);
    } else {
      const error = await startError(transport);
      expect(error.message).toContain('108 bytes, and the system allows 107');
    }
  });

  test('opens where the longest path ends in a name of one letter', async () => {
    const inner = `${dir}/`.padEnd(105, 'd');
    mkdirSync(inner);
    await transportAt(join(inner, 's')).start(scriptedAgent().openSession);
    expect(await (await client(join(inner, 's'))).request(LIST)).toEqual(LIST);
    expect(readdirSync(inner)).toEqual(['s']);
  });

  test('refuses an empty path', async () => {
    expect((await startError(transportAt(''))).message).toContain('“”');
  });

  test('refuses a name of the abstract namespace, which any user could connect to', async () => {
    expect((await startError(transportAt('\0abstract'))).message).toContain('not a path');
  });

  test('refuses a private directory that others may enter', async () => {
    chmodSync(dir, 0o750);
    const error = await startError(transportAt(path, { privateDirectory: true }));
    expect(error.message).toContain('mode 750');
    expect(error.remedy).toContain(`chmod 700 ${dir}`);
    chmodSync(dir, 0o700);
    await transportAt(path, { privateDirectory: true }).start(scriptedAgent().openSession);
  });

  test('says of a private directory that is none what it is', async () => {
    writeFileSync(path, '', { mode: 0o644 });
    const error = await startError(transportAt(join(path, 'agent.sock'), { privateDirectory: true }));
    expect(error.message).toBe(`${path} is no directory, and is kept as it is.`);
    expect(error.remedy).toContain('Remove it');
  });

  test.runIf(process.geteuid?.() === 0)('refuses a private directory of another user', async () => {
    const { chownSync } = await import('node:fs');
    chownSync(dir, 65_534, 65_534);
    const error = await startError(transportAt(path, { privateDirectory: true }));
    expect(error.message).toContain('belongs to another user (uid 65534)');
  });

  test.each([0o777, 0o770, 0o707, 0o775])(
    'refuses a directory where others may replace it: mode %o',
    async (mode) => {
      chmodSync(dir, mode);
      const error = await startError(transportAt());
      expect(error.message).toContain(`Other users may replace what is in the directory ${dir}`);
      expect(error.remedy).toContain(`chmod 700 ${dir}`);
      expect(readdirSync(dir)).toEqual([]);
      chmodSync(dir, 0o700);
      await transportAt().start(scriptedAgent().openSession);
    },
  );

  test('refuses a path below a directory where others may exchange the next one, and makes nothing there', async () => {
    mkdirSync(join(dir, 'shared'));
    chmodSync(join(dir, 'shared'), 0o777);
    const error = await startError(transportAt(join(dir, 'shared', 'own', 'agent.sock')));
    expect(error.message).toContain(`${join(dir, 'shared')} (mode 777)`);
    expect(error.remedy).toContain(`chmod go-w ${join(dir, 'shared')}`);
    expect(readdirSync(join(dir, 'shared'))).toEqual([]);
  });

  test('refuses a path through a link into such a directory', async () => {
    mkdirSync(join(dir, 'shared'));
    mkdirSync(join(dir, 'shared', 'own'), { mode: 0o700 });
    chmodSync(join(dir, 'shared'), 0o770);
    symlinkSync('shared/own', join(dir, 'link'));
    expect((await startError(transportAt(join(dir, 'link', 'agent.sock')))).message).toContain(
      `${join(dir, 'shared')} (mode 770)`,
    );
  });

  test('opens in /tmp’s kind, where nobody can replace another’s socket', async () => {
    chmodSync(dir, 0o1777);
    await transportAt().start(scriptedAgent().openSession);
    expect(await (await client()).request(LIST)).toEqual(LIST);
  });

  test('explains a file in the place of its directory', async () => {
    writeFileSync(join(dir, 'file'), '');
    const error = await startError(transportAt(join(dir, 'file', 'agent.sock')));
    expect(error.message).toContain(join(dir, 'file', 'agent.sock'));
    expect(error.remedy).toContain('directory');
  });

  test.runIf(process.platform === 'linux')(
    'comes to an end where the system makes no directories, and explains it',
    async () => {
      const error = await startError(transportAt('/proc/self/none/deeper/agent.sock'));
      expect(error.message).toContain('The directory /proc/self/none can’t be made: ');
    },
  );

  test('lets only one of several starts at the same moment take a stale socket’s place', async () => {
    for (let round = 0; round < 5; round++) {
      await leaveStaleSocket(path);
      const rivals = Array.from({ length: 4 }, () => transportAt());
      const agent = scriptedAgent();
      const outcomes = await Promise.allSettled(rivals.map((rival) => rival.start(agent.openSession)));
      expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBe(1);
      expect(await (await client()).request(LIST)).toEqual(LIST);
      await Promise.all(rivals.map((rival) => rival.stop()));
      expect(existsSync(path)).toBe(false);
    }
  });
});

describe('serving', () => {
  test('takes hold of the process that connects, looks it up only when asked, and lets go with the connection', async () => {
    const agent = scriptedAgent();
    const facts = { pid: process.pid, parents: [], connections: [] };
    const asking = new FakeProcess(facts);
    await transportAt(path, { observePeer: () => asking }).start(agent.openSession);
    const one = await client();
    await one.request(LIST);
    const peer = agent.peers[0]!;
    expect(peer).toMatchObject({ transport: 'unix-socket', pid: process.pid, mayPrompt: true });
    expect(asking.lookUps).toBe(0);
    expect(await peer.describe()).toEqual(facts);
    expect(asking.closed).toBe(0);
    one.socket.destroy();
    await vi.waitFor(() => expect(asking.closed).toBe(1));
  });

  test('describes a peer as unknown when nothing is to be learnt or there is no pid', async () => {
    const agent = scriptedAgent();
    const uid = process.geteuid!();
    const unknown = transportAt(path, { observePeer: () => new FakeProcess(undefined) });
    await unknown.start(agent.openSession);
    const noPid = transportAt(join(dir, 'other.sock'), { readCredentials: () => ({ uid }) });
    await noPid.start(agent.openSession);
    await (await client()).request(LIST);
    await (await client(join(dir, 'other.sock'))).request(LIST);
    expect(await agent.peers[0]!.describe()).toBeUndefined();
    expect(agent.peers[1]).not.toHaveProperty('pid');
    expect(await agent.peers[1]!.describe()).toBeUndefined();
  });

  test.runIf(process.platform === 'linux')('keeps nothing of 1,000 clients that have left', async () => {
    const agent = scriptedAgent(async (message) => {
      // Every second client is described before it leaves.
      if (agent.peers.length % 2 === 0) await agent.peers.at(-1)?.describe();
      return message.slice();
    });
    const transport = transportAt();
    await transport.start(agent.openSession);
    const descriptors = () => readdirSync('/proc/self/fd').length;
    const visit = async () => {
      const visitor = await MessageClient.connect({ path });
      await visitor.request(LIST);
      visitor.socket.destroy();
    };
    await visit();
    const before = descriptors();
    for (let i = 0; i < 1000; i++) await visit();
    await vi.waitFor(() => expect(descriptors()).toBeLessThanOrEqual(before), 5000);
    expect(agent.peers.length).toBe(1001);
  });

  test.each([
    ['another user', { uid: (process.geteuid?.() ?? 0) + 12_345, pid: 1 }, false],
    ['an unknown user', undefined, false],
    ['this user', { uid: process.geteuid?.() ?? 0, pid: 1 }, true],
    ['root', { uid: 0, pid: 1 }, true],
  ])('connection of %s', async (_who, credentials, served) => {
    const agent = scriptedAgent();
    await transportAt(path, { readCredentials: () => credentials }).start(agent.openSession);
    expect(await (await client()).request(LIST)).toEqual(served ? LIST : undefined);
    expect(agent.peers.length).toBe(served ? 1 : 0);
  });

  test('serves clients beside 480 idle connections of their process', async () => {
    const agent = scriptedAgent();
    await transportAt().start(agent.openSession);
    for (let i = 0; i < 480; i++) await client();
    const busy = await Promise.all(Array.from({ length: 20 }, () => client()));
    for (let i = 0; i < 50; i++) {
      const replies = await Promise.all(busy.map((one) => one.request(Uint8Array.of(11, i))));
      expect(replies).toEqual(busy.map(() => Uint8Array.of(11, i)));
    }
    expect(agent.peers.length).toBe(20);
  });

  test('closes the 513th connection of one process, which leaves as many free, and harms no other', async () => {
    await transportAt().start(scriptedAgent().openSession);
    for (let i = 0; i < 512; i++) await client();
    await (await client()).end();
    expect(await clients[511]!.request(LIST)).toEqual(LIST);
  });

  test('notices within a moment that a client with an open request is gone', async () => {
    let closedAfterMs = 0;
    let asked = () => {};
    const waiting = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const done = new Promise<void>((resolve) => {
      const agent = scriptedAgent(async (_message, whenClosed) => {
        asked();
        const start = performance.now();
        await whenClosed;
        closedAfterMs = performance.now() - start;
        resolve();
        return Uint8Array.of(5);
      });
      void transportAt()
        .start(agent.openSession)
        .then(async () => (await client()).send(Uint8Array.of(13)));
    });
    await waiting;
    clients[0]!.socket.destroy();
    await done;
    expect(closedAfterMs).toBeLessThan(1000);
  });

  test('answers a client that has ended its own side', async () => {
    await transportAt().start(scriptedAgent().openSession);
    const one = await client();
    one.send(Uint8Array.of(11, 1));
    one.send(Uint8Array.of(11, 2));
    one.socket.end();
    expect(await one.reply()).toEqual(Uint8Array.of(11, 1));
    expect(await one.reply()).toEqual(Uint8Array.of(11, 2));
    expect(await one.reply()).toBeUndefined();
  });
});

describe('closing', () => {
  test('ends connections and removes the socket; a second stop does nothing', async () => {
    const transport = transportAt();
    await transport.start(scriptedAgent().openSession);
    const one = await client();
    await transport.stop();
    await one.end();
    expect(existsSync(path)).toBe(false);
    expect(readdirSync(dir)).toEqual([]);
    expect(transport.state).toEqual({ status: 'stopped' });
    await transport.stop();
  });

  test('before any start does nothing', async () => {
    const transport = transportAt();
    await transport.stop();
    expect(transport.state).toEqual({ status: 'stopped' });
  });

  test('keeps the socket of an agent that has taken the place', async () => {
    const transport = transportAt();
    await transport.start(scriptedAgent().openSession);
    unlinkSync(path);
    const successor: Server = createServer();
    await new Promise<void>((resolve) => successor.listen(path, resolve));
    await transport.stop();
    expect(existsSync(path)).toBe(true);
    await new Promise((resolve) => successor.close(resolve));
  });

  test('survives that its directory was removed', async () => {
    const inner = join(dir, 'inner');
    mkdirSync(inner);
    const transport = transportAt(join(inner, 'agent.sock'));
    await transport.start(scriptedAgent().openSession);
    rmSync(inner, { recursive: true });
    await transport.stop();
    expect(transport.state).toEqual({ status: 'stopped' });
  });

  test('while starting waits for the start and leaves nothing', async () => {
    const transport = transportAt();
    const started = transport.start(scriptedAgent().openSession);
    const stopped = transport.stop();
    await Promise.all([started, stopped]);
    expect(readdirSync(dir)).toEqual([]);
    expect(transport.state.status).toBe('stopped');
  });
});
