// Why a request was refused: the client hears nothing of it, the log tells whoever reads it.
import { describe, expect, it } from 'vitest';
import { WireWriter } from '../../../../main/keys/encoding/wire.ts';
import { bind, login, ssh } from '../../../fakes/consent-agent.ts';
import { restrict } from '../../../fakes/destination-constraint.ts';
import { sid, testHost } from '../../../fakes/host-session.ts';
import { addFile } from '../../../fakes/planted-file.ts';
import { settle } from '../../../fakes/settle.ts';
import { SoftAuthenticator, softAuthenticators } from '../../../fakes/soft-authenticator.ts';
import { keyOf } from '../../../fakes/soft-security-key.ts';
import {
  addRequest,
  bytes,
  constrain,
  request,
  type TestClient,
  testAgent,
} from '../../../fakes/test-agent.ts';
import { ed25519Key, rsaKey } from '../../../fakes/test-key.ts';
import { fixtureText } from '../../keys/fixtures.ts';

const success = 6;
const lock = (passphrase: string) => request(22).text(passphrase);
const unlock = (passphrase: string) => request(23).text(passphrase);
const hiddenFile = () => fixtureText('ed25519.pkcs8-hmacWithSHA256');
const provider = (path: string) =>
  constrain.extension('sk-provider@openssh.com', new WireWriter().text(path).finish());

type Test = ReturnType<typeof testAgent>;

async function fromElsewhere({ connect }: Test): Promise<TestClient> {
  const client = connect(ssh);
  expect(await bind(client, testHost(), sid(1), true)).toBe(true);
  return client;
}

/** A key that may go to this host only, from here. */
async function restricted({ connect }: Test, ...steps: Parameters<typeof restrict>) {
  const key = ed25519Key();
  expect(await connect().status(addRequest(key, 'restricted', restrict(...steps)))).toBe(success);
  return key;
}

