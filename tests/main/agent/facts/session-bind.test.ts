// session-bind@openssh.com and restrict-destination-v00@openssh.com as OpenSSH means them.
import { sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Peer } from '../../../../main/agent/facts/peer.ts';
import { inlineCryptoOffload as offload } from '../../../../main/crypto-worker/inline-crypto-offload.ts';
import { WireReader, WireWriter } from '../../../../main/keys/encoding/wire.ts';
import { readAgentPrivateKey } from '../../../../main/keys/kinds/agent-private-key.ts';
import type { SignatureAlgorithm } from '../../../../main/keys/kinds/shared/key-types.ts';
import { hop, restrict, type Step } from '../../../fakes/destination-constraint.ts';
import { loginData, oldRsaHost, rsaHost, sid, type TestHost, testHost } from '../../../fakes/host-session.ts';
import { SoftAuthenticator } from '../../../fakes/soft-authenticator.ts';
import {
  addRequest,
  bytes,
  constrain,
  request,
  type TestClient,
  testAgent,
} from '../../../fakes/test-agent.ts';
import { madeUpCertificate } from '../../../fakes/test-certificate.ts';
import { ed25519Key, rsaKey, type TestKey } from '../../../fakes/test-key.ts';
import { openFixture } from '../../keys/fixtures.ts';

const bindName = 'session-bind@openssh.com';
const success = Uint8Array.of(6);
const refused = Uint8Array.of(28);

/** A host with the key of the fixtures under this name, which has signed one session id. */
async function postQuantumHost(algorithm: SignatureAlgorithm, sessionId: Uint8Array) {
  const { fields } = await openFixture('mldsa44.openssh');
  const reader = new WireReader(fields.encodeForAgent().bytes);
  reader.readString();
  const named = new WireWriter().text(algorithm).bytes(reader.readRest()).finish();
  const key = await readAgentPrivateKey(new WireReader(named)).fields.load(offload);
  const signature = await key.sign(sessionId, algorithm);
  const { blob } = key.publicKey;
  const host: TestHost = {
    key: { ...ed25519Key(), blob },
    bind: (id, forwarded) =>
      new WireWriter().string(blob).string(id).string(signature).boolean(forwarded).finish(),
  };
  return { host, signature };
}

