// What comes with an encrypted file has proved nothing until the file opens: attacks by planted files and certificates.
import { describe, expect, it } from 'vitest';
import type { AgentOptions } from '../../../../main/agent/create-agent.ts';
import { inlineCryptoOffload } from '../../../../main/crypto-worker/inline-crypto-offload.ts';
import type { CryptoOffload } from '../../../../main/keys/crypto-offload.ts';
import { WireReader } from '../../../../main/keys/encoding/wire.ts';
import { cheapOffload } from '../../../fakes/cheap-key-files.ts';
import { restrict } from '../../../fakes/destination-constraint.ts';
import { flagsOf } from '../../../fakes/encrypted-key-agent.ts';
import { otherPassphrase, otherPassphrasePpk } from '../../../fakes/encrypted-keys.ts';
import { loginData, sid, testHost } from '../../../fakes/host-session.ts';
import { clearPpk3, encryptedPpk3, pageantBlob, pageantPassphrase } from '../../../fakes/pageant-vectors.ts';
import { addFile, plantedPpk } from '../../../fakes/planted-file.ts';
import { typed } from '../../../fakes/scripted-approver.ts';
import { addRequest, bytes, constrain, request, testAgent } from '../../../fakes/test-agent.ts';
import { madeUpCertificate } from '../../../fakes/test-certificate.ts';
import { ed25519Key } from '../../../fakes/test-key.ts';

const success = 6;
const failure = 5;
const refused = 28;
const reencrypt = 'reencrypt@putty.projects.tartarus.org';
const reencryptAll = 'reencrypt-all@putty.projects.tartarus.org';
const blobField = (blob: Uint8Array) => request(27).string(blob).finish().subarray(1);

/** What is kept for the next start, for all keys. */
const keptFiles = ({ keys }: ReturnType<typeof testAgent>['agent']) =>
  keys.list().flatMap(({ id }) => keys.encryptedFiles(id).map((file) => Buffer.from(file).toString()));

/** An agent in which somebody has planted a certificate for a key before its owner adds it. */
async function plantedBefore() {
  const agent = testAgent();
  const key = ed25519Key();
  const certificate = madeUpCertificate(key.blob);
  const attacker = agent.connect();
  expect(await addFile(attacker, plantedPpk(certificate))).toBe(success);
  return { ...agent, key, certificate, attacker, owner: agent.connect() };
}

describe('a certificate planted before its key is added', () => {
  it('signs with the key only after the confirmation that the key has', async () => {
    const { key, certificate, attacker, owner, approver } = await plantedBefore();
    expect(await owner.status(addRequest(key, 'k', constrain.confirm()))).toBe(success);
    const reply = attacker.sign(certificate, bytes('x'));
    (await approver.confirmPrompt(0)).answer('deny');
    expect(await reply).toBeUndefined();
    expect(approver.passphrases).toEqual([]);
  });

  it('is judged anew when the key is added again with more constraints', async () => {
    const { key, certificate, attacker, owner, approver } = await plantedBefore();
    await owner.status(addRequest(key, 'k'));
    expect(await attacker.sign(certificate, bytes('x'))).toBeDefined();
    await owner.status(addRequest(key, 'k', constrain.confirm()));
    const reply = attacker.sign(certificate, bytes('x'));
    (await approver.confirmPrompt(0)).answer('deny');
    expect(await reply).toBeUndefined();
  });

  it('is hidden from the hosts that the key is hidden from, and signs for none of them', async () => {
    const { key, certificate, owner, connect } = await plantedBefore();
    const [gate, stranger] = [testHost(), testHost()];
    await owner.status(addRequest(key, 'k', restrict({ to: ['gate', gate] })));
    const remote = connect();
    await remote.extension('session-bind@openssh.com', stranger.bind(sid(1), true));
    expect(await remote.list()).toEqual([]);
    expect(await remote.sign(certificate, loginData(certificate, 'root', sid(1)))).toBeUndefined();
    expect(await owner.sign(certificate, bytes('x'))).toBeUndefined();
  });

  it('is asked about when the person wants to be asked for the key', async () => {
    const { agent, key, certificate, attacker, owner, approver } = await plantedBefore();
    await owner.status(addRequest(key, 'k'));
    const plain = agent.keys.list().find(({ algorithm }) => algorithm === 'ssh-ed25519');
    expect(agent.keys.setConfirm(plain?.id ?? '', true)).toBe(true);
    const reply = attacker.sign(certificate, bytes('x'));
    (await approver.confirmPrompt(0)).answer('deny');
    expect(await reply).toBeUndefined();
  });

  it('loses the key when it is removed, and asks for the passphrase of its own file', async () => {
    const { key, certificate, attacker, owner, approver } = await plantedBefore();
    await owner.status(addRequest(key, 'k'));
    await owner.status(request(18).string(key.blob));
    const reply = attacker.sign(certificate, bytes('x'));
    const prompt = await approver.passphrasePrompt(0);
    prompt.answer(typed('what the person would type'));
    (await approver.passphrasePrompt(1)).answer({ kind: 'cancelled' });
    expect(await reply).toBeUndefined();
  });

  it('loses the key when its lifetime ends', async () => {
    const { key, certificate, attacker, owner, approver, clock } = await plantedBefore();
    await owner.status(addRequest(key, 'k', constrain.lifetime(60)));
    clock.advance(60_000);
    const reply = attacker.sign(certificate, bytes('x'));
    (await approver.passphrasePrompt(0)).answer({ kind: 'cancelled' });
    expect(await reply).toBeUndefined();
  });
});

