// The port to security keys (FIDO2): what SSH wants of one, as OpenSSH's PROTOCOL.u2f and sk-api.h have it.

/** Of a credential, in its key file; the first two also in a signature, where they say what the person did (CTAP 2, §6.1). */
export const securityKeyFlag = {
  /** The person touches the security key. */
  touch: 0x01,
  /** It makes sure that they are its owner: by its PIN, or a finger. */
  verify: 0x04,
  /** The credential is kept in the security key, and can be read from it on another computer. */
  resident: 0x20,
} as const;

export type SecurityKeyAlgorithm = 'ed25519' | 'ecdsa-p256';

/** What the person is waited for; undefined: for nothing any more. `system-dialog` is one that tells them itself. */
export type AuthenticatorWait = 'touch' | 'system-dialog' | undefined;

export interface AssertionRequest {
  readonly algorithm: SecurityKeyAlgorithm;
  /** `ssh:` and whatever the person chose; without NUL. The relying party of WebAuthn. */
  readonly application: string;
  /** 16 KiB at the most. */
  readonly keyHandle: Uint8Array;
  /** Of `securityKeyFlag`: whether a touch is needed, and whether the person is verified. */
  readonly flags: number;
  /** What SSH signs. The security key signs SHA-256 of it, among other things. */
  readonly data: Uint8Array;
  /** UTF-8, where the person was asked for one after a SecurityKeyPinError. Wiped when this settles. */
  readonly pin?: Uint8Array;
}

/** Nothing of it is believed: whoever asked verifies it. */
export interface Assertion {
  /** Ed25519: 64 bytes; ECDSA: r and s of 32 bytes each. */
  readonly signature: Uint8Array;
  /** A byte, as it was signed. */
  readonly flags: number;
  /** A uint32, as it was signed. */
  readonly counter: number;
}

export interface EnrollmentRequest extends Pick<AssertionRequest, 'algorithm' | 'application' | 'pin'> {
  /** Of `securityKeyFlag`. */
  readonly flags: number;
  /** The name that a resident key is listed by; may be empty. One of the same application and user is replaced. */
  readonly user: string;
  /** 32 random bytes, which an attestation is about. */
  readonly challenge: Uint8Array;
}

/** A key as a security key tells of it. */
export interface SecurityKeyCredential {
  readonly algorithm: SecurityKeyAlgorithm;
  /** Ed25519: 32 bytes; ECDSA: the uncompressed point, 65 bytes. */
  readonly point: Uint8Array;
  readonly keyHandle: Uint8Array;
  readonly application: string;
  /** As they are to stand in the key file. */
  readonly flags: number;
}

export interface ResidentCredential extends SecurityKeyCredential {
  /** The name it was made with, in words of others. */
  readonly user: string;
}

/** A security key can't do what it was asked for. Both texts are sentences for the person. */
export class SecurityKeyError extends Error {
  override readonly name: string = 'SecurityKeyError';
  /** What the person can do about it. */
  readonly remedy: string;

  constructor(reason: string, remedy: string) {
    super(reason);
    this.remedy = remedy;
  }
}

/** It wants its PIN, or the one it was given is wrong: the same may be asked for again with another. */
export class SecurityKeyPinError extends SecurityKeyError {
  override readonly name = 'SecurityKeyPinError';
}

/**
 * A way to the security keys of this computer. Its methods reject with SecurityKeyError, or with the signal's reason when
 * that is aborted, which ends what the person sees of it. They block no thread that others use; each is called again only
 * when the call before has settled, or was given up.
 */
export interface Authenticator {
  /** What it is, for the person: Windows, or a library by its path. */
  readonly title: string;
  /** May take minutes, while the person looks for their security key. */
  sign(
    request: AssertionRequest,
    signal: AbortSignal,
    waitsFor: (what: AuthenticatorWait) => void,
  ): Promise<Assertion>;
  enroll(
    request: EnrollmentRequest,
    signal: AbortSignal,
    waitsFor: (what: AuthenticatorWait) => void,
  ): Promise<SecurityKeyCredential>;
  /** The keys that are kept in the security key. Left out where there is no way to learn of them. */
  residentKeys?(
    pin: Uint8Array | undefined,
    signal: AbortSignal,
    waitsFor: (what: AuthenticatorWait) => void,
  ): Promise<readonly ResidentCredential[]>;
}

/** All ways to security keys. */
export interface Authenticators {
  /** The one for keys of which nobody says by which library they are reached. */
  readonly own: Authenticator;
  /**
   * The one by this library of middleware (sk-api.h), as a client names it. SECURITY: undefined for all but those on the
   * person's list, however the path is written: nothing is loaded that somebody else chose.
   */
  byLibrary(path: string): Promise<Authenticator | undefined>;
}

/** A computer without a way to security keys. */
export function noAuthenticators(reason: string, remedy: string): Authenticators {
  const refuse = () => Promise.reject(new SecurityKeyError(reason, remedy));
  return {
    own: { title: 'security keys', sign: refuse, enroll: refuse },
    byLibrary: () => Promise.resolve(undefined),
  };
}
