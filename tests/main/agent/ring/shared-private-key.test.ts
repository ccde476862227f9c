// A key and its certificates share one private key: what a client asked for one must not be undone through another.
import { describe, expect, it } from 'vitest';
import { WireWriter } from '../../../../main/keys/encoding/wire.ts';
import { restrict } from '../../../fakes/destination-constraint.ts';
import { testHost } from '../../../fakes/host-session.ts';
import { clearPpk3, encryptedPpk3, pageantBlob, pageantPassphrase } from '../../../fakes/pageant-vectors.ts';
import { plantedPpk } from '../../../fakes/planted-file.ts';
import { typed } from '../../../fakes/scripted-approver.ts';
import { addRequest, bytes, constrain, testAgent } from '../../../fakes/test-agent.ts';
import { madeUpCertificate } from '../../../fakes/test-certificate.ts';
import { ed25519Key, type TestKey } from '../../../fakes/test-key.ts';

const success = 6;
const refused = 28;

const garbagePpk = (certificate: Uint8Array) => new WireWriter().text(plantedPpk(certificate)).finish();

const addPpk = 'add-ppk@putty.projects.tartarus.org';
const addKeyFile = 'add-key-file@sallyport';

async function agentWith(key: TestKey, constraint?: Uint8Array) {
  const agent = testAgent();
  const client = agent.connect();
  expect(await client.status(addRequest(key, 'k', constraint))).toBe(success);
  const certificate = madeUpCertificate(key.blob);
  return { ...agent, client, certificate };
}

describe('a file with a made-up certificate for a key in the agent', () => {
  it('does not get around the confirmation of the key', async () => {
    const { client, approver, certificate } = await agentWith(ed25519Key(), constrain.confirm());
    expect((await client.extension(addPpk, garbagePpk(certificate)))[0]).toBe(success);
    const reply = client.sign(certificate, bytes('x'));
    (await approver.confirmPrompt(0)).answer('deny');
    expect(await reply).toBeUndefined();
  });

  it('does not get around the lifetime of the key', async () => {
    const { client, clock, certificate } = await agentWith(ed25519Key(), constrain.lifetime(60));
    expect((await client.extension(addPpk, garbagePpk(certificate)))[0]).toBe(success);
    expect(await client.sign(certificate, bytes('x'))).toBeDefined();
    clock.advance(60_000);
    expect(await client.sign(certificate, bytes('x'))).toBeUndefined();
    expect(await client.list()).toEqual([]);
  });

  it('does not get around the destinations of the key', async () => {
    const [gate, stranger] = [testHost(), testHost()];
    const { client, connect, certificate } = await agentWith(ed25519Key(), restrict({ to: ['gate', gate] }));
    expect((await client.extension(addPpk, garbagePpk(certificate)))[0]).toBe(success);
    expect(await client.sign(certificate, bytes('x'))).toBeUndefined();
    const remote = connect();
    await remote.extension('session-bind@openssh.com', stranger.bind(new Uint8Array(32), true));
    expect(await remote.list()).toEqual([]);
    expect((await remote.extension(addPpk, garbagePpk(certificate)))[0]).toBe(refused);
    expect(await remote.sign(certificate, bytes('x'))).toBeUndefined();
  });

  it('does not get around constraints of another certificate either, with the plain key', async () => {
    const agent = testAgent();
    const client = agent.connect();
    const certificate = madeUpCertificate(pageantBlob);
    const added = new WireWriter()
      .text(encryptedPpk3)
      .string(certificate)
      .text('')
      .bytes(constrain.confirm())
      .finish();
    expect((await client.extension(addKeyFile, added))[0]).toBe(success);
    expect((await client.extension(addPpk, new WireWriter().text(encryptedPpk3).finish()))[0]).toBe(success);
    const reply = client.sign(pageantBlob, bytes('x'));
    (await agent.approver.confirmPrompt(0)).answer('allow');
    (await agent.approver.passphrasePrompt(0)).answer(typed(pageantPassphrase));
    expect(await reply).toBeDefined();
  });
});

describe('a key in clear for a time, beside a certificate that is kept encrypted', () => {
  it.each([
    ['never opened', false],
    ['opened before', true],
  ])('is not left in clear for the certificate, whose file was %s', async (_, isOpened) => {
    const { agent, connect, approver, clock } = testAgent();
    const client = connect();
    const certificate = madeUpCertificate(pageantBlob);
    const encrypted = new WireWriter().text(encryptedPpk3).string(certificate).text('').finish();
    const clear = new WireWriter().text(clearPpk3).text('').text('').bytes(constrain.lifetime(60)).finish();
    await client.extension(addKeyFile, encrypted);
    if (isOpened) {
      const first = client.sign(certificate, bytes('x'));
      (await approver.passphrasePrompt(0)).answer(typed(pageantPassphrase));
      expect(await first).toBeDefined();
      agent.keys.reencryptAll();
    }
    await client.extension(addKeyFile, clear);
    expect(await client.sign(certificate, bytes('x'))).toBeDefined();
    clock.advance(60_000);
    expect(await client.list()).toHaveLength(1);
    const reply = client.sign(certificate, bytes('x'));
    (await approver.passphrasePrompt(isOpened ? 1 : 0)).answer({ kind: 'cancelled' });
    expect(await reply).toBeUndefined();
  });
});

describe('a person who wants to be asked before each use of a key', () => {
  it('is asked for a certificate of it that comes later, too', async () => {
    const key = ed25519Key();
    const { agent, client, approver, certificate } = await agentWith(key);
    agent.keys.setConfirm(agent.keys.list()[0]?.id ?? '', true);
    expect((await client.extension(addPpk, garbagePpk(certificate)))[0]).toBe(success);
    const reply = client.sign(certificate, bytes('x'));
    (await approver.confirmPrompt(0)).answer('deny');
    expect(await reply).toBeUndefined();
  });
});