describe('a certificate planted before an encrypted file of its key is added', () => {
  async function withOwnFile(constraints: Uint8Array, options: Partial<AgentOptions> = {}) {
    const agent = testAgent(options);
    const certificate = madeUpCertificate(pageantBlob);
    const attacker = agent.connect();
    expect(await addFile(attacker, plantedPpk(certificate))).toBe(success);
    const owner = agent.connect();
    expect(await addFile(owner, encryptedPpk3, { constraints })).toBe(success);
    return { ...agent, certificate, attacker, owner };
  }

  it('signs only after the confirmation that the key has, also when it was unlocked for it', async () => {
    const { certificate, attacker, approver } = await withOwnFile(constrain.confirm());
    const reply = attacker.sign(certificate, bytes('x'));
    (await approver.confirmPrompt(0)).answer('deny');
    expect(await reply).toBeUndefined();
  });

  it('does not sign where the key may not go, also when it was unlocked for it', async () => {
    const { certificate, attacker, approver } = await withOwnFile(restrict({ to: ['gate', testHost()] }));
    const reply = attacker.sign(certificate, bytes('x'));
    (await approver.passphrasePrompt(0)).answer(typed(pageantPassphrase));
    expect(await reply).toBeUndefined();
  });

  it('is asked for the passphrase of its own file only once the key is removed', async () => {
    const { certificate, attacker, owner, approver } = await withOwnFile(new Uint8Array(0));
    const first = owner.sign(pageantBlob, bytes('x'));
    (await approver.passphrasePrompt(0)).answer(typed(pageantPassphrase));
    expect(await first).toBeDefined();
    await owner.status(request(18).string(pageantBlob));
    const reply = attacker.sign(certificate, bytes('x'));
    (await approver.passphrasePrompt(1)).answer(typed(pageantPassphrase));
    (await approver.passphrasePrompt(2)).answer({ kind: 'cancelled' });
    expect(await reply).toBeUndefined();
  });

  it('gets nothing when the key is removed while its file is being opened', async () => {
    let began = () => {};
    let goOn = () => {};
    const opening = new Promise<void>((resolve) => (began = resolve));
    const mayGoOn = new Promise<void>((resolve) => (goOn = resolve));
    const slowly: CryptoOffload['argon2'] = async (...args) => {
      began();
      await mayGoOn;
      return await inlineCryptoOffload.argon2(...args);
    };
    const offload = { ...inlineCryptoOffload, argon2: slowly };
    const { certificate, attacker, owner, approver } = await withOwnFile(new Uint8Array(0), { offload });
    const reply = attacker.sign(certificate, bytes('x'));
    (await approver.passphrasePrompt(0)).answer(typed(pageantPassphrase));
    await opening;
    expect(await owner.status(request(18).string(pageantBlob))).toBe(success);
    goOn();
    expect(await reply).toBeUndefined();
  });
});

