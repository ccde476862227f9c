// OpenSSH's session-bind@openssh.com: the path of one connection, verified as far as host keys can be.

import type { Claimant } from '../../basics/fair-queue.ts';
import type { CryptoOffload } from '../../keys/crypto-offload.ts';
import { equalBytes, WireReader, WireWriter } from '../../keys/encoding/wire.ts';
import { verifyCertificate } from '../../keys/kinds/certificate.ts';
import { parseHostKey, uncheckedPublicKey } from '../../keys/kinds/parse-public-key.ts';
import type { KeyType } from '../../keys/kinds/shared/key-types.ts';
import { isChecked, type PublicKey, type UncheckedPublicKey } from '../../keys/kinds/shared/public-key.ts';
import { verifySignature } from '../../keys/kinds/verify-signature.ts';
import { limits } from '../limits/limits.ts';
import { RefusedError } from '../protocol/errors.ts';
import type { Sender } from './peer.ts';

/** One SSH session that the connection runs through. */
export type SessionBinding = {
  readonly sessionId: Uint8Array;
  /** By which the host proved itself, or said so. */
  readonly signature: Uint8Array;
  /** True: the session forwards the agent. False: it is the one that logs in, and the last. */
  readonly forwarded: boolean;
} & (
  | {
      readonly trust: 'verified';
      readonly hostKey: PublicKey;
      /** Proved by a signature over SHA-1, as hosts make that know nothing newer. */
      readonly isWeak: boolean;
    }
  /**
   * Announced and not proved: a host key of a kind that can't be checked here. It makes nothing that a proved one makes,
   * and takes nothing away: forwarded stays forwarded, and keys with destinations stay away.
   */
  | { readonly trust: 'claimed'; readonly hostKey: UncheckedPublicKey }
);

/** SECURITY: what DSA's SHA-1 signatures prove is too little to keep a key to its destinations. */
const provableTypes: ReadonlySet<KeyType> = new Set([
  ...(['ed25519', 'rsa', 'ecdsa-p256', 'ecdsa-p384', 'ecdsa-p521'] as const),
  ...(['mldsa44-ed25519', 'mldsa44-ed25519@openssh.com'] as const),
  ...(['sk-ed25519', 'sk-ecdsa-p256'] as const),
]);

/** Whether a host of this key, or an authority of hosts, can be proved to us. */
export function isProvable({ type, certificate }: PublicKey): boolean {
  return (
    provableTypes.has(type) &&
    (!certificate || (!!certificate.signatureKey && isProvable(certificate.signatureKey)))
  );
}

function isSameBinding(a: SessionBinding, b: SessionBinding): boolean {
  return (
    a.forwarded === b.forwarded &&
    equalBytes(a.sessionId, b.sessionId) &&
    equalBytes(a.hostKey.blob, b.hostKey.blob)
  );
}

/** Keys whose signatures prove nothing here are left unchecked. */
function readHostKey(contents: WireReader): PublicKey | UncheckedPublicKey {
  const blob = contents.readString();
  if (blob.length > limits.publicKeyBytes) throw new RefusedError('host key is too long');
  const key = parseHostKey(blob);
  return isChecked(key) && !isProvable(key) ? uncheckedPublicKey(blob) : key;
}

/**
 * Throws always. What would be bound ends with this message, and success would say that the next ones are bound, too;
 * what is kept of it is that the sender forwards, also when that can't be read.
 */
function refuseFor(sender: Sender, contents: WireReader): never {
  let forwarded = true;
  try {
    for (const _ of ['host key', 'session id', 'signature']) contents.readString();
    forwarded = contents.readBoolean();
  } finally {
    if (forwarded) sender.noteForwarding();
  }
  throw new RefusedError('each message of this client is a conversation of its own');
}

/** The bindings of one connection, in the order in which they were made. */
export class SessionBindings {
  readonly #offload: CryptoOffload;
  readonly #claimant: Claimant;
  readonly #allowSha1: () => boolean;
  readonly #sender: Sender | undefined;
  #bindings: readonly SessionBinding[] = [];
  #hasFailed = false;

