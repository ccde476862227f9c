import { beforeEach, describe, expect, test, vi } from 'vitest';
import { PipeAcceptor } from '../../../../ipc/win32/pipes/pipe-acceptor.ts';
import { MalformedSecurityError } from '../../../../ipc/win32/security/sid.ts';

const ERROR_NO_SYSTEM_RESOURCES = 1450;
const ERROR_IO_PENDING = 997;

/** What the system does, and what it has seen. */
const system = vi.hoisted(() => ({
  made: 0,
  open: new Set<bigint>(),
  connectError: 0,
  /** The instance from which on the pipe is no longer protected. */
  firstUnsafe: Number.POSITIVE_INFINITY,
  /** Instances that a client has come to. */
  connected: new Set<bigint>(),
  /** The instances by the addresses of their OVERLAPPED. */
  pipes: new Map<bigint, bigint>(),
  complete: () => {},
}));

vi.mock('../../../../ipc/win32/libraries/kernel32.ts', () => ({
  kernel32: () => ({
    ConnectNamedPipe: (pipe: bigint, overlapped: bigint) => {
      system.pipes.set(overlapped, pipe);
      return 0;
    },
    GetNamedPipeClientProcessId: () => 0,
    GetLastError: () => system.connectError,
    FormatMessageW: () => 0,
    CancelIoEx: () => 1,
  }),
  closeHandle: (pipe: bigint) => system.open.delete(pipe),
}));
vi.mock('../../../../ipc/win32/pipes/secure-pipe.ts', async () => {
  const { MalformedSecurityError } = await import('../../../../ipc/win32/security/sid.ts');
  return {
    pipeSecurity: () => ({ dispose() {} }),
    createPipeInstance() {
      system.made += 1;
      if (system.made > 1000) throw new Error('would go on for ever');
      system.open.add(BigInt(system.made));
      return BigInt(system.made);
    },
    assertPipeIsForUserAlone(pipe: bigint) {
      if (Number(pipe) >= system.firstUnsafe) throw new MalformedSecurityError('it is open to everyone');
    },
  };
});
vi.mock('../../../../ipc/win32/libraries/host-executable.ts', () => ({ fileDescriptorOf: Number }));
vi.mock('../../../../ipc/win32/libraries/overlapped.ts', () => {
  let last = 0n;
  return {
    Overlapped: class {
      readonly address = ++last;
      readonly hasSucceeded = true;
      get isPending() {
        return !system.connected.has(system.pipes.get(this.address) ?? 0n);
      }
      free() {}
      freeUnused() {}
    },
  };
});
vi.mock('../../../../ipc/win32/pipes/completion-waiter.ts', () => ({
  completionWaiter: {
    event: 4n,
    add: (listener: () => void) => Object.assign(system, { complete: listener }),
    wake() {},
    remove: () => Promise.resolve(),
  },
}));

beforeEach(() => {
  Object.assign(system, { made: 0, connectError: ERROR_IO_PENDING, firstUnsafe: Number.POSITIVE_INFINITY });
  system.open.clear();
  system.connected.clear();
});

const acceptor = (onClient = () => {}) => new PipeAcceptor('\\\\.\\pipe\\test', { onClient, onLost() {} });

describe('opening a pipe', () => {
  test('fails when the system can not wait for clients, instead of trying for ever', () => {
    system.connectError = ERROR_NO_SYSTEM_RESOURCES;
    expect(() => acceptor().open()).toThrow(`(Windows error ${ERROR_NO_SYSTEM_RESOURCES})`);
    expect(system.open.size).toBe(0);
  });

  test('fails when any of its instances has joined a pipe that others may open', () => {
    system.firstUnsafe = 2;
    expect(() => acceptor().open()).toThrow(MalformedSecurityError);
    expect(system.open.size).toBe(0);
  });

  test('keeps room for 200 clients that come at the same instant, until it is closed', async () => {
    const pipe = acceptor();
    pipe.open();
    expect(system.open.size).toBeGreaterThan(1);
    await expect.poll(() => system.open.size).toBeGreaterThan(200);
    await pipe.close();
    expect(system.open.size).toBe(0);
  });

  test('makes few instances in one turn of the event loop, and none any more when it is closed meanwhile', async () => {
    const pipe = acceptor();
    pipe.open();
    const atOnce = system.made;
    await new Promise(setImmediate);
    expect(system.made - atOnce).toBeOneOf([1, 2, 3, 4, 5, 6, 7, 8]);
    await pipe.close();
    const made = system.made;
    await new Promise(setImmediate);
    expect(system.made).toBe(made);
    expect(system.open.size).toBe(0);
  });

  test('makes room anew for those who have come', async () => {
    let clients = 0;
    const pipe = acceptor(() => {
      clients += 1;
    });
    pipe.open();
    await expect.poll(() => system.open.size).toBeGreaterThan(200);
    const room = system.open.size;
    for (let id = 1; id <= 200; id++) system.connected.add(BigInt(id));
    system.complete();
    expect(clients).toBe(200);
    await expect.poll(() => system.open.size).toBe(room + 200);
    await pipe.close();
  });
});