describe('a certificate that came with the same file as its key', () => {
  it('is confirmed as the key is, whichever was added first', async () => {
    const { connect, approver } = testAgent();
    const client = connect();
    const certificate = madeUpCertificate(pageantBlob);
    await addFile(client, encryptedPpk3, { blob: certificate });
    await addFile(client, encryptedPpk3, { constraints: constrain.confirm() });
    const reply = client.sign(certificate, bytes('x'));
    (await approver.confirmPrompt(0)).answer('deny');
    expect(await reply).toBeUndefined();
  });

  it('stays when the key is removed, and is opened by its passphrase', async () => {
    const { connect, approver } = testAgent();
    const client = connect();
    const certificate = madeUpCertificate(pageantBlob);
    await addFile(client, encryptedPpk3);
    await addFile(client, encryptedPpk3, { blob: certificate });
    await client.status(request(18).string(pageantBlob));
    const reply = client.sign(certificate, bytes('x'));
    (await approver.passphrasePrompt(0)).answer(typed(pageantPassphrase));
    expect(await reply).toBeDefined();
  });
});

it('a certificate added with a copy of a file that was opened before loses the key when that is removed', async () => {
  const { connect, approver } = testAgent();
  const [owner, attacker] = [connect(), connect()];
  await addFile(owner, encryptedPpk3);
  const first = owner.sign(pageantBlob, bytes('x'));
  (await approver.passphrasePrompt(0)).answer(typed(pageantPassphrase));
  expect(await first).toBeDefined();
  const certificate = madeUpCertificate(pageantBlob);
  expect(await addFile(attacker, encryptedPpk3, { blob: certificate })).toBe(success);
  await owner.status(request(18).string(pageantBlob));
  const reply = attacker.sign(certificate, bytes('x'));
  (await approver.passphrasePrompt(1)).answer({ kind: 'cancelled' });
  expect(await reply).toBeUndefined();
});

it('identities that came with the same file are held to the destinations of each other, besides their own', async () => {
  const { connect } = testAgent();
  const [gate, server] = [testHost(), testHost()];
  const [owner, login] = [connect(), connect()];
  const certificate = madeUpCertificate(pageantBlob);
  const to = (host: typeof gate) => restrict({ to: ['host', host] });
  await login.extension('session-bind@openssh.com', gate.bind(sid(1), false));
  expect(await addFile(owner, encryptedPpk3)).toBe(success);
  expect(await addFile(owner, encryptedPpk3, { blob: certificate, constraints: to(server) })).toBe(success);
  expect(await login.list()).toEqual([]);
  expect(await addFile(owner, otherPassphrasePpk, { constraints: to(gate) })).toBe(success);
  expect(await login.list()).toEqual([]);
});

describe('a file that never opened', () => {
  async function clearKeyWithPlanted() {
    const agent = testAgent();
    const key = ed25519Key();
    const owner = agent.connect();
    await owner.status(addRequest(key, 'k'));
    expect(await addFile(agent.connect(), plantedPpk(key.blob))).toBe(success);
    return { ...agent, key, owner };
  }

  it('does not replace the key in clear at a lock', async () => {
    const { key, owner, approver } = await clearKeyWithPlanted();
    expect(await owner.status(request(22).text('pw'))).toBe(success);
    expect(await owner.status(request(23).text('pw'))).toBe(success);
    expect(key.verify((await owner.sign(key.blob, bytes('x'))) as Uint8Array, bytes('x'))).toBe(true);
    expect(approver.passphrases).toEqual([]);
  });

  it('does not replace it when the key or all are to be re-encrypted, which is refused', async () => {
    const { agent, key, owner, approver } = await clearKeyWithPlanted();
    expect((await owner.extension(reencrypt, blobField(key.blob)))[0]).toBe(refused);
    expect((await owner.extension(reencryptAll))[0]).toBe(refused);
    expect(agent.keys.reencryptAll()).toBe(1);
    expect(await owner.sign(key.blob, bytes('x'))).toBeDefined();
    expect(approver.passphrases).toEqual([]);
  });

  it('does not replace it after a use, while one that opened does', async () => {
    const { connect, approver } = testAgent();
    const client = connect();
    await addFile(client, encryptedPpk3);
    await addFile(client, plantedPpk(pageantBlob));
    const reply = client.sign(pageantBlob, bytes('x'));
    (await approver.passphrasePrompt(0)).answer(typed(pageantPassphrase));
    expect(await reply).toBeDefined();
    expect(await flagsOf(client)).toBe(1);
    expect((await client.extension(reencrypt, blobField(pageantBlob)))[0]).toBe(success);
    expect(await flagsOf(client)).toBe(3);
  });

  it('is not what is kept for the next start when another has opened', async () => {
    const { agent, connect, approver } = testAgent();
    const client = connect();
    await addFile(client, encryptedPpk3);
    const reply = client.sign(pageantBlob, bytes('x'));
    (await approver.passphrasePrompt(0)).answer(typed(pageantPassphrase));
    expect(await reply).toBeDefined();
    expect(await addFile(connect(), plantedPpk(pageantBlob))).toBe(success);
    expect(keptFiles(agent)).toEqual([encryptedPpk3]);
  });

  it('does not push another that never opened out of what is kept for the next start', async () => {
    const { agent, connect } = testAgent();
    await addFile(connect(), encryptedPpk3);
    const planted = plantedPpk(pageantBlob);
    await addFile(connect(), planted);
    expect(keptFiles(agent)).toEqual([planted, encryptedPpk3]);
  });

  it('stays for the next start beside the key in clear', async () => {
    const { agent, connect } = testAgent();
    const client = connect();
    await addFile(client, encryptedPpk3);
    await addFile(client, clearPpk3);
    expect(agent.keys.list()).toMatchObject([{ state: 'clear', hasEncryptedFile: true }]);
  });

  it('does not take away the only file of a key that was added in clear and re-encrypted', async () => {
    const { connect, approver } = testAgent();
    const client = connect();
    const certificate = madeUpCertificate(pageantBlob);
    await addFile(client, encryptedPpk3, { blob: certificate });
    const first = client.sign(certificate, bytes('x'));
    (await approver.passphrasePrompt(0)).answer(typed(pageantPassphrase));
    await first;
    await addFile(client, clearPpk3);
    expect((await client.extension(reencrypt, blobField(pageantBlob)))[0]).toBe(success);
    await client.status(request(18).string(certificate));
    const reply = client.sign(pageantBlob, bytes('x'));
    (await approver.passphrasePrompt(1)).answer(typed(pageantPassphrase));
    expect(await reply).toBeDefined();
  });
});

