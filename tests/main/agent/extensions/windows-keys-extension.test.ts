// windows-keys@sallyport: who may see and steer Windows' keys.
import { describe, expect, it } from 'vitest';
import {
  type NewWindowsKey,
  type WindowsKeyList,
  WindowsKeysError,
} from '../../../../main/agent/ports/windows-keys.ts';
import { WireReader, WireWriter } from '../../../../main/keys/encoding/wire.ts';
import { sid, testHost } from '../../../fakes/host-session.ts';
import { type TestClient, testAgent } from '../../../fakes/test-agent.ts';

const secret = new Uint8Array(32).fill(5);
const refused = Uint8Array.of(28);
const fingerprint = `SHA256:${'a'.repeat(43)}`;
const list: WindowsKeyList = {
  certificates: false,
  keys: [],
  leftOut: { noKey: 0, olderInterface: 0, kind: 0 },
  problems: [],
  homes: [],
};

function agentOnWindows() {
  const changes: unknown[] = [];
  const windowsKeys = {
    list: () => Promise.resolve(list),
    make: (wish: NewWindowsKey) => {
      changes.push(wish);
      if (wish.name === 'there') return Promise.reject(new WindowsKeysError('There is one.'));
      return Promise.resolve(fingerprint);
    },
    delete: (which: string) => {
      changes.push(which);
      return Promise.resolve(false);
    },
    offer: (...wish: unknown[]) => {
      changes.push(wish);
      return Promise.resolve();
    },
  };
  return { ...testAgent({ localSecret: secret, host: { doors: () => [], windowsKeys } }), changes };
}

const ask = (client: TestClient, change: unknown, shown = secret) =>
  client.own(shown, 'windows-keys@sallyport', new WireWriter().text(JSON.stringify(change)).finish());
const make = (name: string) => ({ do: 'make', home: 'tpm', kind: 'ecdsa-p256', name });

async function reply(client: TestClient, change: unknown): Promise<unknown> {
  const reader = new WireReader(await ask(client, change));
  expect(reader.readByte()).toBe(6);
  return JSON.parse(reader.readText());
}

describe('windows-keys@sallyport', () => {
  it('lists, makes and offers, and says in a sentence what can’t be done', async () => {
    const { connect, changes } = agentOnWindows();
    const client = connect();
    expect(await reply(client, { do: 'list' })).toEqual({ ok: true, list });
    expect(await reply(client, make('new'))).toEqual({ ok: true, list, made: fingerprint });
    expect(await reply(client, { do: 'offer', which: 'certificates', isOffered: true })).toEqual({
      ok: true,
      list,
    });
    expect(await reply(client, make('there'))).toEqual({ ok: false, message: 'There is one.' });
    expect(await reply(client, { do: 'delete', fingerprint })).toEqual({
      ok: false,
      message: 'No key that was made here has this fingerprint.',
    });
    expect(changes).toHaveLength(4);
    const elsewhere = testAgent({ localSecret: secret }).connect();
    expect(await reply(elsewhere, { do: 'list' })).toEqual({
      ok: false,
      message: 'Only Windows keeps keys of its own.',
    });
  });

  it('is refused to who does not have the secret, and to a connection that belongs to an SSH session', async () => {
    const { connect, changes } = agentOnWindows();
    for (const shown of [new Uint8Array(), new Uint8Array(32)])
      expect(await ask(connect(), make('x'), shown)).toEqual(refused);
    const client = connect();
    await client.extension('session-bind@openssh.com', testHost().bind(sid(1), false));
    expect(await ask(client, make('x'))).toEqual(refused);
    expect(changes).toEqual([]);
  });

  it.each([
    make('a/b'),
    make(''),
    { ...make('x'), home: 'smart-card' },
    { ...make('x'), kind: 'dsa' },
    { do: 'delete', fingerprint: 'MD5:aa' },
    { do: 'offer', which: {}, isOffered: true },
  ])('refuses what is no request: %j', async (change) => {
    const { connect, changes } = agentOnWindows();
    expect(await ask(connect(), change)).toEqual(refused);
    expect(changes).toEqual([]);
  });
});
