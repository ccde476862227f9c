// The client against the real core and against scripted agents of other makes.
import { describe, expect, it } from 'vitest';
import { AgentClient } from '../../../main/client/agent-client.ts';
import { type AgentConnection, connectToSession } from '../../../main/client/agent-connection.ts';
import { AgentConnectionError, AgentRefusedError } from '../../../main/client/agent-errors.ts';
import { SecretBytes } from '../../../main/keys/encoding/secret-bytes.ts';
import { WireReader, WireWriter } from '../../../main/keys/encoding/wire.ts';
import { testAgent, testPeer } from '../../fakes/test-agent.ts';
import { ed25519Key } from '../../fakes/test-key.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

function clientOfOurAgent() {
  const { agent, approver } = testAgent();
  return { client: new AgentClient(connectToSession(agent.openSession(testPeer()))), approver };
}

/** Answers by the extension's name, else by the message number. */
function scripted(answers: Record<string, Uint8Array>) {
  const asked: string[] = [];
  const connection: AgentConnection = {
    request(body) {
      const reader = new WireReader(body);
      const number = reader.readByte();
      const name = number === 27 ? reader.readText() : String(number);
      asked.push(name);
      return Promise.resolve(answers[name] ?? Uint8Array.of(5));
    },
    close() {},
  };
  return { client: new AgentClient(connection), asked };
}

const list = (first: number) => new WireWriter().byte(first).uint32(1).string(bytes('blob')).text('k');

describe('client of our agent', () => {
  it('adds, lists, signs with and removes a key', async () => {
    const { client } = clientOfOurAgent();
    const key = ed25519Key();
    await client.add(key.privateFields, 'mine', { confirm: false, lifetimeSeconds: 100 });
    const [listed, ...others] = await client.list();
    expect(others).toEqual([]);
    expect(listed).toMatchObject({ comment: 'mine', keptAs: 'clear', confirm: false, secondsLeft: 100 });
    const signature = await client.sign(listed!.blob, bytes('data'), 0);
    expect(key.verify(signature, bytes('data'))).toBe(true);
    await client.remove(key.blob);
    expect(await client.list()).toEqual([]);
    await expect(client.remove(key.blob)).rejects.toThrow(AgentRefusedError);
  });

  it('locks and unlocks, and says so when the agent refuses', async () => {
    const { client } = clientOfOurAgent();
    await client.lock(new SecretBytes(bytes('pass')));
    await expect(client.lock(new SecretBytes(bytes('pass')))).rejects.toThrow(/not locked/);
    await expect(client.add(ed25519Key().privateFields, '', {})).rejects.toThrow(AgentRefusedError);
    expect(await client.list()).toEqual([]);
    await client.unlock(new SecretBytes(bytes('pass')));
    await expect(client.unlock(new SecretBytes(bytes('pass')))).rejects.toThrow(/not unlocked/);
  });

  it('knows it for ours, locked or not', async () => {
    const { client } = clientOfOurAgent();
    expect(await client.isSallyport()).toBe(true);
    await client.lock(new SecretBytes(bytes('pass')));
    expect(await client.isSallyport()).toBe(true);
  });

  it('leaves the fields that were added untouched', async () => {
    const { client } = clientOfOurAgent();
    const { privateFields } = ed25519Key();
    const before = privateFields.slice();
    await client.add(privateFields, '', {});
    expect(privateFields).toEqual(before);
  });

  it('says that a key in clear has nothing to re-encrypt', async () => {
    const { client } = clientOfOurAgent();
    const key = ed25519Key();
    expect(await client.reencryptAll()).toBe(0);
    await client.add(key.privateFields, '', {});
    await expect(client.reencrypt(key.blob)).rejects.toThrow(/no encrypted form/);
    await expect(client.reencryptAll()).rejects.toThrow(/no encrypted form/);
  });
});

describe('client of other agents', () => {
  const listExtended = 'list-extended@putty.projects.tartarus.org';
  const addPpk = 'add-ppk@putty.projects.tartarus.org';

  it('falls back from our list to PuTTY’s and to the plain one', async () => {
    const plain = scripted({ 11: list(12).finish() });
    expect(await plain.client.list()).toMatchObject([{ comment: 'k' }]);
    expect(plain.asked).toEqual(['list-keys@sallyport', listExtended, '11']);
    const putty = scripted({
      [listExtended]: list(6)
        .string(Uint8Array.of(0, 0, 0, 3))
        .finish(),
    });
    expect(await putty.client.list()).toMatchObject([{ comment: 'k', keptAs: 'encrypted' }]);
    expect(putty.asked).not.toContain('11');
  });

  it('keeps a PPK without constraints encrypted in PuTTY’s way', async () => {
    const { client, asked } = scripted({ [addPpk]: Uint8Array.of(6) });
    await client.addKeyFile({ bytes: bytes('ppk'), isPpk: true }, { confirm: false });
    expect(asked).toEqual(['add-key-file@sallyport', addPpk]);
  });

  it('does not drop constraints or send other formats in PuTTY’s way', async () => {
    for (const [isPpk, constraints] of [
      [true, { confirm: true }],
      [true, { lifetimeSeconds: 1 }],
      [false, {}],
    ] as const) {
      const { client, asked } = scripted({ [addPpk]: Uint8Array.of(6) });
      await expect(client.addKeyFile({ bytes: bytes('x'), isPpk }, constraints)).rejects.toThrow(
        /without --encrypted/,
      );
      expect(asked).toEqual(['add-key-file@sallyport']);
    }
  });

  it('does not try PuTTY’s way after our agent has refused', async () => {
    const { client, asked } = scripted({
      'add-key-file@sallyport': Uint8Array.of(28),
      [addPpk]: Uint8Array.of(6),
    });
    await expect(client.addKeyFile({ bytes: bytes('x'), isPpk: true }, {})).rejects.toThrow(
      /refused the key file/,
    );
    expect(asked).toEqual(['add-key-file@sallyport']);
  });

  it('takes no other agent for ours', async () => {
    const names = new WireWriter().byte(6).text('query').text(addPpk).finish();
    expect(await scripted({ query: names }).client.isSallyport()).toBe(false);
    expect(await scripted({}).client.isSallyport()).toBe(false);
    // Fails every extension alike, known to it or not.
    const failing = new AgentClient({ request: () => Promise.resolve(Uint8Array.of(28)), close() {} });
    expect(await failing.isSallyport()).toBe(false);
  });

  it('says that an answer makes no sense', async () => {
    const nonsense = Uint8Array.of(12, 0xff, 0xff, 0xff, 0xff);
    await expect(scripted({ 11: nonsense }).client.list()).rejects.toThrow(AgentConnectionError);
    await expect(scripted({ 18: Uint8Array.of(99) }).client.remove(bytes('b'))).rejects.toThrow(
      /makes no sense/,
    );
  });

  it('says that re-encryption is unknown there', async () => {
    await expect(scripted({}).client.reencrypt(bytes('b'))).rejects.toThrow(/can't re-encrypt/);
    await expect(scripted({}).client.reencryptAll()).rejects.toThrow(/can't re-encrypt/);
  });
});
