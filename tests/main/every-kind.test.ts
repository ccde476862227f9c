// What docs/keys.md promises of each kind of key in each place: login, git, forwarding, destinations, what is asked.
import { describe, expect, it } from 'vitest';
import type { StoreUse } from '../../main/agent/ports/key-store.ts';
import { readConstraints } from '../../main/agent/ring/constraints.ts';
import { inlineCryptoOffload as offload } from '../../main/crypto-worker/inline-crypto-offload.ts';
import { WireReader, WireWriter } from '../../main/keys/encoding/wire.ts';
import type { KeyType } from '../../main/keys/kinds/shared/key-types.ts';
import { verifySignature } from '../../main/keys/kinds/verify-signature.ts';
import { bind, ssh, sshsig } from '../fakes/consent-agent.ts';
import { restrict } from '../fakes/destination-constraint.ts';
import { FakeStore } from '../fakes/fake-store.ts';
import { sid, testHost } from '../fakes/host-session.ts';
import { addFile } from '../fakes/planted-file.ts';
import { typed } from '../fakes/scripted-approver.ts';
import { settle } from '../fakes/settle.ts';
import { SoftAuthenticator, softAuthenticators } from '../fakes/soft-authenticator.ts';
import { testAgent } from '../fakes/test-agent.ts';
import { algorithmOf, clearFile, fixtureText, openFixture, publicLine } from './keys/fixtures.ts';

const kinds: readonly (readonly [KeyType, string])[] = [
  ['rsa', 'rsa2048'],
  ['ecdsa-p256', 'p256'],
  ['ecdsa-p384', 'p384'],
  ['ecdsa-p521', 'p521'],
  ['ed25519', 'ed25519'],
  ['mldsa44-ed25519', 'mldsa44'],
  ['ed448', 'ed448'],
  ['dsa', 'dsa'],
  ['sk-ed25519', 'security-keys/ed25519'],
  ['sk-ecdsa-p256', 'security-keys/ecdsa'],
];
type Place = 'in clear' | 'encrypted' | 'in another agent';
const places: readonly Place[] = ['in clear', 'encrypted', 'in another agent'];
const cases = kinds.flatMap(([type, file]) => places.map((place) => [type, place, file] as const));

const encryptedFile = (file: string) =>
  clearFile(file).endsWith('.ppk') ? `${file}.ppk-argon2id` : `${file}.openssh-aes256-ctr`;

/** Another agent that has the key. */
async function storeWith(file: string): Promise<FakeStore> {
  const { fields, publicKey } = await openFixture(clearFile(file));
  const privateKey = await fields.load(offload, new SoftAuthenticator());
  const store = new FakeStore();
  store.identities = [{ blob: publicKey.blob, comment: new Uint8Array(0), need: 'nothing' }];
  store.sign = ({ data, algorithm }: StoreUse) => privateKey.sign(data, algorithm);
  return store;
}

/** An agent with one key in this place, and what its clients have signed; RSA by SHA-512. */
async function withKey(type: KeyType, place: Place, file: string, constraints?: Uint8Array) {
  const test = testAgent({ authenticators: softAuthenticators() });
  if (place === 'in another agent') {
    const asked = constraints && readConstraints(new WireReader(constraints));
    test.agent.stores.add(await storeWith(file), asked);
    await settle();
  } else {
    const text = fixtureText(place === 'encrypted' ? encryptedFile(file) : clearFile(file));
    expect(await addFile(test.connect(), text, constraints ? { constraints } : {})).toBe(6);
  }
  const { publicKey } = publicLine(file);
  const login = (session: Uint8Array, hostKey?: Uint8Array) => {
    const method = hostKey ? 'publickey-hostbound-v00@openssh.com' : 'publickey';
    const writer = new WireWriter().string(session).byte(50).text('git').text('ssh-connection').text(method);
    writer.boolean(true).text(algorithmOf[type]).string(publicKey.blob);
    return (hostKey ? writer.string(hostKey) : writer).finish();
  };
  const signs = async (client: ReturnType<typeof test.connect>, data: Uint8Array) => {
    const signature = await client.sign(publicKey.blob, data, type === 'rsa' ? 4 : 0);
    return signature !== undefined && (await verifySignature(publicKey, signature, data, offload));
  };
  /** Answers the one question for a passphrase, where there is one. */
  const open = async () => {
    if (place === 'encrypted') (await test.approver.passphrasePrompt(0)).answer(typed('pass phrase'));
  };
  return { ...test, login, signs, open, fingerprint: () => test.agent.keys.list()[0]?.fingerprint ?? '' };
}

describe.each(cases)('a key of the kind %s %s', (type, place, file) => {
  it('logs in and signs for git, and asks for a passphrase only at the first use of an encrypted file', async () => {
    const { connect, login, signs, open, approver } = await withKey(type, place, file);
    const [host, client] = [testHost(), connect(ssh)];
    expect(await bind(client, host, sid(1), false)).toBe(true);
    const loggedIn = signs(client, login(sid(1), host.key.blob));
    await open();
    expect(await loggedIn).toBe(true);
    expect(await signs(client, sshsig('git'))).toBe(true);
    expect([approver.confirms.length, approver.passphrases.length]).toEqual([
      0,
      place === 'encrypted' ? 1 : 0,
    ]);
  });

  it('is asked about as the rules say, before anything else is', async () => {
    const { agent, connect, signs, approver, fingerprint } = await withKey(type, place, file);
    await agent.consent.setKeyLevel(fingerprint(), 'always');
    const signed = signs(connect(ssh), sshsig('git'));
    (await approver.confirmPrompt(0)).answer('deny');
    expect(await signed).toBe(false);
    expect(approver.passphrases).toEqual([]);
  });

  it('restricted to destinations goes there, also forwarded, and nowhere else', async () => {
    const [gate, inside, other] = [testHost(), testHost(), testHost()];
    const steps = restrict({ to: ['gate', gate] }, { from: ['gate', gate], to: ['inside', inside] });
    const { connect, login, signs, open } = await withKey(type, place, file, steps);
    const client = connect(ssh);
    await bind(client, gate, sid(1), false);
    const loggedIn = signs(client, login(sid(1), gate.key.blob));
    await open();
    expect(await loggedIn).toBe(true);
    const forwarded = connect(ssh);
    await bind(forwarded, gate, sid(2), true);
    await bind(forwarded, inside, sid(3), false);
    expect(await signs(forwarded, login(sid(3), inside.key.blob))).toBe(true);
    const stray = connect(ssh);
    await bind(stray, other, sid(4), false);
    expect(await signs(stray, login(sid(4), other.key.blob))).toBe(false);
    expect(await stray.list()).toEqual([]);
    expect(await signs(connect(ssh), sshsig('git'))).toBe(false);
  });
});
