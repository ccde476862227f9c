// What an SSH agent does, told once and run over several agents. Where they differ, the habits say how.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WireReader, WireWriter } from '../../../main/keys/encoding/wire.ts';
import { MessageClient } from '../../fakes/message-client.ts';
import { addRequest, bytes, constrain, request, signRequest } from '../../fakes/test-agent.ts';
import { ecdsaKey, ed25519Key, rsaKey, type TestKey } from '../../fakes/test-key.ts';

/** How one agent answers where RFC 9987 leaves a choice, or where agents depart from it. */
export interface AgentHabits {
  /** Order of the list. */
  readonly order: 'as added' | 'by public key';
  /** A sign request without flags word, as old clients send it. */
  readonly missingFlags: 'signs' | 'refuses';
  /** Sign flags for another type of key than RSA. */
  readonly flagsWithoutRsa: 'signs' | 'refuses';
  /** Sign flags that nobody has defined. */
  readonly unknownFlags: 'signs' | 'refuses';
  /** Adding a key that is there already. */
  readonly addAgain: 'replaces' | 'refuses';
  /** Constraints (message 25), lock and unlock. */
  readonly constraints: 'keeps' | 'refuses';
  /** Constraints at the end of message 17, which has none. */
  readonly constraintsOfPlainAdd: 'refuses' | 'keeps' | 'ignores';
  /** A key whose public half belongs to another private half. */
  readonly inconsistentKey: 'adds' | 'refuses';
  /** The first byte of the answer to `query`. */
  readonly query: readonly number[];
  /** The first byte of the answer to an extension that nobody knows. */
  readonly unknownExtension: readonly number[];
  /** A list of SSH-1 keys, of which there are none. */
  readonly ssh1List: 'empty list' | 'failure';
  /** A message with a body of no bytes, and another one after it. */
  readonly emptyBody: 'failure' | 'closes';
  /** A message that announces more than 256 KiB. */
  readonly oversizeBody: 'failure, closes' | 'failure' | 'closes';
}

const failure = 5;
const success = 6;
const identitiesAnswer = 12;
const signResponse = 14;