describe('session-bind', () => {
  const bind = (client: TestClient, contents: Uint8Array) => client.extension(bindName, contents);

  it('accepts a session id signed by the host key, and the very same again while it forwards', async () => {
    const client = testAgent().connect();
    const host = testHost();
    expect(await bind(client, host.bind(sid(1), true))).toEqual(success);
    expect(await bind(client, host.bind(sid(1), true))).toEqual(success);
    expect(await bind(client, host.bind(sid(2), true))).toEqual(success);
    expect(await bind(client, host.bind(sid(2), true))).toEqual(success);
    expect(await bind(client, host.bind(sid(3), false))).toEqual(success);
  });

  it('refuses a signature by another key or over another session id', async () => {
    const [host, other] = [testHost(), testHost()];
    const forged = new WireWriter()
      .string(host.key.blob)
      .bytes(other.bind(sid(1), false).subarray(4 + host.key.blob.length))
      .finish();
    expect(await bind(testAgent().connect(), forged)).toEqual(refused);
    const replayed = host.bind(sid(1), false);
    replayed[4 + host.key.blob.length + 4] = 99;
    expect(await bind(testAgent().connect(), replayed)).toEqual(refused);
  });

  it('refuses a host key longer than any, and one without a name', async () => {
    const contents = (blob: Uint8Array) =>
      new WireWriter().string(blob).string(sid(1)).text('').boolean(true).finish();
    const named = (name: string, size: number) =>
      new WireWriter().text(name).string(new Uint8Array(size)).finish();
    expect(await bind(testAgent().connect(), contents(named('new-kind', 1344)))).toEqual(success);
    for (const blob of [named('new-kind', 32 * 1024), named('', 9), named('a b', 9), new Uint8Array(3)])
      expect(await bind(testAgent().connect(), contents(blob))).toEqual(refused);
  });

  it('refuses a signature longer than any', async () => {
    const contents = (size: number) =>
      new WireWriter()
        .string(new WireWriter().text('new-kind').string(new Uint8Array(32)).finish())
        .string(sid(1))
        .string(new Uint8Array(size))
        .boolean(true)
        .finish();
    expect(await bind(testAgent().connect(), contents(16 * 1024))).toEqual(success);
    expect(await bind(testAgent().connect(), contents(16 * 1024 + 1))).toEqual(refused);
  });

  it('refuses a bind after one for authentication', async () => {
    const host = testHost();
    const again = [host.bind(sid(1), false), host.bind(sid(1), true), host.bind(sid(2), false)];
    for (const next of [...again, testHost().bind(sid(2), true)]) {
      const client = testAgent().connect();
      expect(await bind(client, host.bind(sid(1), false))).toEqual(success);
      expect(await bind(client, next)).toEqual(refused);
    }
  });

  it('takes RSA with SHA-1 where that is switched on, and then it opens restricted keys as any other proof', async () => {
    const host = oldRsaHost();
    let allowSha1 = true;
    const { connect } = testAgent({ allowSha1: () => allowSha1 });
    const key = ed25519Key();
    expect(await connect().status(addRequest(key, 'old', restrict({ to: ['old', host] })))).toBe(6);
    const client = connect();
    expect(await bind(client, host.bind(sid(1), false))).toEqual(success);
    expect(await client.sign(key.blob, loginData(key.blob, 'me', sid(1), host.key.blob))).toBeDefined();
    const forged = host.bind(sid(1), false);
    forged[forged.length - 2]! ^= 1;
    expect(await bind(connect(), forged)).toEqual(refused);
    allowSha1 = false;
    expect(await bind(connect(), host.bind(sid(1), false))).toEqual(refused);
    expect(await bind(connect(), rsaHost(host.key).bind(sid(1), false))).toEqual(success);
  });

  it.each(['ssh-mldsa44-ed25519', 'ssh-mldsa44-ed25519@openssh.com'] as const)(
    'takes a host key of the kind %s for proved by both halves, and by no one of them',
    async (algorithm) => {
      const { host, signature } = await postQuantumHost(algorithm, sid(1));
      const { connect } = testAgent();
      const key = ed25519Key();
      expect(await connect().status(addRequest(key, 'mine', restrict({ to: ['pq', host] })))).toBe(6);
      const client = connect();
      expect(await bind(client, host.bind(sid(1), false))).toEqual(success);
      expect(await client.sign(key.blob, loginData(key.blob, 'me', sid(1), host.key.blob))).toBeDefined();
      expect(await bind(connect(), host.bind(sid(2), false))).toEqual(refused);
      // The halves of the signature, which is before the last byte of the contents.
      for (const fromEnd of [2, 65, 66, signature.length - 60]) {
        const forged = host.bind(sid(1), false);
        forged[forged.length - fromEnd]! ^= 1;
        const doubtful = connect();
        expect(await bind(doubtful, forged)).toEqual(refused);
        expect(
          await doubtful.sign(key.blob, loginData(key.blob, 'me', sid(1), host.key.blob)),
        ).toBeUndefined();
      }
    },
  );

  it.each(['ed25519', 'ecdsa', 'untouched'])('verifies a host key of a security key: %s', async (name) => {
    const { fields } = await openFixture(`security-keys/${name}.openssh`);
    const key = await fields.load(offload, new SoftAuthenticator());
    const { blob, algorithm } = key.publicKey;
    const signature = await key.sign(sid(1), algorithm as SignatureAlgorithm);
    const bindOf = (id: Uint8Array, by = signature) =>
      new WireWriter().string(blob).string(id).string(by).boolean(true).finish();
    const client = testAgent().connect();
    expect(await bind(client, bindOf(sid(1)))).toEqual(success);
    expect(await bind(client, bindOf(sid(2)))).toEqual(refused);
    // Flags and counter count.
    for (const at of [signature.length - 5, signature.length - 1]) {
      const changed = Uint8Array.from(signature);
      changed[at] = (changed[at] as number) ^ 4;
      expect(await bind(testAgent().connect(), bindOf(sid(1), changed))).toEqual(refused);
    }
  });

  it('never takes SHA-1 for the signature of an authority', async () => {
    const [authority, host] = [rsaKey(), ed25519Key()];
    const { connect } = testAgent({ allowSha1: true });
    const bindWith = (algorithm: string, hash: string) => {
      const signature = (signed: Uint8Array) =>
        new WireWriter()
          .text(algorithm)
          .string(sign(hash, signed, authority.keyObject))
          .finish();
      const blob = madeUpCertificate(host.blob, { authorityKey: authority.blob, signature });
      return bind(connect(), testHost({ ...host, blob }).bind(sid(1), false));
    };
    expect(await bindWith('rsa-sha2-256', 'sha256')).toEqual(success);
    expect(await bindWith('ssh-rsa', 'sha1')).toEqual(refused);
  });

  it('refuses a session id bound before with another key or another use', async () => {
    const client = testAgent().connect();
    const host = testHost();
    expect(await bind(client, host.bind(sid(1), true))).toEqual(success);
    expect(await bind(client, testHost().bind(sid(1), true))).toEqual(refused);
    expect(await bind(client, host.bind(sid(1), false))).toEqual(refused);
  });

  it('takes 16 bindings and refuses the next', async () => {
    const client = testAgent().connect();
    const host = testHost();
    for (let n = 0; n < 16; n++) expect(await bind(client, host.bind(sid(n), true))).toEqual(success);
    expect(await bind(client, host.bind(sid(16), true))).toEqual(refused);
  });

  it('refuses session ids of no bytes and of more than 128', async () => {
    const host = testHost();
    expect(await bind(testAgent().connect(), host.bind(new Uint8Array(0), true))).toEqual(refused);
    expect(await bind(testAgent().connect(), host.bind(new Uint8Array(129), true))).toEqual(refused);
    expect(await bind(testAgent().connect(), host.bind(new Uint8Array(128), true))).toEqual(success);
  });

  it('refuses truncated contents', async () => {
    const whole = testHost().bind(sid(1), true);
    for (let length = 0; length < whole.length; length++)
      expect(await bind(testAgent().connect(), whole.subarray(0, length))).toEqual(refused);
  });

  it('that is refused is in the log with the reason', async () => {
    const [host, other] = [testHost(), testHost()];
    const contents = (blob: Uint8Array, id: Uint8Array, signature: number) =>
      new WireWriter().string(blob).string(id).string(new Uint8Array(signature)).boolean(true).finish();
    const certified = testHost({ ...host.key, blob: madeUpCertificate(host.key.blob) });
    const forwards = Array.from({ length: 16 }, (_, n) => host.bind(sid(n), true));
    const { log, connect } = testAgent();
    const why = async (peer: Partial<Peer>, ...binds: readonly Uint8Array[]) => {
      const client = connect(peer);
      for (const each of binds) await bind(client, each);
      return log.splice(0).map((line) => line.replace(/^.* request refused: /, ''));
    };
    const sender = { mayForward: false, noteForwarding: () => {} };
    expect(await why({ sender }, host.bind(sid(1), false))).toEqual([
      'each message of this client is a conversation of its own',
    ]);
    const reasons: readonly (readonly [string, ...Uint8Array[]])[] = [
      ['host key is too long', contents(new Uint8Array(32 * 1024 + 1), sid(1), 83)],
      ['session id of a length that no SSH session has', contents(host.key.blob, new Uint8Array(), 83)],
      ['signature of a host is too long', contents(host.key.blob, sid(1), 16 * 1024 + 1)],
      ['host certificate is not signed by the authority it names', certified.bind(sid(1), true)],
      ['session id is not signed by the host key', host.bind(sid(2), false).fill(0, -65, -1)],
      ['connection is already bound for authentication', host.bind(sid(1), false), host.bind(sid(2), false)],
      ['session id is already bound with other contents', host.bind(sid(1), true), other.bind(sid(1), true)],
      ['too many session bindings', ...forwards, host.bind(sid(16), true)],
    ];
    for (const [reason, ...binds] of reasons) expect(await why({}, ...binds)).toEqual([reason]);
  });

  it('works while the agent is locked', async () => {
    const client = testAgent().connect();
    await client.send(request(22).text('lock'));
    expect(await bind(client, testHost().bind(sid(1), true))).toEqual(success);
  });
});

