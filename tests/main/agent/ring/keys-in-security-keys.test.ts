// Keys of security keys in the ring: everything that holds for other keys holds for them, and an add proves nothing.
import { describe, expect, it } from 'vitest';
import { inlineCryptoOffload as offload } from '../../../../main/crypto-worker/inline-crypto-offload.ts';
import { securityKeyFlag } from '../../../../main/keys/authenticator.ts';
import { SecretBytes } from '../../../../main/keys/encoding/secret-bytes.ts';
import { WireReader, WireWriter } from '../../../../main/keys/encoding/wire.ts';
import { parsePublicKey } from '../../../../main/keys/kinds/parse-public-key.ts';
import { verifySignature } from '../../../../main/keys/kinds/verify-signature.ts';
import { bind, ssh, sshsig } from '../../../fakes/consent-agent.ts';
import { restrict } from '../../../fakes/destination-constraint.ts';
import { sid, testHost } from '../../../fakes/host-session.ts';
import { settle } from '../../../fakes/settle.ts';
import { SoftAuthenticator, softAuthenticators } from '../../../fakes/soft-authenticator.ts';
import { type KeyWishes, keyOf } from '../../../fakes/soft-security-key.ts';
import {
  addRequest,
  bytes,
  constrain,
  request,
  type TestClient,
  testAgent,
} from '../../../fakes/test-agent.ts';
import { ed25519Key } from '../../../fakes/test-key.ts';
import { fixture, passphrase, publicLine } from '../../keys/fixtures.ts';

const [failure, success] = [5, 6];
const { touch } = securityKeyFlag;
const provider = (path: string) =>
  constrain.extension('sk-provider@openssh.com', new WireWriter().text(path).finish());

async function agentWithSecurityKey(constraints?: Uint8Array, wishes?: KeyWishes) {
  const device = new SoftAuthenticator();
  const key = await keyOf(device, wishes);
  const test = testAgent({ authenticators: softAuthenticators(device) });
  const client = test.connect(ssh);
  const add = () => client.status(addRequest(key, 'sk', constraints));
  return { ...test, client, device, key, add };
}

/** A login with the key, as ssh has it signed. */
function login(blob: Uint8Array, session: Uint8Array, hostKey: Uint8Array): Uint8Array {
  const head = new WireWriter().string(session).byte(50).text('git').text('ssh-connection');
  const named = head.text('publickey-hostbound-v00@openssh.com').boolean(true);
  return named.text(new WireReader(blob).readText()).string(blob).string(hostKey).finish();
}

/** A connection of another machine, by agent forwarding. */
async function fromElsewhere(connect: (peer?: typeof ssh) => TestClient): Promise<TestClient> {
  const client = connect(ssh);
  expect(await bind(client, testHost(), sid(1), true)).toBe(true);
  return client;
}

const addFile = (client: TestClient, name: string, constraints: Uint8Array = new Uint8Array()) =>
  client.extension(
    'add-key-file@sallyport',
    new WireWriter()
      .string(fixture(`security-keys/${name}`))
      .text('')
      .text('')
      .bytes(constraints)
      .finish(),
  );
const blobOfFirst = async (client: TestClient) => (await client.list())[0]?.blob ?? new Uint8Array();

