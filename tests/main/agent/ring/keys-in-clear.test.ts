// Adding, listing, signing with and removing keys that need no person (RFC 9987 §5.2 to §5.5).
import { describe, expect, it } from 'vitest';
import { KeyRing } from '../../../../main/agent/ring/key-ring.ts';
import { WireWriter } from '../../../../main/keys/encoding/wire.ts';
import { addRequest, bytes, constrain, request, signRequest, testAgent } from '../../../fakes/test-agent.ts';
import { ecdsaKey, ed25519Key, rsaKey } from '../../../fakes/test-key.ts';

const success = 6;
const failure = 5;

describe('keys in clear', () => {
  it('lists nothing in a new agent', async () => {
    const client = testAgent().connect();
    expect(await client.send(request(11))).toEqual(Uint8Array.of(12, 0, 0, 0, 0));
  });

  it('lists keys in the order of adding with their comments', async () => {
    const client = testAgent().connect();
    const keys = [ed25519Key(), ecdsaKey('P-256'), rsaKey(), ed25519Key()];
    for (const [index, key] of keys.entries())
      expect(await client.status(addRequest(key, `key ${index}`))).toBe(success);
    const listed = await client.list();
    expect(listed.map((key) => key.comment)).toEqual(['key 0', 'key 1', 'key 2', 'key 3']);
    expect(listed.map((key) => Buffer.from(key.blob).toString('hex'))).toEqual(
      keys.map((key) => Buffer.from(key.blob).toString('hex')),
    );
  });

  it.each([
    ['Ed25519', ed25519Key],
    ['ECDSA P-256', () => ecdsaKey('P-256')],
    ['ECDSA P-384', () => ecdsaKey('P-384')],
    ['ECDSA P-521', () => ecdsaKey('P-521')],
    ['RSA', rsaKey],
  ] as const)('signs with %s', async (_name, makeKey) => {
    const client = testAgent().connect();
    const key = makeKey();
    await client.send(addRequest(key, 'k'));
    const signature = await client.sign(key.blob, bytes('data'));
    expect(key.verify(signature!, bytes('data'))).toBe(true);
    expect(key.verify(signature!, bytes('other'))).toBe(false);
  });

  it.each([
    [0, 'ssh-rsa'],
    [2, 'rsa-sha2-256'],
    [4, 'rsa-sha2-512'],
    [6, 'rsa-sha2-256'],
  ])('signs with RSA and flags %i as %s', async (flags, algorithm) => {
    const client = testAgent().connect();
    const key = rsaKey();
    await client.send(addRequest(key, 'k'));
    const signature = (await client.sign(key.blob, bytes('x'), flags))!;
    expect(Buffer.from(signature.subarray(4, 4 + algorithm.length)).toString()).toBe(algorithm);
    expect(signature.length).toBe(4 + algorithm.length + 4 + 256);
    expect(key.verify(signature, bytes('x'))).toBe(true);
  });

  it('ignores the RSA flags for other key types and takes a missing flags word as 0', async () => {
    const client = testAgent().connect();
    const key = ed25519Key();
    await client.send(addRequest(key, 'k'));
    for (const flags of [2, 4, 6]) expect(await client.sign(key.blob, bytes('x'), flags)).toBeDefined();
    for (const stray of [[], [0], [0, 0], [9, 9, 9]]) {
      const withoutFlags = request(13).string(key.blob).string(bytes('x')).bytes(Uint8Array.from(stray));
      expect(await client.status(withoutFlags)).toBe(14);
    }
  });

  it('refuses an unknown sign flag', async () => {
    const client = testAgent().connect();
    const key = rsaKey();
    await client.send(addRequest(key, 'k'));
    for (const flags of [1, 8, 0x80000000, 3]) {
      expect(await client.status(signRequest(key.blob, bytes('x'), flags))).toBe(failure);
    }
  });

  it('refuses SHA-1 signatures when they are switched off', async () => {
    const client = testAgent({ allowSha1: false }).connect();
    const key = rsaKey();
    await client.send(addRequest(key, 'k'));
    expect(await client.sign(key.blob, bytes('x'))).toBeUndefined();
    expect(await client.sign(key.blob, bytes('x'), 2)).toBeDefined();
  });

  it('replaces a key added again, in its place', async () => {
    const client = testAgent().connect();
    const [first, second] = [ed25519Key(), ed25519Key()];
    await client.send(addRequest(first, 'first'));
    await client.send(addRequest(second, 'second'));
    expect(await client.status(addRequest(first, 'again'))).toBe(success);
    expect(await client.comments()).toEqual(['again', 'second']);
  });

  it('removes one key and all keys', async () => {
    const client = testAgent().connect();
    const [first, second] = [ed25519Key(), ed25519Key()];
    await client.send(addRequest(first, 'first'));
    await client.send(addRequest(second, 'second'));
    expect(await client.status(request(18).string(first.blob))).toBe(success);
    expect(await client.status(request(18).string(first.blob))).toBe(failure);
    expect(await client.comments()).toEqual(['second']);
    expect(await client.status(request(19))).toBe(success);
    expect(await client.list()).toEqual([]);
    expect(await client.status(request(19))).toBe(success);
    expect(await client.sign(second.blob, bytes('x'))).toBeUndefined();
  });

  it('keeps comments byte for byte, also when they are not UTF-8', async () => {
    const client = testAgent().connect();
    const key = ed25519Key();
    const comment = Uint8Array.of(0x63, 0xe9, 0x00, 0xff);
    await client.send(request(17).bytes(key.privateFields).string(comment));
    const reply = await client.send(request(11));
    expect(reply.subarray(-comment.length)).toEqual(comment);
  });

  it('refuses trailing bytes after an add, which may be constraints', async () => {
    const client = testAgent().connect();
    const key = ed25519Key();
    expect(await client.status(addRequest(key, 'k').bytes(constrain.confirm()))).toBe(failure);
    expect(await client.status(addRequest(key, 'k', Uint8Array.of(77)))).toBe(failure);
    expect(await client.list()).toEqual([]);
  });

  it('ignores trailing bytes elsewhere', async () => {
    const client = testAgent().connect();
    const key = ed25519Key();
    await client.send(addRequest(key, 'k'));
    const junk = bytes('junk');
    expect(await client.status(request(11).bytes(junk))).toBe(12);
    expect(await client.status(signRequest(key.blob, bytes('x')).bytes(junk))).toBe(14);
    expect(await client.status(request(18).string(key.blob).bytes(junk))).toBe(success);
    expect(await client.status(request(19).bytes(junk))).toBe(success);
  });

  it('answers SSH-1 clients without having SSH-1 keys, and leaves SSH-2 keys alone', async () => {
    const client = testAgent().connect();
    await client.send(addRequest(ed25519Key(), 'k'));
    expect(await client.send(request(1))).toEqual(Uint8Array.of(2, 0, 0, 0, 0));
    expect(await client.status(request(9))).toBe(success);
    for (const number of [3, 7, 8]) expect(await client.status(request(number))).toBe(failure);
    expect(await client.comments()).toEqual(['k']);
  });

  it('refuses smart cards, unknown messages and empty ones, and goes on', async () => {
    const client = testAgent().connect();
    for (const number of [0, 2, 4, 5, 6, 12, 14, 20, 21, 24, 26, 28, 29, 99, 255])
      expect(await client.status(request(number))).toBe(failure);
    expect(await client.send(new WireWriter())).toEqual(Uint8Array.of(failure));
    expect(await client.status(request(11))).toBe(12);
  });

  it('takes 1,024 keys and refuses the next, but still replaces', async () => {
    const client = testAgent().connect();
    const keys = Array.from({ length: 1024 }, ed25519Key);
    for (const key of keys) await client.send(addRequest(key, 'k'));
    expect(await client.status(addRequest(ed25519Key(), 'one too many'))).toBe(failure);
    expect(await client.status(addRequest(keys[1000]!, 'again'))).toBe(success);
    expect(await client.list()).toHaveLength(1024);
  });

  it('goes through its keys for a list, and not for a signature or an add', async () => {
    const client = testAgent().connect();
    const keys = [ed25519Key(), ed25519Key()];
    const property = Object.getOwnPropertyDescriptor(KeyRing.prototype, 'identities')!;
    let scans = 0;
    const get = function (this: KeyRing) {
      scans++;
      return property.get?.call(this);
    };
    Object.defineProperty(KeyRing.prototype, 'identities', { ...property, get });
    try {
      for (const key of keys) await client.send(addRequest(key, 'k', constrain.lifetime(60)));
      expect(await client.sign(keys[1]!.blob, bytes('x'))).toBeDefined();
      expect(scans).toBe(0);
      expect(await client.list()).toHaveLength(2);
      expect(scans).toBeGreaterThan(0);
    } finally {
      Object.defineProperty(KeyRing.prototype, 'identities', property);
    }
  });

  it('cuts a list to what the channel carries, and never answers more than that', async () => {
    const { connect } = testAgent();
    const client = connect();
    for (let i = 0; i < 10; i++) await client.send(addRequest(ed25519Key(), `key ${i}`));
    const whole = (await client.send(request(11))).length;
    const small = connect({ maxReplyBytes: whole - 1 });
    expect(await small.comments()).toHaveLength(9);
    expect((await small.send(request(11))).length).toBeLessThan(whole);
    const tiny = connect({ maxReplyBytes: 20 });
    expect(await tiny.list()).toEqual([]);
    const [key] = await client.list();
    expect(await tiny.status(signRequest(key!.blob, bytes('x')))).toBe(failure);
  });

  it('answers requests of one session in order and lets other sessions pass', async () => {
    const { connect } = testAgent();
    const client = connect();
    const key = rsaKey(4096);
    const order: string[] = [];
    const replies = [
      client.send(addRequest(key, 'k')).then(() => order.push('added')),
      client.sign(key.blob, bytes('x'), 4).then(() => order.push('signed')),
      client.send(request(11)).then(() => order.push('listed')),
    ];
    await connect().send(request(11));
    expect(order).not.toContain('signed');
    await Promise.all(replies);
    expect(order).toEqual(['added', 'signed', 'listed']);
  });
});
