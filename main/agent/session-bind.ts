// OpenSSH's session-bind@openssh.com: the verified path of one connection.
import { verifyCertificate } from '../keys/certificate.ts';
import type { CryptoOffload } from '../keys/crypto-offload.ts';
import { type PublicKey, parsePublicKey } from '../keys/public-key.ts';
import { verifySignature } from '../keys/signature.ts';
import { equalBytes, type WireReader } from '../keys/wire.ts';
import { RefusedError } from './errors.ts';
import { limits } from './limits.ts';

/** One SSH session that the connection runs through, proved by the host key's signature. */
export interface SessionBinding {
  readonly hostKey: PublicKey;
  readonly sessionId: Uint8Array;
  /** True: the session forwards the agent. False: it is the one that logs in, and the last. */
  readonly forwarded: boolean;
}

/** SECURITY: what DSA's SHA-1 signatures prove is too little to keep a key to its destinations. */
function isHostKeyType(key: PublicKey): boolean {
  const accepted = key.type === 'ed25519' || key.type === 'rsa' || key.type.startsWith('ecdsa-');
  const authority = key.certificate?.signatureKey;
  return accepted && (authority === undefined || isHostKeyType(authority));
}

function isSameBinding(a: SessionBinding, b: SessionBinding): boolean {
  return (
    a.forwarded === b.forwarded &&
    equalBytes(a.sessionId, b.sessionId) &&
    equalBytes(a.hostKey.blob, b.hostKey.blob)
  );
}

/** The bindings of one connection, in the order in which they were made. */
export class SessionBindings {
  readonly #offload: CryptoOffload;
  #bindings: readonly SessionBinding[] = [];
  #hasFailed = false;

  constructor(offload: CryptoOffload) {
    this.#offload = offload;
  }

  get all(): readonly SessionBinding[] {
    return this.#bindings;
  }

  /** SECURITY: after a failed bind the path is not known, so restricted keys stay away from this connection. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** True when the connection was bound to an SSH session, or a bind was tried and refused. */
  get isOfSshSession(): boolean {
    return this.#hasFailed || this.#bindings.length > 0;
  }

  /** True when a verified binding says that requests come through agent forwarding. */
  get isForwarded(): boolean {
    return this.#bindings.some((binding) => binding.forwarded);
  }

  /** Verifies and records the binding in an extension request's contents; throws when it is refused. */
  async bind(contents: WireReader): Promise<void> {
    try {
      await this.#bind(contents);
    } catch (error) {
      this.#hasFailed = true;
      throw error;
    }
  }

  async #bind(contents: WireReader): Promise<void> {
    const hostKey = parsePublicKey(contents.readString());
    const sessionId = contents.readString().slice();
    const signature = contents.readString();
    const binding: SessionBinding = { hostKey, sessionId, forwarded: contents.readBoolean() };
    if (sessionId.length === 0 || sessionId.length > limits.sessionIdBytes)
      throw new RefusedError('session id of a length that no SSH session has');
    if (!isHostKeyType(hostKey)) throw new RefusedError('host key of a kind that is not accepted');
    if (hostKey.certificate && !(await verifyCertificate(hostKey, this.#offload)))
      throw new RefusedError('host certificate is not signed by the authority it names');
    if (!(await verifySignature(hostKey, signature, sessionId, this.#offload)))
      throw new RefusedError('session id is not signed by the host key');
    this.#record(binding);
  }

  #record(binding: SessionBinding): void {
    if (this.#bindings.some((earlier) => isSameBinding(earlier, binding))) return;
    if (this.#bindings.some((earlier) => !earlier.forwarded))
      throw new RefusedError('connection is already bound for authentication');
    if (this.#bindings.some((earlier) => equalBytes(earlier.sessionId, binding.sessionId)))
      throw new RefusedError('session id is already bound with other contents');
    if (this.#bindings.length >= limits.sessionBindings) throw new RefusedError('too many session bindings');
    this.#bindings = [...this.#bindings, binding];
  }
}
