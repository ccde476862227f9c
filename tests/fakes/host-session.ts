// A host as session-bind sees it: a host key that signs session ids, and logins to it.
import { sign } from 'node:crypto';
import { WireWriter } from '../../main/keys/encoding/wire.ts';
import { ed25519Key, rsaKey, type TestKey } from './test-key.ts';

export interface TestHost {
  readonly key: TestKey;
  /** The contents of a session-bind request. */
  bind(sessionId: Uint8Array, forwarded: boolean): Uint8Array;
}

/** `algorithm` fits the key, which is RSA where its hash is named. */
function host(key: TestKey, algorithm: string, hash: 'sha1' | 'sha512' | null): TestHost {
  return {
    key,
    bind(sessionId, forwarded) {
      const signature = new WireWriter()
        .text(algorithm)
        .string(sign(hash, sessionId, key.keyObject))
        .finish();
      return new WireWriter()
        .string(key.blob)
        .string(sessionId)
        .string(signature)
        .boolean(forwarded)
        .finish();
    },
  };
}

export const testHost = (key: TestKey = ed25519Key()) => host(key, 'ssh-ed25519', null);
export const rsaHost = (key: TestKey = rsaKey()) => host(key, 'rsa-sha2-512', 'sha512');
/** A host that knows nothing newer than RSA with SHA-1. */
export const oldRsaHost = (key: TestKey = rsaKey()) => host(key, 'ssh-rsa', 'sha1');

/** A session id; another number, another session. */
export const sid = (n: number) => new Uint8Array(32).fill(n);

/** What a client signs to log in (RFC 4252 §7); with `hostKey`, OpenSSH's host-bound variant. */
export function loginData(
  keyBlob: Uint8Array,
  user: string,
  sessionId: Uint8Array,
  hostKey?: Uint8Array,
  algorithm = 'ssh-ed25519',
): Uint8Array {
  const writer = new WireWriter()
    .string(sessionId)
    .byte(50)
    .text(user)
    .text('ssh-connection')
    .text(hostKey ? 'publickey-hostbound-v00@openssh.com' : 'publickey')
    .boolean(true)
    .text(algorithm)
    .string(keyBlob);
  return (hostKey ? writer.string(hostKey) : writer).finish();
}
