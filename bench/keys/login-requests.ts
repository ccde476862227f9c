// Requests to sign as ssh makes them, so that an agent reads what it reads in life.
import { createHash } from 'node:crypto';
import { WireReader, WireWriter } from '../../main/keys/encoding/wire.ts';
import type { BenchKey } from './bench-keys.ts';

const sha512Flag = 4;

/** What a client signs to log in (RFC 4252 §7), with a session identifier of its own for each number. */
export function loginData({ blob, kind }: Pick<BenchKey, 'blob' | 'kind'>, n: number): Uint8Array {
  const algorithm = kind.startsWith('RSA') ? 'rsa-sha2-512' : new WireReader(blob).readText();
  return new WireWriter()
    .string(createHash('sha256').update(`session ${n}`).digest())
    .byte(50)
    .text('git')
    .text('ssh-connection')
    .text('publickey')
    .boolean(true)
    .text(algorithm)
    .string(blob)
    .finish();
}

/** Message 13. */
export function signRequest(key: BenchKey, n: number): Uint8Array {
  return new WireWriter()
    .byte(13)
    .string(key.blob)
    .string(loginData(key, n))
    .uint32(key.kind.startsWith('RSA') ? sha512Flag : 0)
    .finish();
}