describe('planted files that cost a lot', () => {
  const dear = (salt: number) => plantedPpk(pageantBlob, { memoryKiB: 2 ** 20, passes: 15, salt });

  async function withDearFiles() {
    const agent = testAgent();
    const client = agent.connect();
    await addFile(client, encryptedPpk3);
    for (const salt of [1, 2, 3]) expect(await addFile(client, dear(salt))).toBe(success);
    return { ...agent, client };
  }

  it('are tried after the cheap one of the person, which opens without them', async () => {
    const { client, approver } = await withDearFiles();
    const reply = client.sign(pageantBlob, bytes('x'));
    (await approver.passphrasePrompt(0)).answer(typed(pageantPassphrase));
    expect(await reply).toBeDefined();
    expect(approver.confirms).toEqual([]);
  });

  it('are asked about before a wrong passphrase is tried on them', async () => {
    const { client, approver } = await withDearFiles();
    const reply = client.sign(pageantBlob, bytes('x'));
    (await approver.passphrasePrompt(0)).answer(typed('wrong'));
    for (const n of [0, 1, 2]) {
      const { request: question, answer } = await approver.confirmPrompt(n);
      expect(question.reason).toMatchObject({ kind: 'expensive-decryption' });
      answer('deny');
    }
    (await approver.passphrasePrompt(1)).answer({ kind: 'cancelled' });
    expect(await reply).toBeUndefined();
  });

  it('are asked about before another encoding of a wrong passphrase is tried on one that takes long', async () => {
    const passphraseEncodings = (utf8: Uint8Array) => Array.from({ length: 5 }, () => utf8.slice());
    const { connect, approver } = testAgent({ passphraseEncodings, offload: cheapOffload });
    const client = connect();
    await addFile(client, plantedPpk(pageantBlob, { memoryKiB: 2 ** 20, passes: 3 }));
    const reply = client.sign(pageantBlob, bytes('x'));
    (await approver.passphrasePrompt(0)).answer(typed('wrong'));
    const { request: question, answer } = await approver.confirmPrompt(0);
    expect(question.reason).toMatchObject({
      cost: expect.stringMatching(/about 3 s \(Argon2id.*\), up to 4 times$/),
    });
    answer('deny');
    // One encoding was wrong, so that another passphrase may be right.
    const next = await approver.passphrasePrompt(1);
    expect(next.request.problem).toContain('does not open');
    next.answer({ kind: 'cancelled' });
    expect(await reply).toBeUndefined();
  });

  it('are asked about no longer than somebody waits, and hold up nobody after that', async () => {
    const { client, connect, approver } = await withDearFiles();
    const gone = client.sign(pageantBlob, bytes('x'));
    (await approver.passphrasePrompt(0)).answer(typed('wrong'));
    await approver.confirmPrompt(0);
    client.session.close();
    expect(await gone).toBeUndefined();
    const reply = connect().sign(pageantBlob, bytes('x'));
    const next = await approver.passphrasePrompt(1);
    expect(next.request).toMatchObject({ attempt: 1 });
    next.answer(typed(pageantPassphrase));
    expect(await reply).toBeDefined();
  });

  it('come after one that has opened before, however dear that is', async () => {
    const { client, approver } = testAgentWith();
    await addFile(client, otherPassphrasePpk);
    const first = client.sign(pageantBlob, bytes('x'));
    (await approver.passphrasePrompt(0)).answer(typed(otherPassphrase, { kind: 'once' }));
    expect(await first).toBeDefined();
    await addFile(client, plantedPpk(pageantBlob, { memoryKiB: 8, passes: 1 }));
    await addFile(client, dear(1));
    const reply = client.sign(pageantBlob, bytes('x'));
    (await approver.passphrasePrompt(1)).answer(typed(otherPassphrase));
    expect(await reply).toBeDefined();
    expect(approver.confirms).toEqual([]);
  });

  function testAgentWith() {
    const agent = testAgent();
    return { ...agent, client: agent.connect() };
  }
});

