// Another agent as a place of keys: what it is sent, and what becomes of what it answers.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreError, type StoreUse } from '../../../../main/agent/ports/key-store.ts';
import { isOwnProcess } from '../../../../main/key-stores/upstream/own-process.ts';
import { UpstreamStore } from '../../../../main/key-stores/upstream/upstream-store.ts';
import { WireReader, WireWriter } from '../../../../main/keys/encoding/wire.ts';
import { bytesForForeignListener } from '../../../fakes/foreign-listener.ts';
import { bytes } from '../../../fakes/test-agent.ts';
import { ed25519Key } from '../../../fakes/test-key.ts';
import { type Answering, failureReply, listOf, UpstreamServer } from '../../../fakes/upstream-server.ts';

const agentId = new Uint8Array(16).fill(7);
const key = ed25519Key();
const never = new AbortController().signal;
const elsewhere = () => Promise.resolve(false);

let dir: string;
let server: UpstreamServer | undefined;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-upstream-'));
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  rmSync(dir, { recursive: true, force: true });
});

async function storeOf(answer: Answering, isOwn: typeof isOwnProcess = elsewhere) {
  server = await UpstreamServer.start(join(dir, 'agent.sock'), answer);
  return new UpstreamStore(server.path, agentId, isOwn);
}

/** Knows none of the extensions. */
const plain =
  (answer: Answering): Answering =>
  (body, socket) =>
    body[0] === 27 ? failureReply : answer(body, socket);

const use = (more: Partial<StoreUse> = {}): StoreUse => ({
  blob: key.blob,
  data: bytes('x'),
  algorithm: 'ssh-ed25519',
  sessionBinds: [],
  waitsFor: () => {},
  ...more,
});

const nameOf = (body: Uint8Array | undefined) =>
  new WireReader(body?.subarray(1) ?? new Uint8Array()).readText();