/** The tests of one agent. `start` makes a fresh agent without keys; it may ask nobody. */
export function agentConformance(
  start: () => Promise<{ readonly socketPath: string } & AsyncDisposable>,
  habits: AgentHabits,
): void {
  let agent: Awaited<ReturnType<typeof start>>;
  let client: MessageClient;
  const clients: MessageClient[] = [];

  async function connect(): Promise<MessageClient> {
    const connected = await MessageClient.connect({ path: agent.socketPath });
    clients.push(connected);
    return connected;
  }

  beforeEach(async () => {
    agent = await start();
    client = await connect();
  });

  afterEach(async () => {
    for (const open of clients.splice(0)) open.socket.destroy();
    await agent[Symbol.asyncDispose]();
  });

  const status = async (writer: WireWriter, by = client) => (await by.request(writer.finish()))?.[0];

  async function list(by = client): Promise<{ blob: string; comment: string }[]> {
    const reader = new WireReader((await by.request(request(11).finish())) ?? new Uint8Array());
    expect(reader.readByte()).toBe(identitiesAnswer);
    const keys = Array.from({ length: reader.readUint32() }, () => ({
      blob: hex(reader.readString()),
      comment: reader.readText(),
    }));
    reader.assertEnd();
    return keys;
  }

  const comments = async () => (await list()).map(({ comment }) => comment);

  async function sign(key: TestKey, data: Uint8Array, flags = 0): Promise<Uint8Array | undefined> {
    const reader = new WireReader(
      (await client.request(signRequest(key.blob, data, flags).finish())) ?? new Uint8Array(),
    );
    if (reader.readByte() !== signResponse) return undefined;
    const signature = reader.readString();
    reader.assertEnd();
    return signature;
  }

  const add = (key: TestKey, comment = 'key', constraints?: Uint8Array) =>
    status(addRequest(key, comment, constraints));

  it('lists nothing when it is new', async () => {
    expect(await client.request(request(11).finish())).toEqual(Uint8Array.of(identitiesAnswer, 0, 0, 0, 0));
  });

  it(`lists keys with blob and comment, ${habits.order}`, async () => {
    const keys = [rsaKey(), ed25519Key(), ecdsaKey('P-256')];
    for (const [n, key] of keys.entries()) expect(await add(key, `key ${n}`)).toBe(success);
    const inOrder = keys.map(({ blob }, n) => ({ blob: hex(blob), comment: `key ${n}` }));
    if (habits.order === 'by public key') inOrder.sort((a, b) => (a.blob < b.blob ? -1 : 1));
    expect(await list()).toEqual(inOrder);
  });

  it.each([
    ['Ed25519', ed25519Key],
    ['ECDSA P-256', () => ecdsaKey('P-256')],
    ['ECDSA P-384', () => ecdsaKey('P-384')],
    ['ECDSA P-521', () => ecdsaKey('P-521')],
    ['RSA', rsaKey],
  ] as const)('signs with %s', async (_name, makeKey) => {
    const key = makeKey();
    expect(await add(key)).toBe(success);
    const signature = await sign(key, bytes('data'));
    expect(signature && key.verify(signature, bytes('data'))).toBe(true);
    expect(signature && key.verify(signature, bytes('other'))).toBe(false);
  });

  it.each([
    [0, 'ssh-rsa'],
    [2, 'rsa-sha2-256'],
    [4, 'rsa-sha2-512'],
    [6, 'rsa-sha2-256'],
  ])('signs with RSA and flags %i as %s', async (flags, algorithm) => {
    const key = rsaKey();
    await add(key);
    const signature = (await sign(key, bytes('data'), flags)) ?? new Uint8Array();
    expect(new WireReader(signature).readText()).toBe(algorithm);
    expect(key.verify(signature, bytes('data'))).toBe(true);
  });

  it('signs 100 KB, and nothing at all', async () => {
    const key = ed25519Key();
    await add(key);
    for (const data of [new Uint8Array(100_000).fill(7), new Uint8Array()]) {
      const signature = await sign(key, data);
      expect(signature && key.verify(signature, data)).toBe(true);
    }
  });

  it('does not sign with a key that it does not have', async () => {
    await add(ed25519Key());
    expect(await sign(ed25519Key(), bytes('data'))).toBeUndefined();
  });

  it(`${habits.missingFlags} when a sign request has no flags`, async () => {
    const key = ed25519Key();
    await add(key);
    const answer = await status(request(13).string(key.blob).string(bytes('data')));
    expect(answer).toBe(habits.missingFlags === 'signs' ? signResponse : failure);
  });

  it(`${habits.flagsWithoutRsa} when flags for RSA come with another key`, async () => {
    const key = ed25519Key();
    await add(key);
    expect((await sign(key, bytes('data'), 4)) !== undefined).toBe(habits.flagsWithoutRsa === 'signs');
  });

  it(`${habits.unknownFlags} when a sign request has a flag that nobody defined`, async () => {
    const key = ed25519Key();
    await add(key);
    expect((await sign(key, bytes('data'), 0x100)) !== undefined).toBe(habits.unknownFlags === 'signs');
  });

  it(`${habits.addAgain} a key that is added again, and has it once`, async () => {
    const key = ed25519Key();
    expect(await add(key, 'first')).toBe(success);
    expect(await add(key, 'second')).toBe(habits.addAgain === 'replaces' ? success : failure);
    expect(await comments()).toEqual([habits.addAgain === 'replaces' ? 'second' : 'first']);
  });

  it('removes one key', async () => {
    const [kept, removed] = [ed25519Key(), ed25519Key()];
    await add(kept, 'kept');
    await add(removed, 'removed');
    expect(await status(request(18).string(removed.blob))).toBe(success);
    expect(await comments()).toEqual(['kept']);
    expect(await sign(removed, bytes('data'))).toBeUndefined();
    expect(await status(request(18).string(removed.blob))).toBe(failure);
  });

  it('removes all keys, also when there are none', async () => {
    await add(ed25519Key());
    await add(rsaKey());
    expect(await status(request(19))).toBe(success);
    expect(await list()).toEqual([]);
    expect(await status(request(19))).toBe(success);
  });

  it('has the same keys on all connections', async () => {
    const other = await connect();
    await add(ed25519Key(), 'shared');
    expect((await list(other)).map(({ comment }) => comment)).toEqual(['shared']);
    await status(request(19), other);
    expect(await list()).toEqual([]);
  });

  it(`${habits.inconsistentKey} a key whose halves don't fit`, async () => {
    const [key, other] = [ed25519Key(), ed25519Key()];
    const publicPart = other.privateFields.subarray(0, 4 + 11 + 4 + 32);
    const fields = Buffer.concat([publicPart, key.privateFields.subarray(publicPart.length)]);
    const answer = await status(request(17).bytes(fields).text('mixed'));
    expect(answer).toBe(habits.inconsistentKey === 'adds' ? success : failure);
  });

  it('does not add a key of a type that nobody knows', async () => {
    expect(await status(request(17).text('ssh-unknown').string(bytes('x')).text('comment'))).toBe(failure);
    expect(await list()).toEqual([]);
  });

  it(`${habits.constraints} a lifetime`, async () => {
    const [mortal, immortal] = [ed25519Key(), ed25519Key()];
    await add(immortal, 'immortal');
    // Agents may count whole seconds: one of them may be over at once.
    const answer = await add(mortal, 'mortal', constrain.lifetime(3));
    if (habits.constraints === 'refuses') {
      expect(answer).toBe(failure);
      expect(await comments()).toEqual(['immortal']);
      return;
    }
    expect(answer).toBe(success);
    expect(await comments()).toEqual(['immortal', 'mortal']);
    await expect.poll(comments).toEqual(['immortal']);
    expect(await sign(mortal, bytes('data'))).toBeUndefined();
  });

  it('never signs with a key that must be confirmed when nobody can be asked', async () => {
    const key = ed25519Key();
    expect(await add(key, 'key', constrain.confirm())).toBe(
      habits.constraints === 'keeps' ? success : failure,
    );
    expect(await sign(key, bytes('data'))).toBeUndefined();
  });

  it('does not add a key with a constraint that it does not know, or that is cut off', async () => {
    const unknown = constrain.extension('unknown@example.org', new Uint8Array());
    for (const constraints of [Uint8Array.of(99), unknown, Uint8Array.of(1, 0, 0), Uint8Array.of(2, 2)])
      expect(await add(ed25519Key(), 'key', constraints)).toBe(failure);
    expect(await list()).toEqual([]);
  });

  it(`${habits.constraintsOfPlainAdd} constraints where a plain add has none`, async () => {
    const key = ed25519Key();
    const answer = await status(addRequest(key, 'key').bytes(constrain.confirm()));
    expect(answer).toBe(habits.constraintsOfPlainAdd === 'refuses' ? failure : success);
    const signs = (await sign(key, bytes('data'))) !== undefined;
    expect(signs).toBe(habits.constraintsOfPlainAdd === 'ignores');
  });

  it(`${habits.constraints} to be locked and unlocked`, async () => {
    const [lock, unlock] = [22, 23];
    const key = ed25519Key();
    await add(key);
    const locked = await status(request(lock).text('passphrase'));
    if (habits.constraints === 'refuses') {
      expect(locked).toBe(failure);
      expect(await comments()).toEqual(['key']);
      return;
    }
    expect(locked).toBe(success);
    expect(await list()).toEqual([]);
    expect(await sign(key, bytes('data'))).toBeUndefined();
    expect(await add(ed25519Key())).toBe(failure);
    expect(await status(request(19))).toBe(failure);
    expect(await status(request(lock).text('again'))).toBe(failure);
    expect(await status(request(unlock).text('wrong'))).toBe(failure);
    expect(await status(request(unlock).text('passphrase'))).toBe(success);
    expect(await comments()).toEqual(['key']);
    expect(await status(request(unlock).text('passphrase'))).toBe(failure);
  });

  it('is not locked by an empty passphrase', async () => {
    expect(await status(request(22).text(''))).toBe(failure);
    await add(ed25519Key());
    expect(await comments()).toEqual(['key']);
  });

  it('answers query and unknown extensions in its way', async () => {
    expect(habits.query).toContain(await status(request(27).text('query')));
    expect(habits.unknownExtension).toContain(await status(request(27).text('unknown@example.org')));
  });

  it('answers unknown requests and smart card requests with failure, and goes on', async () => {
    const card = () => new WireWriter().text('no-such-reader').text('0000').finish();
    for (const unknown of [0, 2, 5, 6, 10, 12, 14, 24, 99, 240, 255])
      expect(await status(request(unknown)), `message ${unknown}`).toBe(failure);
    for (const smartCard of [20, 21, 26])
      expect(await status(request(smartCard).bytes(card()))).toBe(failure);
    expect(await list()).toEqual([]);
  });

  it(`answers a list of SSH-1 keys with ${habits.ssh1List}`, async () => {
    const answer = await client.request(request(1).finish());
    expect(answer).toEqual(
      habits.ssh1List === 'empty list' ? Uint8Array.of(2, 0, 0, 0, 0) : Uint8Array.of(failure),
    );
  });

  it('answers truncated requests with failure, and goes on', async () => {
    const key = ed25519Key();
    await add(key);
    const requests = [
      signRequest(key.blob, bytes('data')),
      addRequest(rsaKey(), 'other'),
      request(18).string(key.blob),
    ];
    for (const whole of requests.map((writer) => writer.finish()))
      for (const length of [1, 3, 5, 20, 40]) {
        const answer = await client.request(whole.subarray(0, length));
        expect(answer?.[0]).toBe(failure);
      }
    expect(await comments()).toEqual(['key']);
  });

  it('ignores trailing bytes after a list', async () => {
    expect(await status(request(11).bytes(bytes('trailing')))).toBe(identitiesAnswer);
  });

  it('answers requests that come in one piece, in their order', async () => {
    const key = ed25519Key();
    await add(key);
    const absent = request(18).string(ed25519Key().blob);
    const pieces = [request(11), request(99), signRequest(key.blob, bytes('data')), absent, request(11)];
    const frames = pieces.map((writer) => new WireWriter().string(writer.finish()).finish());
    client.socket.write(Buffer.concat(frames));
    const answers: (number | undefined)[] = [];
    for (const _ of pieces) answers.push((await client.reply())?.[0]);
    expect(answers).toEqual([identitiesAnswer, failure, signResponse, failure, identitiesAnswer]);
  });

  it('answers a request that comes one byte at a time', async () => {
    const key = ed25519Key();
    await add(key);
    const framed = new WireWriter().string(signRequest(key.blob, bytes('data')).finish()).finish();
    for (const byte of framed) {
      await new Promise<void>((resolve) => client.socket.write(Uint8Array.of(byte), () => resolve()));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await client.reply())?.[0]).toBe(signResponse);
  });

  it(`answers a body of no bytes so: ${habits.emptyBody}`, async () => {
    const [empty, listing] = [new Uint8Array(), request(11).finish()];
    const frames = [empty, listing].map((body) => new WireWriter().string(body).finish());
    client.socket.write(Buffer.concat(frames));
    const answers = [await client.reply(), await client.reply()].map((answer) => answer?.[0]);
    const expected = habits.emptyBody === 'failure' ? [failure, identitiesAnswer] : [undefined, undefined];
    expect(answers).toEqual(expected);
    expect(await list(await connect())).toEqual([]);
  });

  it(`answers a body of more than 256 KiB so: ${habits.oversizeBody}`, async () => {
    client.socket.write(new WireWriter().uint32(262_145).byte(11).finish());
    if (habits.oversizeBody !== 'closes') expect(await client.reply()).toEqual(Uint8Array.of(failure));
    if (habits.oversizeBody !== 'failure') await client.end();
    expect(await list(await connect())).toEqual([]);
  });

  it('goes on when a client vanishes in the middle of a message', async () => {
    const vanishing = await connect();
    vanishing.socket.write(Uint8Array.of(0, 0, 1, 0, 13, 0, 0));
    await list();
    vanishing.socket.destroy();
    expect(await list()).toEqual([]);
  });
}

function hex(blob: Uint8Array): string {
  return Buffer.from(blob).toString('hex');
}