describe('a key of a security key', () => {
  it.each(['ed25519', 'ecdsa-p256'] as const)('is added, listed and signs by it: %s', async (algorithm) => {
    const { add, client, key } = await agentWithSecurityKey(undefined, { algorithm });
    expect(await add()).toBe(success);
    expect(await client.comments()).toEqual(['sk']);
    const signature = await client.sign(key.blob, bytes('x'));
    expect(await key.isGood(signature, bytes('x'))).toBe(true);
    expect(await key.isGood(signature, bytes('y'))).toBe(false);
  });

  it('with “confirm” asks the person before the security key does', async () => {
    const { add, client, key, approver, device } = await agentWithSecurityKey(constrain.confirm());
    await add();
    const refused = client.sign(key.blob, bytes('x'));
    (await approver.confirmPrompt(0)).answer('deny');
    expect(await refused).toBeUndefined();
    expect(device.requests).toEqual([]);
  });

  it('is for no client that may ask nobody, as it wants a touch', async () => {
    const { add, connect, key, device } = await agentWithSecurityKey();
    await add();
    const quiet = connect({ mayPrompt: false });
    expect(await quiet.list()).toEqual([]);
    expect(await quiet.sign(key.blob, bytes('x'))).toBeUndefined();
    expect(device.requests).toEqual([]);
  });

  it('leaves with its lifetime', async () => {
    const { add, client, clock } = await agentWithSecurityKey(constrain.lifetime(60));
    await add();
    clock.advance(61_000);
    expect(await client.list()).toEqual([]);
  });

  it('goes to its destinations alone', async () => {
    const [host, inside, other] = [testHost(), testHost(), testHost()];
    const steps = restrict({ to: ['host', host] }, { from: ['host', host], to: ['inside', inside] });
    const { add, connect, key } = await agentWithSecurityKey(steps);
    await add();
    const good = connect(ssh);
    await bind(good, host, sid(1), false);
    const data = login(key.blob, sid(1), host.key.blob);
    expect(await key.isGood(await good.sign(key.blob, data), data)).toBe(true);
    const forwarded = connect(ssh);
    await bind(forwarded, host, sid(3), true);
    await bind(forwarded, inside, sid(4), false);
    const onward = login(key.blob, sid(4), inside.key.blob);
    expect(await key.isGood(await forwarded.sign(key.blob, onward), onward)).toBe(true);
    const bad = connect(ssh);
    await bind(bad, other, sid(2), false);
    expect(await bad.sign(key.blob, login(key.blob, sid(2), other.key.blob))).toBeUndefined();
    expect(await bad.list()).toEqual([]);
  });

  it('is in the activity, and locked with the agent', async () => {
    const { add, client, key, agent, device } = await agentWithSecurityKey();
    await add();
    await client.sign(key.blob, sshsig('git'));
    await agent.consent.activitySettled();
    expect(agent.consent.activity.list()).toMatchObject([
      { requester: { purpose: { kind: 'sshsig', namespace: 'git' } } },
    ]);
    device.touchesAtOnce = false;
    const waiting = client.sign(key.blob, bytes('x'));
    await expect.poll(() => device.waiting).toBe(1);
    agent.pause();
    expect(await waiting).toBeUndefined();
    expect(device.waiting).toBe(0);
    expect(await client.sign(key.blob, bytes('x'))).toBeUndefined();
  });

  it('that waits for a touch holds up no other key, and ends with who asked', async () => {
    const { add, client, connect, key, device } = await agentWithSecurityKey();
    await add();
    device.touchesAtOnce = false;
    const other = ed25519Key();
    await client.send(addRequest(other, 'other'));
    const waiting = connect(ssh);
    const signing = waiting.sign(key.blob, bytes('x'));
    await expect.poll(() => device.waiting).toBe(1);
    expect(await client.sign(other.blob, bytes('y'))).toBeDefined();
    waiting.session.close();
    expect(await signing).toBeUndefined();
    expect(device.waiting).toBe(0);
  });

  it('whose security key never answers fails in time, and then the next has its turn', async () => {
    const { add, client, connect, key, device, clock, log } = await agentWithSecurityKey();
    await add();
    const { sign } = device;
    device.sign = () => new Promise(() => {});
    const hung = client.sign(key.blob, bytes('x'));
    await settle();
    device.sign = sign;
    const next = connect(ssh).sign(key.blob, bytes('y'));
    clock.advance(5 * 60_000);
    expect(await hung).toBeUndefined();
    expect(await key.isGood(await next, bytes('y'))).toBe(true);
    expect(log.join()).toContain('The security key does not answer.');
  });

  it('refuses what is no signature of its own, and the log says why', async () => {
    const { add, client, key, device, log } = await agentWithSecurityKey();
    await add();
    device.spoil = (made) => ({ ...made, counter: made.counter + 1 });
    expect(await client.sign(key.blob, bytes('x'))).toBeUndefined();
    expect(log.join()).toContain('a signature that is not good');
  });

  it('made for a website signs nothing that may be a login there', async () => {
    const { add, client, key, device } = await agentWithSecurityKey(undefined, {
      application: 'example.org',
    });
    await add();
    const json = bytes('{"type":"webauthn.get","challenge":"AA","origin":"https://example.org"}');
    expect(await client.sign(key.blob, json)).toBeUndefined();
    expect(device.requests).toEqual([]);
    expect(await key.isGood(await client.sign(key.blob, sshsig('git')), sshsig('git'))).toBe(true);
  });
});

