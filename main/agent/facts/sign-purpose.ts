// What a signature is for, read from the data to be signed before anyone is asked.

import { equalBytes, WireReader } from '../../keys/encoding/wire.ts';
import { parseHostKey, parsePublicKey } from '../../keys/kinds/parse-public-key.ts';
import { limits } from '../limits/limits.ts';

export type SignPurpose =
  /** RFC 4252 §7, or OpenSSH's `publickey-hostbound-v00@openssh.com`, which also names the host key. */
  | {
      readonly kind: 'ssh-login';
      readonly user: string;
      readonly service: string;
      readonly sessionId: Uint8Array;
      readonly hostKey?: Uint8Array;
    }
  /** OpenSSH PROTOCOL.sshsig. */
  | { readonly kind: 'sshsig'; readonly namespace: string; readonly hashAlgorithm: string }
  | { readonly kind: 'unknown' };

const unknown: SignPurpose = { kind: 'unknown' };
const SSH_MSG_USERAUTH_REQUEST = 50;
const sshsigMagic = new TextEncoder().encode('SSHSIG');
/** The only ones that PROTOCOL.sshsig allows. */
const sshsigHashes: readonly string[] = ['sha256', 'sha512'];

/** Algorithm names that a login may use with a key whose blob says `keyAlgorithm` (RFC 8332 §3). */
function loginAlgorithms(keyAlgorithm: string): readonly string[] {
  switch (keyAlgorithm) {
    case 'ssh-rsa':
      return ['ssh-rsa', 'rsa-sha2-256', 'rsa-sha2-512'];
    case 'ssh-rsa-cert-v01@openssh.com':
      return [keyAlgorithm, 'rsa-sha2-256-cert-v01@openssh.com', 'rsa-sha2-512-cert-v01@openssh.com'];
    default:
      return [keyAlgorithm];
  }
}

/** ssh's CertificateFile and PuTTY's detached certificates are signed for with the plain key. */
function isCertificateOf(blob: Uint8Array, plainBlob: Uint8Array): boolean {
  const key = parsePublicKey(blob);
  return key.certificate !== undefined && equalBytes(key.base.blob, plainBlob);
}

const wholeUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** SECURITY: rules and answers go by it. What is no text would be read as another that is none. Throws TypeError. */
const readWhole = (utf8: Uint8Array) => wholeUtf8.decode(utf8);

function parseLogin(data: Uint8Array, keyBlob: Uint8Array): SignPurpose {
  const reader = new WireReader(data);
  const sessionId = reader.readString();
  if (sessionId.length === 0 || sessionId.length > limits.sessionIdBytes) return unknown;
  if (reader.readByte() !== SSH_MSG_USERAUTH_REQUEST) return unknown;
  const userBytes = reader.readString();
  if (userBytes.length > limits.userNameBytes) return unknown;
  const service = reader.readText();
  const method = reader.readText();
  // RFC 4252 §7: exactly TRUE is signed, and a stricter reading costs no honest client anything.
  if (service !== 'ssh-connection' || reader.readByte() !== 1) return unknown;
  const algorithm = reader.readText();
  const namedBlob = reader.readString();
  // A login that names another key than the one that signs must not pass for a login with this one.
  if (!equalBytes(namedBlob, keyBlob) && !isCertificateOf(namedBlob, keyBlob)) return unknown;
  if (!loginAlgorithms(new WireReader(namedBlob).readText()).includes(algorithm)) return unknown;
  const user = readWhole(userBytes);
  const login = { kind: 'ssh-login', user, service, sessionId: sessionId.slice() } as const;
  if (method === 'publickey') {
    reader.assertEnd();
    return login;
  }
  if (method !== 'publickey-hostbound-v00@openssh.com') return unknown;
  const hostKey = parseHostKey(reader.readString()).blob;
  reader.assertEnd();
  return { ...login, hostKey };
}

function parseSshsig(data: Uint8Array): SignPurpose {
  const reader = new WireReader(data);
  reader.readBytes(sshsigMagic.length);
  const namespaceBytes = reader.readString();
  reader.readString(); // reserved
  const hashAlgorithm = reader.readText();
  reader.readString(); // H(message)
  reader.assertEnd();
  const namespace = readWhole(namespaceBytes);
  if (namespace === '' || namespace.length > limits.namespaceLength) return unknown;
  if (!sshsigHashes.includes(hashAlgorithm)) return unknown;
  return { kind: 'sshsig', namespace, hashAlgorithm };
}

/**
 * The account that a server might log in by a signature of `data`, also where that is no login as `parseSignPurpose`
 * wants it: a server that is less strict may take it for one. OpenSSH's takes what follows a colon for a style of
 * authentication, and `root:any` for root. Undefined for data that no server takes for a login. Never throws.
 */
export function accountOfLogin(data: Uint8Array): string | undefined {
  try {
    const reader = new WireReader(data);
    reader.readString(); // the session id
    if (reader.readByte() !== SSH_MSG_USERAUTH_REQUEST) return undefined;
    return reader.readText().split(':', 1)[0];
  } catch {
    return undefined;
  }
}

/**
 * Tells what `data`, to be signed with the key of `keyBlob`, is. Anything not wholly well-formed is
 * `unknown`: trailing bytes, another key, a user name or namespace that is not UTF-8. Never throws.
 */
export function parseSignPurpose(data: Uint8Array, keyBlob: Uint8Array): SignPurpose {
  try {
    const isSshsig = equalBytes(data.subarray(0, sshsigMagic.length), sshsigMagic);
    return isSshsig ? parseSshsig(data) : parseLogin(data, keyBlob);
  } catch {
    return unknown;
  }
}