describe('a key restricted to destinations', () => {
  const [gate, server, stranger] = [testHost(), testHost(), testHost()];

  async function agentWith(key: TestKey, constraint: Uint8Array) {
    const agent = testAgent();
    const client = agent.connect();
    expect(await client.status(addRequest(key, 'restricted', constraint))).toBe(6);
    return { ...agent, client };
  }

  const viaGate = () =>
    restrict({ to: ['gate', gate] }, { from: ['gate', gate], to: ['server', server], user: 'git*' });

  it('is listed locally but signs only for a login on a bound connection', async () => {
    const key = ed25519Key();
    const { client, connect } = await agentWith(key, viaGate());
    expect(await client.comments()).toEqual(['restricted']);
    expect(await client.sign(key.blob, loginData(key.blob, 'me', sid(1)))).toBeUndefined();
    const bound = connect();
    await bound.extension(bindName, gate.bind(sid(1), false));
    expect(await bound.sign(key.blob, bytes('anything'))).toBeUndefined();
    expect(await bound.sign(key.blob, loginData(key.blob, 'me', sid(2)))).toBeUndefined();
    expect(await bound.sign(key.blob, loginData(key.blob, 'me', sid(1), server.key.blob))).toBeUndefined();
    expect(await bound.sign(key.blob, loginData(key.blob, 'me', sid(1)))).toBeDefined();
    expect(await bound.sign(key.blob, loginData(key.blob, 'me', sid(1), gate.key.blob))).toBeDefined();
  });

  it('is hidden from and refuses any other host', async () => {
    const key = ed25519Key();
    const { connect } = await agentWith(key, viaGate());
    const bound = connect();
    await bound.extension(bindName, stranger.bind(sid(1), false));
    expect(await bound.list()).toEqual([]);
    expect(await bound.sign(key.blob, loginData(key.blob, 'me', sid(1)))).toBeUndefined();
    expect(await bound.status(request(18).string(key.blob))).toBe(5);
    expect(await bound.status(addRequest(key, 'unrestricted'))).toBe(5);
    // What asks to remove everything must not believe that nothing is left.
    expect(await bound.status(request(19))).toBe(5);
    expect(await connect().comments()).toEqual(['restricted']);
  });

  it('goes through the hop it may, to the host and user it may, with the host key named', async () => {
    const key = ed25519Key();
    const { connect } = await agentWith(key, viaGate());
    const forwarded = connect();
    await forwarded.extension(bindName, gate.bind(sid(1), true));
    expect(await forwarded.comments()).toEqual(['restricted']);
    expect(await forwarded.sign(key.blob, loginData(key.blob, 'git', sid(1), gate.key.blob))).toBeUndefined();
    await forwarded.extension(bindName, server.bind(sid(2), false));
    const login = (user: string, hostKey?: Uint8Array) =>
      forwarded.sign(key.blob, loginData(key.blob, user, sid(2), hostKey));
    expect(await login('root', server.key.blob)).toBeUndefined();
    expect(await login('git')).toBeUndefined();
    expect(await login('git', gate.key.blob)).toBeUndefined();
    expect(await login('git-user', server.key.blob)).toBeDefined();
  });

  it('does not go directly to a host that is only allowed through another, nor on from the last', async () => {
    const key = ed25519Key();
    const { connect } = await agentWith(key, viaGate());
    const direct = connect();
    await direct.extension(bindName, server.bind(sid(1), false));
    expect(await direct.sign(key.blob, loginData(key.blob, 'git', sid(1), server.key.blob))).toBeUndefined();
    const onward = connect();
    await onward.extension(bindName, gate.bind(sid(1), true));
    await onward.extension(bindName, server.bind(sid(2), true));
    expect(await onward.list()).toEqual([]);
  });

  it('does not go through a host that it may go on from but not to', async () => {
    const key = ed25519Key();
    const onward = restrict({ to: ['gate', gate] }, { from: ['stranger', stranger], to: ['server', server] });
    const { connect } = await agentWith(key, onward);
    const forwarded = connect();
    await forwarded.extension(bindName, stranger.bind(sid(1), true));
    await forwarded.extension(bindName, server.bind(sid(2), false));
    expect(await forwarded.list()).toEqual([]);
    const login = loginData(key.blob, 'me', sid(2), server.key.blob);
    expect(await forwarded.sign(key.blob, login)).toBeUndefined();
  });

  it('hides a key that may log in to a host but not go on from it', async () => {
    const key = ed25519Key();
    const { connect } = await agentWith(key, restrict({ to: ['gate', gate] }));
    const forwarded = connect();
    await forwarded.extension(bindName, gate.bind(sid(1), true));
    expect(await forwarded.list()).toEqual([]);
  });

  it('stays away from a connection whose bind failed', async () => {
    const key = ed25519Key();
    const { connect } = await agentWith(key, viaGate());
    const client = connect();
    await client.extension(bindName, gate.bind(sid(1), false));
    await client.extension(bindName, Uint8Array.of(1, 2, 3));
    expect(await client.list()).toEqual([]);
    expect(await client.sign(key.blob, loginData(key.blob, 'me', sid(1)))).toBeUndefined();
    // Also where nothing else was bound, and a good bind comes after it.
    const other = connect();
    await other.extension(bindName, Uint8Array.of(1, 2, 3));
    expect(await other.list()).toEqual([]);
    await other.extension(bindName, gate.bind(sid(1), false));
    expect(await other.list()).toEqual([]);
    expect(await other.sign(key.blob, loginData(key.blob, 'me', sid(1)))).toBeUndefined();
    expect(await other.status(request(18).string(key.blob))).toBe(5);
  });

  it('leaves other keys of the same connection alone', async () => {
    const [restricted, free] = [ed25519Key(), ed25519Key()];
    const { client, connect } = await agentWith(restricted, viaGate());
    await client.send(addRequest(free, 'free'));
    const bound = connect();
    await bound.extension(bindName, stranger.bind(sid(1), true));
    expect(await bound.comments()).toEqual(['free']);
    expect(await bound.sign(free.blob, bytes('x'))).toBeDefined();
  });

  it.each([
    [
      'a "from" with a user',
      new WireWriter()
        .string(hop('me', 'gate', [gate]))
        .string(hop('', 'server', [server]))
        .text(''),
    ],
    [
      'a "from" with a name and no key',
      new WireWriter()
        .string(hop('', 'gate', []))
        .string(hop('', 'server', [server]))
        .text(''),
    ],
    [
      'a "to" without a name',
      new WireWriter()
        .string(hop('', '', []))
        .string(hop('', '', [server]))
        .text(''),
    ],
    [
      'a "to" without a key',
      new WireWriter()
        .string(hop('', '', []))
        .string(hop('', 'server', []))
        .text(''),
    ],
    [
      'an extension',
      new WireWriter()
        .string(hop('', '', []))
        .string(hop('', 'server', [server]))
        .text('x'),
    ],
    [
      'trailing bytes',
      new WireWriter()
        .string(hop('', '', []))
        .string(hop('', 'server', [server]))
        .text('')
        .byte(1),
    ],
  ])('is refused when the constraint has %s', async (_name, step) => {
    const outer = new WireWriter().string(step.finish()).finish();
    const constraint = constrain.extension(
      'restrict-destination-v00@openssh.com',
      new WireWriter().string(outer).finish(),
    );
    const client = testAgent().connect();
    expect(await client.status(addRequest(ed25519Key(), 'k', constraint))).toBe(5);
  });

  it('takes 1,024 destinations and refuses more', async () => {
    const steps = (count: number): Step[] =>
      Array.from({ length: count }, (_, n) => ({ to: [`host${n}`, gate] }));
    const client = testAgent().connect();
    expect(await client.status(addRequest(ed25519Key(), 'k', restrict(...steps(1024))))).toBe(6);
    expect(await client.status(addRequest(ed25519Key(), 'k', restrict(...steps(1025))))).toBe(5);
  });
});