describe('another agent', () => {
  it('lists its keys with comments as they came, whatever it knows of our extensions', async () => {
    for (const unknown of [5, 28, 6]) {
      const store = await storeOf((body) =>
        body[0] === 27 ? Uint8Array.of(unknown) : listOf({ blob: key.blob, comment: 'theirs' }),
      );
      expect(await store.list(never)).toEqual([
        { blob: key.blob, comment: bytes('theirs'), need: 'nothing' },
      ]);
      await server?.close();
    }
  });

  it('is told who asks, then the session-binds, then what is to be signed, on a connection of its own', async () => {
    const store = await storeOf(plain(() => new WireWriter().byte(14).string(bytes('signature')).finish()));
    const waits: unknown[] = [];
    const binds = [bytes('first'), bytes('second')];
    const algorithm = 'rsa-sha2-512';
    const signature = await store.sign(
      use({ sessionBinds: binds, algorithm, waitsFor: (w) => waits.push(w) }),
      never,
    );
    expect(signature).toEqual(bytes('signature'));
    expect(waits).toEqual(['other-agent']);
    const [asked = []] = server?.connections ?? [];
    expect(asked.slice(0, 3).map(nameOf)).toEqual([
      'from-agent@sallyport',
      'session-bind@openssh.com',
      'session-bind@openssh.com',
    ]);
    expect(asked[2]?.subarray(-6)).toEqual(bytes('second'));
    expect(asked[3]).toEqual(
      new WireWriter().byte(13).string(key.blob).string(bytes('x')).uint32(4).finish(),
    );
    await expect.poll(() => server?.openConnections).toBe(0);
  });

  it('lists for a bound connection what it lets that know of', async () => {
    const store = await storeOf(plain(() => listOf({ blob: key.blob, comment: '' })));
    expect(await store.listFor([bytes('bind')], never)).toEqual([key.blob]);
    expect(server?.connections[0]?.map((body) => body[0])).toEqual([27, 27, 11]);
  });

  it.each([
    ['refuses to list', () => failureReply, 'list', 'It refused to list its keys.'],
    ['refuses to sign', () => failureReply, 'sign', 'The other agent refused to sign.'],
    ['answers something else', () => bytes('HTTP/1.1'), 'sign', 'The other agent refused to sign.'],
    [
      'lists more than it sends',
      () => Uint8Array.of(12, 255, 255, 255, 255, 1),
      'list',
      'Its answer makes no sense.',
    ],
    ['lists nothing of a list', () => Uint8Array.of(12), 'list', 'Its answer makes no sense.'],
    ['sends half a signature', () => Uint8Array.of(14, 0, 0, 0, 9, 1), 'sign', 'Its answer makes no sense.'],
  ] as const)('that %s is told so', async (_what, answer, act, reason) => {
    const store = await storeOf(plain(answer));
    const acted = act === 'list' ? store.list(never) : store.sign(use(), never);
    await expect(acted).rejects.toThrow(reason);
    await expect(acted).rejects.toBeInstanceOf(StoreError);
  });

  it('that closes the connection, in the middle of a signature or before, is told so', async () => {
    const store = await storeOf((body, socket) => {
      if (body[0] === 13) socket.destroy();
      return body[0] === 27 ? failureReply : undefined;
    });
    await expect(store.sign(use(), never)).rejects.toThrow('It closed the connection.');
    await server?.close();
    await expect(store.list(never)).rejects.toThrow('it does not run');
    server = undefined;
  });

  it('that answers with more than the protocol carries is cut off', async () => {
    const store = await storeOf((_body, socket) => {
      socket.write(Uint8Array.of(255, 255, 255, 255, 12));
      return undefined;
    });
    await expect(store.list(never)).rejects.toThrow('It closed the connection.');
  });

  it('is left at once when nobody waits any more', async () => {
    const store = await storeOf(plain(() => undefined));
    const leaving = new AbortController();
    const signed = store.sign(use(), leaving.signal);
    await expect.poll(() => server?.connections[0]?.length).toBe(2);
    leaving.abort(new Error('left'));
    await expect(signed).rejects.toThrow('left');
    await expect.poll(() => server?.openConnections).toBe(0);
    await expect(store.list(AbortSignal.abort(new Error('left before')))).rejects.toThrow('left before');
  });

  it('is not what is no socket', async () => {
    const path = join(dir, 'file');
    writeFileSync(path, '');
    await expect(new UpstreamStore(path, agentId).list(never)).rejects.toMatchObject({
      remedy: 'Start it, or remove it here.',
    });
  });

  it('is not this process, which is sent nothing', async () => {
    const store = await storeOf(
      plain(() => listOf()),
      isOwnProcess,
    );
    await expect(store.list(never)).rejects.toThrow('It is this agent itself.');
    expect(server?.connections.flat()).toEqual([]);
  });

  it('is not this agent behind a relay, as it says itself', async () => {
    const store = await storeOf((body) => (body[0] === 27 ? Uint8Array.of(6, 1) : listOf()));
    await expect(store.list(never)).rejects.toThrow('It is this agent itself.');
    await expect(store.sign(use(), never)).rejects.toThrow('It is this agent itself.');
  });

  it.skipIf(process.geteuid?.() !== 0)('of another user is sent nothing', async () => {
    const path = join(dir, 'foreign.sock');
    const bytes = await bytesForForeignListener(path, () =>
      expect(new UpstreamStore(path, agentId).list(never)).rejects.toThrow('belongs to another user'),
    );
    expect(bytes).toBe(0);
  });

  it.each([
    ['/run/user/1000/gnupg/S.gpg-agent.ssh', 'gpg-agent'],
    ['\\\\.\\pipe\\openssh-ssh-agent', 'OpenSSH’s agent'],
    ['\\\\.\\pipe\\pageant.alice.0123', 'Pageant'],
    ['/tmp/agent.sock', '/tmp/agent.sock'],
  ])('at %s is called %s', (address, title) => {
    expect(new UpstreamStore(address, agentId)).toMatchObject({ title, address, id: `upstream:${address}` });
  });
});