describe('a machine elsewhere', () => {
  async function withRemote() {
    const agent = testAgent();
    const remote = agent.connect();
    await remote.extension('session-bind@openssh.com', testHost().bind(sid(1), true));
    return { ...agent, remote };
  }

  it('can not take all places for the encrypted files of a key', async () => {
    const { remote, connect, approver } = await withRemote();
    const statuses = [];
    for (const salt of [1, 2, 3, 4]) statuses.push(await addFile(remote, plantedPpk(pageantBlob, { salt })));
    expect(statuses).toEqual([success, success, refused, refused]);
    const client = connect();
    expect(await addFile(client, encryptedPpk3)).toBe(success);
    const reply = client.sign(pageantBlob, bytes('x'));
    (await approver.passphrasePrompt(0)).answer(typed(pageantPassphrase));
    expect(await reply).toBeDefined();
  });

  it('has nothing kept for the next start, when it would count as from here, that never opened', async () => {
    const { agent, remote, connect, approver } = await withRemote();
    const certificate = madeUpCertificate(pageantBlob);
    expect(await addFile(remote, plantedPpk(pageantBlob))).toBe(success);
    expect(await addFile(remote, plantedPpk(certificate))).toBe(success);
    expect(keptFiles(agent)).toEqual([]);
    const client = connect();
    await addFile(client, encryptedPpk3);
    expect(keptFiles(agent)).toEqual([encryptedPpk3]);
    const reply = client.sign(pageantBlob, bytes('x'));
    (await approver.passphrasePrompt(0)).answer(typed(pageantPassphrase));
    expect(await reply).toBeDefined();
    expect(keptFiles(agent)).toEqual([encryptedPpk3]);
  });

  it('can not take all places for keys', async () => {
    const { remote, connect } = await withRemote();
    const blob = (n: number) => {
      const made = pageantBlob.slice();
      made.set([n >> 8, n & 255], made.length - 2);
      return made;
    };
    const statuses: number[] = [];
    for (let n = 0; n < 600; n++) statuses.push(await addFile(remote, plantedPpk(blob(n))));
    expect(statuses.filter((status) => status === success)).toHaveLength(512);
    expect(await connect().status(addRequest(ed25519Key(), 'mine'))).toBe(success);
  });
});

it('a key kept encrypted from the start is listed, asked for at first use, and goes on after it', async () => {
  const { connect, approver } = testAgent();
  const client = connect();
  await addFile(client, encryptedPpk3, { constraints: constrain.lifetime(600) });
  expect(await client.comments()).toEqual(['enc eddsa 255']);
  const reply = client.sign(pageantBlob, bytes('x'));
  (await approver.passphrasePrompt(0)).answer(typed(pageantPassphrase));
  const signature = await reply;
  expect(new WireReader(signature as Uint8Array).readText()).toBe('ssh-ed25519');
  expect(await client.sign(pageantBlob, bytes('y'))).toBeDefined();
  expect(approver.passphrases).toHaveLength(1);
  expect(await client.status(request(18).string(bytes('no key')))).toBe(failure);
});