describe('the log tells why it refused', () => {
  const [host, other] = [testHost(), testHost()];

  it.each<[kind: string, reason: string, refused: (test: Test) => Promise<unknown>]>([
    [
      'add',
      'the key is not visible on this connection',
      async (test) => {
        const key = await restricted(test, { to: ['host', host] });
        await (await fromElsewhere(test)).send(addRequest(key, 'taken'));
      },
    ],
    [
      'add',
      'a library for security keys was named for a key that is in none',
      ({ connect }) => connect().send(addRequest(ed25519Key(), 'k', provider('/sk.so'))),
    ],
    [
      'add',
      'a library for security keys was named by what may be another machine',
      async (test) => {
        const key = await keyOf(new SoftAuthenticator());
        await (await fromElsewhere(test)).send(addRequest(key, 'sk', provider('/sk.so')));
      },
    ],
    [
      'extension',
      'a library for security keys was named for a key file',
      ({ connect }) =>
        addFile(connect(), fixtureText('security-keys/ed25519.openssh'), { constraints: provider('/sk.so') }),
    ],
    [
      'extension',
      'not a PPK file',
      ({ connect }) =>
        connect().extension(
          'add-ppk@putty.projects.tartarus.org',
          new WireWriter().text(fixtureText('ed25519.openssh')).finish(),
        ),
    ],
    [
      'extension',
      'the file hides its public key and none was given',
      ({ connect }) => addFile(connect(), hiddenFile()),
    ],
    [
      'extension',
      'the public key does not belong to the file',
      ({ connect }) => addFile(connect(), fixtureText('ed25519.openssh'), { blob: ed25519Key().blob }),
    ],
    [
      'extension',
      'the agent is locked',
      async ({ agent, connect }) => {
        const adding = addFile(connect(), fixtureText('ed25519.openssh'));
        agent.pause();
        await adding;
      },
    ],
    [
      'remove-all',
      'some keys are not for this connection and stay',
      async (test) => {
        await restricted(test, { to: ['host', host] });
        await (await fromElsewhere(test)).send(request(19));
      },
    ],
    [
      'lock',
      'not for connections that belong to an SSH session',
      async (test) => (await fromElsewhere(test)).send(lock('x')),
    ],
    ['lock', 'empty lock passphrase', ({ connect }) => connect().send(lock(''))],
    ['unlock', 'not locked with that', ({ connect }) => connect().send(unlock('x'))],
    [
      'unlock',
      'not locked with that',
      async ({ connect }) => {
        await connect().send(lock('x'));
        await connect().send(unlock(''));
      },
    ],
    [
      'unlock',
      'wrong lock passphrase',
      async ({ connect, clock }) => {
        await connect().send(lock('x'));
        const refused = connect().send(unlock('wrong'));
        await expect.poll(() => clock.pendingTimers).toBe(1);
        clock.advance(100);
        await refused;
      },
    ],
    [
      'unlock',
      'not locked',
      async ({ connect }) => {
        await connect().send(lock('x'));
        await Promise.all([connect().send(unlock('x')), connect().send(unlock('x'))]);
      },
    ],
    [
      'sign',
      'SHA-1 signatures are switched off',
      async ({ connect }) => {
        const key = rsaKey();
        await connect().send(addRequest(key, 'rsa'));
        await connect().sign(key.blob, bytes('x'));
      },
    ],
    [
      'sign',
      'a security key made for a website signs only logins and signatures of SSH',
      async ({ connect }) => {
        const key = await keyOf(new SoftAuthenticator(), { application: 'evil.ssh:' });
        await connect().send(addRequest(key, 'sk'));
        await connect().sign(key.blob, bytes('x'));
      },
    ],
    ['sign', 'no such key', ({ connect }) => connect().sign(ed25519Key().blob, bytes('x'))],
    [
      'sign',
      'the agent was locked',
      async ({ agent, connect, approver }) => {
        const key = ed25519Key();
        await connect().send(addRequest(key, 'k', constrain.confirm()));
        const asked = connect(ssh).sign(key.blob, bytes('x'));
        await approver.confirmPrompt(0);
        await connect().send(lock('x'));
        await asked;
        expect(agent.isLocked).toBe(true);
      },
    ],
    [
      'sign',
      'the key may go to some hosts only, and nothing proves where this request comes from',
      async (test) => {
        const key = await restricted(test, { to: ['host', host] });
        const client = test.connect(ssh);
        await client.extension('session-bind@openssh.com', new Uint8Array(1));
        await client.sign(key.blob, login(key));
      },
    ],
    [
      'sign',
      'the key may go to some hosts only, and this program does not prove where it goes, as PuTTY, WinSCP, paramiko and ssh before 8.9 never do',
      async (test) => {
        const key = await restricted(test, { to: ['host', host] });
        await test.connect(ssh).sign(key.blob, login(key));
      },
    ],
    [
      'sign',
      'destination-constrained key for something else than a login',
      async (test) => {
        const key = await restricted(test, { to: ['host', host] });
        const client = test.connect(ssh);
        await bind(client, host, sid(1), false);
        await client.sign(key.blob, bytes('x'));
      },
    ],
    [
      'sign',
      'destination is not permitted for this key',
      async (test) => {
        const key = await restricted(test, { to: ['host', host] });
        const client = test.connect(ssh);
        await bind(client, other, sid(1), false);
        await client.sign(key.blob, login(key));
      },
    ],
    [
      'sign',
      'login is for another session than the one bound last',
      async (test) => {
        const key = await restricted(test, { to: ['host', host] });
        const client = test.connect(ssh);
        await bind(client, host, sid(1), false);
        await client.sign(key.blob, login(key, 'git', sid(2)));
      },
    ],
    ...[
      ['forwarded login does not name the host key', undefined] as const,
      ['login is for another host key than the one bound last', host.key.blob] as const,
    ].map<[string, string, (test: Test) => Promise<unknown>]>(([reason, named]) => [
      'sign',
      reason,
      async (test) => {
        const key = await restricted(
          test,
          { to: ['host', host] },
          { from: ['host', host], to: ['other', other] },
        );
        const client = test.connect(ssh);
        await bind(client, host, sid(1), true);
        await bind(client, other, sid(2), false);
        await client.sign(key.blob, login(key, 'git', sid(2), named));
      },
    ]),
  ])('%s: %s', async (kind, reason, refused) => {
    const libraries = { '/sk.so': new SoftAuthenticator() };
    const test = testAgent({ allowSha1: false, authenticators: softAuthenticators(undefined, libraries) });
    await refused(test);
    await settle();
    expect(test.log.map((line) => line.replace(/^test pid \w+: /, '')).at(-1)).toBe(
      `${kind} request refused: ${reason}`,
    );
  });
});