describe('a file of a key of a security key', () => {
  async function agentWithFile() {
    const device = new SoftAuthenticator();
    const test = testAgent({ authenticators: softAuthenticators(device) });
    const client = test.connect(ssh);
    expect((await addFile(client, 'ed25519.openssh-aes256-ctr'))[0]).toBe(success);
    const blob = await blobOfFirst(client);
    const isGood = (signature: Uint8Array | undefined, data: Uint8Array) =>
      verifySignature(parsePublicKey(blob), signature ?? new Uint8Array(), data, offload);
    const type = async (n: number) => {
      const typed = SecretBytes.copyOf(passphrase);
      const keep = { kind: 'until-locked' } as const;
      (await test.approver.passphrasePrompt(n)).answer({ kind: 'passphrase', passphrase: typed, keep });
    };
    return { ...test, client, device, blob, isGood, type };
  }

  it('is opened at the first use, encrypted again, and opened anew', async () => {
    const { agent, client, blob, isGood, type } = await agentWithFile();
    const first = client.sign(blob, bytes('x'));
    await type(0);
    expect(await isGood(await first, bytes('x'))).toBe(true);
    expect(await isGood(await client.sign(blob, bytes('y')), bytes('y'))).toBe(true);
    agent.keys.reencrypt(agent.keys.list()[0]?.id ?? '');
    const again = client.sign(blob, bytes('z'));
    await type(1);
    expect(await isGood(await again, bytes('z'))).toBe(true);
  });

  it('without a passphrase signs at once', async () => {
    const { agent, connect } = testAgent({ authenticators: softAuthenticators() });
    const client = connect(ssh);
    expect((await addFile(client, 'ecdsa.openssh'))[0]).toBe(success);
    const blob = await blobOfFirst(client);
    const signature = (await client.sign(blob, bytes('x'))) ?? new Uint8Array();
    expect(await verifySignature(parsePublicKey(blob), signature, bytes('x'), offload)).toBe(true);
    expect(agent.keys.list()).toMatchObject([{ state: 'clear' }]);
  });

  it('is refused a library of its own, as that would be forgotten', async () => {
    const { connect } = testAgent({
      authenticators: softAuthenticators(new SoftAuthenticator(), { '/sk.so': new SoftAuthenticator() }),
    });
    const client = connect(ssh);
    expect((await addFile(client, 'ed25519.openssh-aes256-ctr', provider('/sk.so')))[0]).toBe(28);
    expect((await addFile(client, 'ed25519.openssh-aes256-ctr', provider('internal')))[0]).toBe(success);
  });

  it('keeps its limits when a program adds it, or a certificate of it, with a handle of nothing', async () => {
    const { client, blob, connect, isGood, type, log } = await agentWithFile();
    const handle = new WireWriter().bytes(blob).byte(touch).string(new Uint8Array(65)).text('').finish();
    const certificate = publicLine('security-keys/ed25519-cert').publicKey;
    const numbers = new WireReader(blob);
    numbers.readString();
    const ofCertificate = new WireWriter()
      .text(certificate.algorithm)
      .string(certificate.blob)
      .bytes(numbers.readRest())
      .byte(touch)
      .string(new Uint8Array(65))
      .text('')
      .finish();
    for (const privateFields of [handle, ofCertificate])
      expect(await connect(ssh).status(addRequest({ privateFields }, 'stolen'))).toBe(failure);
    expect(await client.comments()).toEqual(['']);
    expect(log.join()).toContain('is here already');
    const signing = client.sign(blob, bytes('x'));
    await type(0);
    expect(await isGood(await signing, bytes('x'))).toBe(true);
  });
});

