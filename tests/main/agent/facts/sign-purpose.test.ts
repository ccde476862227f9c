// What a signature is for: only wholly well-formed data passes for a login or an SSHSIG signature.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSignPurpose } from '../../../../main/agent/facts/sign-purpose.ts';
import { WireWriter } from '../../../../main/keys/encoding/wire.ts';
import { withOtherBytes } from '../../../fakes/damaged-bytes.ts';
import { loginData } from '../../../fakes/host-session.ts';
import { bytes } from '../../../fakes/test-agent.ts';
import { madeUpCertificate } from '../../../fakes/test-certificate.ts';
import { ed25519Key, rsaKey } from '../../../fakes/test-key.ts';
import { publicLine } from '../../keys/fixtures.ts';

const key = ed25519Key();
const host = ed25519Key();
const sid = new Uint8Array(32).fill(7);
const unknown = { kind: 'unknown' };

interface LoginParts {
  readonly sessionId: Uint8Array;
  readonly message: number;
  readonly user: Uint8Array;
  readonly service: string;
  readonly method: string;
  readonly hasSignature: number;
  readonly algorithm: string;
  readonly blob: Uint8Array;
}

function login(change: Partial<LoginParts> = {}, blob = key.blob): Uint8Array {
  const parts: LoginParts = {
    sessionId: sid,
    message: 50,
    user: bytes('git'),
    service: 'ssh-connection',
    method: 'publickey',
    hasSignature: 1,
    algorithm: 'ssh-ed25519',
    blob,
    ...change,
  };
  return new WireWriter()
    .string(parts.sessionId)
    .byte(parts.message)
    .string(parts.user)
    .text(parts.service)
    .text(parts.method)
    .byte(parts.hasSignature)
    .text(parts.algorithm)
    .string(parts.blob)
    .finish();
}

function sshsig(namespace: string, hash = 'sha512'): Uint8Array {
  return new WireWriter()
    .bytes(bytes('SSHSIG'))
    .text(namespace)
    .text('')
    .text(hash)
    .string(new Uint8Array(64))
    .finish();
}