  /** `claimant` is the connection; `allowSha1` says whether RSA host keys may sign with SHA-1; `sender` as in Peer. */
  constructor(offload: CryptoOffload, claimant: Claimant, allowSha1: () => boolean, sender?: Sender) {
    this.#offload = offload;
    this.#claimant = claimant;
    this.#allowSha1 = allowSha1;
    this.#sender = sender;
  }

  get all(): readonly SessionBinding[] {
    return this.#bindings;
  }

  /** Why it is not known from where requests come. SECURITY: restricted keys stay away from this connection then. */
  get doubt(): 'bind-refused' | 'may-be-forwarded' | undefined {
    if (this.#sender?.mayForward) return 'may-be-forwarded';
    return this.#hasFailed ? 'bind-refused' : undefined;
  }

  /** True when the connection was bound to an SSH session, or may belong to one. */
  get isOfSshSession(): boolean {
    return this.doubt !== undefined || this.#bindings.length > 0;
  }

  /** True when a binding says that requests come through agent forwarding. */
  get isForwarded(): boolean {
    return this.#bindings.some((binding) => binding.forwarded);
  }

  /** True when they do, or nobody knows. */
  get mayBeForwarded(): boolean {
    return this.isForwarded || this.doubt !== undefined;
  }

  /**
   * What another agent is to be told, so that it knows as much of the connection: the contents of session-binds, in their
   * order. SECURITY: where it is not known from where requests come, it gets one that no agent takes, and none that it
   * would take; without any it would believe that they come from here, and by the good ones use restricted keys.
   */
  get toPassOn(): readonly Uint8Array[] {
    if (this.doubt !== undefined) return [new Uint8Array()];
    return this.#bindings.map(({ hostKey, sessionId, signature, forwarded }) =>
      new WireWriter().string(hostKey.blob).string(sessionId).string(signature).boolean(forwarded).finish(),
    );
  }

  /**
   * Verifies and records the binding in an extension request's contents; throws when it is refused. One that can't be
   * verified here is recorded and is a success: ssh goes on after either answer, other clients may not, and what a
   * client could do with a verified one, it can't do with this one.
   */
  async bind(contents: WireReader): Promise<void> {
    try {
      if (this.#sender) refuseFor(this.#sender, contents);
      await this.#bind(contents);
    } catch (error) {
      this.#hasFailed = true;
      throw error;
    }
  }

  async #bind(contents: WireReader): Promise<void> {
    const hostKey = readHostKey(contents);
    const sessionId = contents.readString().slice();
    const signature = contents.readString().slice();
    const forwarded = contents.readBoolean();
    if (sessionId.length === 0 || sessionId.length > limits.sessionIdBytes)
      throw new RefusedError('session id of a length that no SSH session has');
    if (signature.length > limits.hostSignatureBytes)
      throw new RefusedError('signature of a host is too long');
    if (!isChecked(hostKey)) {
      this.#record({ trust: 'claimed', hostKey, sessionId, signature, forwarded });
      return;
    }
    if (hostKey.certificate && !(await verifyCertificate(hostKey, this.#offload, this.#claimant)))
      throw new RefusedError('host certificate is not signed by the authority it names');
    const isWeak = new WireReader(signature).readText() === 'ssh-rsa';
    const allowSha1 = this.#allowSha1();
    if (!(await verifySignature(hostKey, signature, sessionId, this.#offload, this.#claimant, { allowSha1 })))
      throw new RefusedError('session id is not signed by the host key');
    this.#record({ trust: 'verified', hostKey, isWeak, sessionId, signature, forwarded });
  }

  #record(binding: SessionBinding): void {
    if (this.#bindings.some((earlier) => !earlier.forwarded))
      throw new RefusedError('connection is already bound for authentication');
    if (this.#bindings.some((earlier) => isSameBinding(earlier, binding))) return;
    if (this.#bindings.some((earlier) => equalBytes(earlier.sessionId, binding.sessionId)))
      throw new RefusedError('session id is already bound with other contents');
    if (this.#bindings.length >= limits.sessionBindings) throw new RefusedError('too many session bindings');
    this.#bindings = [...this.#bindings, binding];
  }
}