describe('the library that a client names for a security key', () => {
  async function agentWithLibraries() {
    const [own, listed] = [new SoftAuthenticator(), new SoftAuthenticator()];
    const asked: string[] = [];
    const authenticators = {
      own,
      byLibrary: async (path: string) => {
        asked.push(path);
        return path === '/usr/lib/sk.so' ? listed : undefined;
      },
    };
    const test = testAgent({ authenticators });
    const key = await keyOf(listed);
    return { ...test, own, listed, key, asked };
  }

  it('is used where it is on the person’s list', async () => {
    const { connect, key, own, listed } = await agentWithLibraries();
    const client = connect(ssh);
    expect(await client.status(addRequest(key, 'sk', provider('/usr/lib/sk.so')))).toBe(success);
    expect(await key.isGood(await client.sign(key.blob, bytes('x')), bytes('x'))).toBe(true);
    expect([own.requests.length, listed.requests.length]).toEqual([0, 1]);
  });

  it.each(['', 'internal', 'Internal'])('is our own way where it is called “%s”', async (name) => {
    const { connect, own, asked } = await agentWithLibraries();
    const key = await keyOf(own);
    const client = connect(ssh);
    expect(await client.status(addRequest(key, 'sk', provider(name)))).toBe(success);
    expect(await key.isGood(await client.sign(key.blob, bytes('x')), bytes('x'))).toBe(true);
    expect(asked).toEqual([]);
  });

  it('is refused where it is not on the list, and the key with it', async () => {
    const { connect, key, log } = await agentWithLibraries();
    const client = connect(ssh);
    expect(await client.status(addRequest(key, 'sk', provider('/tmp/evil.so')))).toBe(failure);
    expect(await client.list()).toEqual([]);
    expect(log.join()).toContain('not on the list');
    expect(log.join()).not.toContain('evil');
  });

  it('is not even looked for where another machine may have named it', async () => {
    const { connect, key, asked } = await agentWithLibraries();
    const client = await fromElsewhere(connect);
    expect(await client.status(addRequest(key, 'sk', provider('/usr/lib/sk.so')))).toBe(failure);
    expect(asked).toEqual([]);
    expect(await client.status(addRequest(key, 'sk', provider('internal')))).toBe(success);
  });

  it('that takes too long to be found is none', async () => {
    const hanging = { own: new SoftAuthenticator(), byLibrary: () => new Promise<undefined>(() => {}) };
    const { connect, clock } = testAgent({ authenticators: hanging });
    const key = await keyOf(hanging.own);
    const adding = connect(ssh).status(addRequest(key, 'sk', provider('/net/gone.so')));
    await settle();
    clock.advance(3_000);
    expect(await adding).toBe(failure);
  });

  it('is refused twice, and for a key that is in no security key', async () => {
    const { connect, key } = await agentWithLibraries();
    const client = connect(ssh);
    const twice = Buffer.concat([provider('internal'), provider('internal')]);
    expect(await client.status(addRequest(key, 'sk', twice))).toBe(failure);
    expect(await client.status(addRequest(ed25519Key(), 'k', provider('internal')))).toBe(failure);
  });
});

describe('an add of a security key’s key, which proves nothing,', () => {
  it('frees no key of what holds for it', async () => {
    const { add, connect, key, approver } = await agentWithSecurityKey(constrain.confirm());
    await add();
    const thief = connect(ssh);
    expect(await thief.status(addRequest(key.madeUp, 'mine'))).toBe(failure);
    expect(await thief.comments()).toEqual(['sk']);
    const signing = thief.sign(key.blob, bytes('x'));
    (await approver.confirmPrompt(0)).answer('allow');
    expect(await key.isGood(await signing, bytes('x'))).toBe(true);
  });

  it('changes the key for who has its handle', async () => {
    const { add, client, key } = await agentWithSecurityKey(constrain.confirm());
    await add();
    expect(await client.status(addRequest(key, 'renamed'))).toBe(success);
    expect(await client.comments()).toEqual(['renamed']);
    expect(await key.isGood(await client.sign(key.blob, bytes('x')), bytes('x'))).toBe(true);
  });

  it('by another machine is gone when the key is added from here', async () => {
    const { add, client, connect, key } = await agentWithSecurityKey();
    const elsewhere = await fromElsewhere(connect);
    expect(await elsewhere.status(addRequest(key.madeUp, 'planted'))).toBe(success);
    expect(await add()).toBe(success);
    expect(await client.comments()).toEqual(['sk']);
    expect(await key.isGood(await client.sign(key.blob, bytes('x')), bytes('x'))).toBe(true);
    // Nor does it come back in its place.
    expect(await elsewhere.status(addRequest(key.madeUp, 'planted'))).toBe(failure);
  });

  it('by another machine takes out none that a third has added', async () => {
    const { connect, key } = await agentWithSecurityKey();
    const [first, second] = [await fromElsewhere(connect), await fromElsewhere(connect)];
    expect(await first.status(addRequest(key, 'theirs'))).toBe(success);
    expect(await second.status(addRequest(key.madeUp, 'planted'))).toBe(failure);
    expect(await first.comments()).toEqual(['theirs']);
  });

  it('can be taken back and made anew', async () => {
    const { client, key, add } = await agentWithSecurityKey();
    await client.send(addRequest(key.madeUp, 'wrong'));
    expect(await add()).toBe(failure);
    await client.send(request(18).string(key.blob));
    expect(await add()).toBe(success);
    expect(await key.isGood(await client.sign(key.blob, bytes('x')), bytes('x'))).toBe(true);
  });
});