describe('data to be signed', () => {
  it('is a login when it is exactly RFC 4252 §7 with this key', () => {
    expect(parseSignPurpose(login(), key.blob)).toEqual({
      kind: 'ssh-login',
      user: 'git',
      service: 'ssh-connection',
      sessionId: sid,
    });
  });

  it("names the host key where OpenSSH's host-bound method does", () => {
    const purpose = parseSignPurpose(loginData(key.blob, 'root', sid, host.blob), key.blob);
    expect(purpose).toMatchObject({ kind: 'ssh-login', user: 'root', hostKey: host.blob });
  });

  it('takes each of the three algorithms that an RSA key may log in with', () => {
    const rsa = rsaKey(1024);
    for (const algorithm of ['ssh-rsa', 'rsa-sha2-256', 'rsa-sha2-512'])
      expect(parseSignPurpose(login({ algorithm }, rsa.blob), rsa.blob).kind).toBe('ssh-login');
    expect(parseSignPurpose(login({ algorithm: 'ssh-ed25519' }, rsa.blob), rsa.blob)).toEqual(unknown);
  });

  it('takes the same three of a certificate of an RSA key, by their names for certificates', () => {
    const { blob, base } = publicLine('rsa2048-cert').publicKey;
    for (const plain of ['ssh-rsa', 'rsa-sha2-256', 'rsa-sha2-512']) {
      const algorithm = `${plain}-cert-v01@openssh.com`;
      expect(parseSignPurpose(login({ algorithm }, blob), blob).kind).toBe('ssh-login');
      expect(parseSignPurpose(login({ algorithm }, blob), base.blob).kind).toBe('ssh-login');
      expect(parseSignPurpose(login({ algorithm: plain }, blob), blob)).toEqual(unknown);
    }
  });

  it('is a login when it is with a certificate of this key, which the client has beside the agent', () => {
    const algorithm = 'ssh-ed25519-cert-v01@openssh.com';
    const data = login({ algorithm }, madeUpCertificate(key.blob));
    expect(parseSignPurpose(data, key.blob)).toMatchObject({ kind: 'ssh-login', user: 'git' });
    expect(parseSignPurpose(data, host.blob)).toEqual(unknown);
    const plainName = login({ algorithm: 'ssh-ed25519' }, madeUpCertificate(key.blob));
    expect(parseSignPurpose(plainName, key.blob)).toEqual(unknown);
    expect(parseSignPurpose(login(), madeUpCertificate(key.blob))).toEqual(unknown);
  });

  it('has room for the longest session id, user name and namespace', () => {
    const longest = { sessionId: new Uint8Array(128), user: new Uint8Array(256).fill(97) };
    expect(parseSignPurpose(login(longest), key.blob)).toMatchObject({
      sessionId: longest.sessionId,
      user: 'a'.repeat(256),
    });
    expect(parseSignPurpose(sshsig('n'.repeat(256)), key.blob)).toMatchObject({ namespace: 'n'.repeat(256) });
  });

  it.each<[string, Partial<LoginParts>]>([
    ['names another key', { blob: host.blob }],
    ['names another algorithm', { algorithm: 'rsa-sha2-256' }],
    ['is another message', { message: 51 }],
    ['is for another service', { service: 'ssh-userauth' }],
    ['uses another method', { method: 'hostbased' }],
    ['says that it has no signature', { hasSignature: 0 }],
    ['says so with another byte than 1', { hasSignature: 2 }],
    ['has no session id', { sessionId: new Uint8Array() }],
    ['has a session id that is too long', { sessionId: new Uint8Array(129) }],
    ['has a user name that is too long', { user: new Uint8Array(257).fill(97) }],
    ['has a user name that is not UTF-8', { user: Uint8Array.of(0xff, 0xfe) }],
    ['lacks the host key that its method promises', { method: 'publickey-hostbound-v00@openssh.com' }],
  ])('is unknown when a login %s', (_, change) => {
    expect(parseSignPurpose(login(change), key.blob)).toEqual(unknown);
  });

  it('is an SSHSIG signature with its namespace and hash', () => {
    expect(parseSignPurpose(sshsig('git'), key.blob)).toEqual({
      kind: 'sshsig',
      namespace: 'git',
      hashAlgorithm: 'sha512',
    });
  });

  it.each([
    ['without namespace', sshsig('')],
    ['with a namespace beyond all bounds', sshsig('n'.repeat(257))],
    ['with a hash that the format does not have', sshsig('git', 'md5')],
    ['with trailing bytes', Uint8Array.of(...sshsig('git'), 0)],
    ['that stops after its magic', bytes('SSHSIG')],
  ])('is unknown for an SSHSIG blob %s', (_, data) => {
    expect(parseSignPurpose(data, key.blob)).toEqual(unknown);
  });

  it('is unknown when anything is cut off or appended', () => {
    for (const whole of [login(), loginData(key.blob, 'git', sid, host.blob), sshsig('git')]) {
      for (let length = 0; length < whole.length; length++)
        expect(parseSignPurpose(whole.slice(0, length), key.blob)).toEqual(unknown);
      expect(parseSignPurpose(Uint8Array.of(...whole, 0), key.blob)).toEqual(unknown);
    }
  });

  it('never throws and never names another key, whatever bytes are changed', () => {
    const samples = [login(), loginData(key.blob, 'git', sid, host.blob), sshsig('git')];
    const namesNoOther = fc.property(fc.oneof(...samples.map(withOtherBytes)), (data) => {
      const purpose = parseSignPurpose(data, key.blob);
      // A login that was recognized still holds this very key.
      if (purpose.kind === 'ssh-login') expect(Buffer.from(data).includes(Buffer.from(key.blob))).toBe(true);
    });
    fc.assert(namesNoOther, { seed: 5, numRuns: 20_000 });
    const isUnknown = fc.property(fc.uint8Array({ maxLength: 300, size: 'max' }), (data) => {
      expect(parseSignPurpose(data, key.blob)).toEqual(unknown);
    });
    fc.assert(isUnknown, { seed: 5, numRuns: 5_000 });
  });
});
