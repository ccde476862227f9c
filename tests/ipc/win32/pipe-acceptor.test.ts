import { beforeEach, describe, expect, test, vi } from 'vitest';
import { PipeAcceptor } from '../../../ipc/win32/pipe-acceptor.ts';
import { MalformedSecurityError } from '../../../ipc/win32/sid.ts';

const ERROR_NO_SYSTEM_RESOURCES = 1450;
const ERROR_IO_PENDING = 997;

/** What the system does, and what it has seen. */
const system = vi.hoisted(() => ({
  made: 0,
  open: new Set<bigint>(),
  connectError: 0,
  /** The instance from which on the pipe is no longer protected. */
  firstUnsafe: Number.POSITIVE_INFINITY,
}));

vi.mock('../../../ipc/win32/kernel32.ts', () => ({
  kernel32: () => ({
    ConnectNamedPipe: () => 0,
    GetLastError: () => system.connectError,
    FormatMessageW: () => 0,
    CancelIoEx: () => 1,
  }),
  closeHandle: (pipe: bigint) => system.open.delete(pipe),
}));
vi.mock('../../../ipc/win32/secure-pipe.ts', async () => {
  const { MalformedSecurityError } = await import('../../../ipc/win32/sid.ts');
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
vi.mock('../../../ipc/win32/overlapped.ts', () => ({
  Overlapped: class {
    readonly address = 8n;
    readonly isPending = true;
    free() {}
    freeUnused() {}
  },
}));
vi.mock('../../../ipc/win32/completion-waiter.ts', () => ({
  completionWaiter: { event: 4n, add() {}, wake() {}, remove: () => Promise.resolve() },
}));

beforeEach(() => {
  Object.assign(system, { made: 0, connectError: ERROR_IO_PENDING, firstUnsafe: Number.POSITIVE_INFINITY });
  system.open.clear();
});

const acceptor = () => new PipeAcceptor('\\\\.\\pipe\\test', { onClient() {}, onLost() {} });

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

  test('keeps spare instances until it is closed', async () => {
    const pipe = acceptor();
    pipe.open();
    expect(system.open.size).toBeGreaterThan(1);
    await pipe.close();
    expect(system.open.size).toBe(0);
  });
});
