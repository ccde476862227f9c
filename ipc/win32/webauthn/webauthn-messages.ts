// What the main thread and a thread that waits for Windows' dialog about a security key say to each other.

/** A signature by a key that a security key has (WebAuthNAuthenticatorGetAssertion). */
export interface AssertionRequest {
  readonly kind: 'sign';
  readonly relyingParty: string;
  /** Its SHA-256 is signed, behind the authenticator data. */
  readonly clientData: Uint8Array;
  readonly credentialId: Uint8Array;
  /** Windows asks for PIN or finger. */
  readonly verifiesUser: boolean;
  /** A HWND that the dialog belongs to; left out: the window in the foreground. */
  readonly window?: bigint | undefined;
}

/** A new key in a security key (WebAuthNAuthenticatorMakeCredential). */
export interface CredentialRequest {
  readonly kind: 'enroll';
  readonly relyingParty: string;
  readonly clientData: Uint8Array;
  /** By COSE: -7 for ES256, -8 for EdDSA. */
  readonly algorithm: number;
  /** 1 to 64 bytes; a resident key for the same user takes the place of the former. */
  readonly userId: Uint8Array;
  readonly userName: string;
  readonly verifiesUser: boolean;
  readonly isResident: boolean;
  readonly window?: bigint | undefined;
}

/** Ends a call of another thread. */
export interface CancelRequest {
  readonly kind: 'cancel';
  /** A GUID. */
  readonly cancellationId: Uint8Array;
}

/** What a thread is started with. */
export interface WebAuthnThreadData {
  readonly request: WebAuthnRequest;
  /** One number: 1 as soon as the call has ended. */
  readonly ended: Int32Array<SharedArrayBuffer>;
}

export type WebAuthnRequest = AssertionRequest | CredentialRequest | CancelRequest;

export interface AssertionResult {
  readonly kind: 'assertion';
  readonly authenticatorData: Uint8Array;
  /** As WebAuthn has it: DER for ES256. */
  readonly signature: Uint8Array;
}

export interface CredentialResult {
  readonly kind: 'credential';
  readonly authenticatorData: Uint8Array;
  readonly credentialId: Uint8Array;
}

export type WebAuthnFailure =
  | { readonly kind: 'failed'; readonly result: number; readonly name: string }
  /** This Windows has no webauthn.dll, or one that is too old. */
  | { readonly kind: 'missing' }
  /** What came back is no answer. */
  | { readonly kind: 'nonsense' };

export type WebAuthnOutcome =
  | AssertionResult
  | CredentialResult
  | WebAuthnFailure
  | { readonly kind: 'done' };

export type WebAuthnEvent =
  /** The dialog is about to open; `cancellationId` ends it. */
  { readonly kind: 'waiting'; readonly cancellationId: Uint8Array } | WebAuthnOutcome;
