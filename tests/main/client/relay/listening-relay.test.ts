import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { socketPeerState } from '../../../../ipc/posix/sockets/socket-peer-state.ts';
import { introduction } from '../../../../main/client/relay/introduce.ts';
import {
  type ListeningRelay,
  listenAsRelay,
  type RelayOptions,
} from '../../../../main/client/relay/listening-relay.ts';
import { connectTo, startThrough } from '../../../../main/client/relay/relay-target.ts';

let dir: string;
let path: string;
let agent: Server;
let agentPath: string;
/** What the agent has seen of each connection. */
let atAgent: Socket[];
let relays: ListeningRelay[];
let clients: Socket[];
let failures: unknown[];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-test-'));
  path = join(dir, 'relay.sock');
  agentPath = join(dir, 'agent.sock');
  [atAgent, relays, clients, failures] = [[], [], [], []];
  agent = createServer({ allowHalfOpen: true }, (socket) => {
    atAgent.push(socket);
    socket.on('error', () => {});
    socket.pipe(socket);
  });
  await new Promise<void>((done) => agent.listen(agentPath, done));
});

afterEach(async () => {
  for (const socket of [...clients, ...atAgent]) socket.destroy();
  await Promise.all(relays.map((relay) => relay.close()));
  agent.close();
  rmSync(dir, { recursive: true, force: true });
});

/** This process is at both ends, so the guard against a relay of itself is left out. */
const toAgent = async () => {
  const socket = connect({ path: agentPath, allowHalfOpen: true });
  socket.on('error', () => {});
  await new Promise<void>((done, reject) => socket.once('connect', done).once('error', reject));
  return { input: socket, output: socket, end: () => void socket.end(), close: () => void socket.destroy() };
};

async function relay(options: Partial<RelayOptions> = {}): Promise<ListeningRelay> {
  const made = await listenAsRelay(path, {
    open: toAgent,
    maxConnections: 8,
    onFailed: (error) => failures.push(error),
    ...options,
  });
  relays.push(made);
  return made;
}

async function client(): Promise<Socket & { received: Buffer; hasEnded: boolean }> {
  const socket = connect({ path, allowHalfOpen: true });
  clients.push(socket);
  const seen = Object.assign(socket, { received: Buffer.alloc(0), hasEnded: false });
  socket.on('error', () => {});
  socket.on('data', (chunk: Buffer) => {
    seen.received = Buffer.concat([seen.received, chunk]);
  });
  socket.on('close', () => {
    seen.hasEnded = true;
  });
  socket.on('end', () => {
    seen.hasEnded = true;
  });
  await new Promise<void>((done, reject) => socket.once('connect', done).once('error', reject));
  return seen;
}

const sh = (script: string, complain: (line: string) => void = () => {}) => ({
  open: () => startThrough(['/bin/sh', '-c', script], complain),
});

describe('the socket of a relay that listens', () => {
  it('is the user’s alone, and is removed at the end with all connections', async () => {
    const made = await relay();
    expect(lstatSync(path).mode & 0o777).toBe(0o600);
    const connected = await client();
    connected.write('x');
    await expect.poll(() => connected.received.toString()).toBe('x');
    await made.close();
    await expect.poll(() => connected.hasEnded).toBe(true);
    expect(existsSync(path)).toBe(false);
  });

  it('takes the place of no other that somebody listens on, nor of a file or a planted link', async () => {
    await relay();
    await expect(relay()).rejects.toThrow(`An agent is already listening on ${path} (process ${process.pid}`);
    await relays[0]?.close();
    writeFileSync(join(dir, 'file'), 'kept');
    symlinkSync('file', path);
    await expect(relay()).rejects.toThrow('is not a socket, and is kept as it is');
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
  });

  it('is made in no directory that others can write to', async () => {
    path = join(dir, 'open', 'relay.sock');
    mkdirSync(join(dir, 'open'));
    chmodSync(join(dir, 'open'), 0o777);
    await expect(relay()).rejects.toThrow('Other users may replace what is in the directory');
  });
});

describe('a connection to it', () => {
  it('leaves its first message to nobody behind it, also where nothing could be learnt of who came', async () => {
    const seen: Buffer[] = [];
    await relay({
      open: async () => {
        const target = await toAgent();
        target.output.on('data', (chunk: Buffer) => seen.push(Buffer.from(chunk)));
        return target;
      },
      describe: () => Promise.reject(new Error('it has ended')),
    });
    const connected = await client();
    connected.write('x');
    await expect.poll(() => connected.received.toString()).toBe('x');
    expect(Buffer.concat(seen)).toEqual(Buffer.concat([introduction('nobody'), Buffer.from('x')]));
  });

  it('is carried byte for byte, and its ends one by one', async () => {
    await relay();
    const sent = Buffer.from(Uint8Array.from({ length: 2_000_000 }, (_, index) => (index * 31) >> 3));
    const connected = await client();
    connected.end(sent);
    await expect.poll(() => connected.received.length).toBe(sent.length);
    expect(connected.received.equals(sent)).toBe(true);
    await expect.poll(() => connected.hasEnded).toBe(true);
  });

  it('starts nothing at the other end before it sends something', async () => {
    const open = vi.fn(toAgent);
    await relay({ open });
    (await client()).destroy();
    (await client()).end();
    const asking = await client();
    asking.write('x');
    await expect.poll(() => asking.received.toString()).toBe('x');
    expect(open).toHaveBeenCalledOnce();
  });

  it('ends the one to the agent when its client goes, also one that the agent reads nothing from', async () => {
    agent.removeAllListeners('connection');
    agent.on('connection', (socket: Socket) => {
      atAgent.push(socket.pause());
    });
    await relay();
    const connected = await client();
    connected.write(Buffer.alloc(4_000_000));
    await expect.poll(() => atAgent.length).toBe(1);
    connected.destroy();
    await expect.poll(() => atAgent[0] && socketPeerState(atAgent[0]), { timeout: 5000 }).toBe('gone');
  });

  it('keeps no more than a stream holds for a client that reads nothing', async () => {
    let written = 0;
    agent.removeAllListeners('connection');
    agent.on('connection', (socket: Socket) => {
      atAgent.push(socket);
      socket.on('error', () => {});
      const more = () => {
        while (socket.write(Buffer.alloc(65_536))) written += 65_536;
      };
      socket.on('drain', more);
      more();
    });
    await relay();
    const connected = await client();
    connected.pause();
    connected.write('x');
    await expect.poll(() => written).toBeGreaterThan(0);
    let before = -1;
    await expect
      .poll(
        () => {
          const stands = written === before;
          before = written;
          return stands;
        },
        { interval: 300 },
      )
      .toBe(true);
    expect(written).toBeLessThan(4_000_000);
  });

  it('is closed with the reason in the log where no agent answers, and the next is carried', async () => {
    let fails = true;
    await relay({
      open: () => (fails ? connectTo(join(dir, 'nobody')) : toAgent()),
    });
    const refused = await client();
    refused.write('x');
    await expect.poll(() => refused.hasEnded).toBe(true);
    expect(String(failures[0])).toContain('There is no agent at');
    fails = false;
    const served = await client();
    served.write('x');
    await expect.poll(() => served.received.toString()).toBe('x');
  });

  it('is not carried back to the relay itself', async () => {
    await relay({ open: () => connectTo(path) });
    const connected = await client();
    connected.write('x');
    await expect.poll(() => connected.hasEnded).toBe(true);
    await expect.poll(() => failures.length).toBe(1);
    expect(String(failures[0])).toContain('is this relay itself');
  });

  it('leaves half of the places to others, whatever one process takes', async () => {
    await relay();
    const many = await Promise.all(Array.from({ length: 8 }, client));
    await expect.poll(() => many.filter(({ hasEnded }) => hasEnded).length).toBe(4);
    for (const one of many) one.destroy();
    await expect
      .poll(async () => {
        const next = await client();
        next.write('x');
        await new Promise((done) => next.once('data', done).once('close', done));
        return next.received.toString();
      })
      .toBe('x');
  });
});

describe('a command for each connection', () => {
  it('has the connection as its standard streams', async () => {
    await relay(sh('cat; echo done'));
    const connected = await client();
    connected.end('asked ');
    await expect.poll(() => connected.received.toString()).toBe('asked done\n');
    await expect.poll(() => connected.hasEnded).toBe(true);
  });

  it('is told of in the log when it fails, and its client is closed', async () => {
    const said: string[] = [];
    await relay(sh('read x; exit 7', (line) => said.push(line)));
    const connected = await client();
    connected.write('x\n');
    await expect.poll(() => connected.hasEnded).toBe(true);
    await expect.poll(() => said).toEqual(['/bin/sh has failed (exit code 7), and its connection ends.']);
  });

  it('is told of when it can not be started', async () => {
    await relay({ open: () => startThrough([join(dir, 'missing')], () => {}) });
    const connected = await client();
    connected.write('x');
    await expect.poll(() => connected.hasEnded).toBe(true);
    expect(String(failures[0])).toContain('can’t be started: no such file or directory.');
  });

  it('ends with its client, also one that heeds nothing', async () => {
    const marker = join(dir, 'pid');
    await relay(sh(`trap '' TERM; echo $$ >'${marker}'; while :; do sleep 0.05; done`));
    const connected = await client();
    connected.write('x');
    await expect.poll(() => existsSync(marker)).toBe(true);
    connected.destroy();
    const isThere = () => {
      try {
        return process.kill(Number(readFileSync(marker, 'utf8')), 0);
      } catch {
        return false;
      }
    };
    await expect.poll(isThere, { timeout: 5000 }).toBe(false);
  });
});
