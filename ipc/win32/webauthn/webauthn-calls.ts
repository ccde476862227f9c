// The calls of webauthn.dll. They return when Windows' dialog is closed, so they are for a thread that nobody waits for.
import { foregroundWindow } from '../desktop/foreground-window.ts';
import { type Handle, koffi } from '../libraries/native-library.ts';
import {
  type Assertion,
  type CredentialAttestation,
  type HRESULT,
  type MakeCredentialOptions,
  webAuthn,
} from '../libraries/webauthn.ts';
import { copyOwnMemory } from '../mappings/file-mapping.ts';
import type {
  AssertionRequest,
  AssertionResult,
  CredentialRequest,
  CredentialResult,
  WebAuthnFailure,
} from './webauthn-messages.ts';

// Versions of the structures that API version 1 (Windows 10 1903) has already, as in webauthn.h.
const WEBAUTHN_RP_ENTITY_INFORMATION_VERSION_1 = 1;
const WEBAUTHN_USER_ENTITY_INFORMATION_VERSION_1 = 1;
const WEBAUTHN_CLIENT_DATA_VERSION_1 = 1;
const WEBAUTHN_COSE_CREDENTIAL_PARAMETER_VERSION_1 = 1;
const WEBAUTHN_CREDENTIAL_VERSION_1 = 1;
const WEBAUTHN_AUTHENTICATOR_MAKE_CREDENTIAL_OPTIONS_VERSION_3 = 3;
const WEBAUTHN_AUTHENTICATOR_GET_ASSERTION_OPTIONS_VERSION_4 = 4;
/** Has credProtect. */
const WEBAUTHN_API_VERSION_2 = 2;

const WEBAUTHN_CREDENTIAL_TYPE_PUBLIC_KEY = 'public-key';
const WEBAUTHN_HASH_ALGORITHM_SHA_256 = 'SHA-256';
const WEBAUTHN_AUTHENTICATOR_ATTACHMENT_ANY = 0;
const WEBAUTHN_USER_VERIFICATION_REQUIREMENT_REQUIRED = 1;
const WEBAUTHN_USER_VERIFICATION_REQUIREMENT_DISCOURAGED = 3;
const WEBAUTHN_ATTESTATION_CONVEYANCE_PREFERENCE_NONE = 1;
const WEBAUTHN_EXTENSIONS_IDENTIFIER_CRED_PROTECT = 'credProtect';
const WEBAUTHN_USER_VERIFICATION_OPTIONAL_WITH_CREDENTIAL_ID_LIST = 2;
const WEBAUTHN_USER_VERIFICATION_REQUIRED = 3;

/** Windows closes its dialog after this long: more than the agent waits, which then cancels it. */
const dialogMs = 10 * 60_000;
/** Far more than a security key has to say: key handles have 1,023 bytes at the most (CTAP 2.1). */
const maxBytes = 64 * 1024;

const S_OK = 0;
const guidBytes = 16;

/** Its version, 0 where this Windows has no webauthn.dll (before Windows 10 1903). */
export function webAuthnVersion(): number {
  try {
    // SAFETY: takes nothing.
    return webAuthn().WebAuthNGetApiVersionNumber();
  } catch {
    return 0;
  }
}

/** What the next call can be ended by. Throws where Windows gives none. */
export function newCancellationId(): Uint8Array {
  const id = new Uint8Array(guidBytes);
  // SAFETY: a GUID is written, 16 bytes.
  const result = webAuthn().WebAuthNGetCancellationId(id);
  if (result !== S_OK) throw new Error('WebAuthNGetCancellationId failed');
  return id;
}

/** Ends the call that was given this id. One that has ended is no matter. */
export function cancelCall(id: Uint8Array): void {
  if (id.length !== guidBytes) throw new Error('not a GUID');
  // SAFETY: 16 bytes are read.
  webAuthn().WebAuthNCancelCurrentOperation(id);
}

const clientDataOf = (bytes: Uint8Array) => ({
  dwVersion: WEBAUTHN_CLIENT_DATA_VERSION_1,
  cbClientDataJSON: bytes.length,
  pbClientDataJSON: bytes,
  pwszHashAlgId: WEBAUTHN_HASH_ALGORITHM_SHA_256,
});

const verification = (verifiesUser: boolean) =>
  verifiesUser
    ? WEBAUTHN_USER_VERIFICATION_REQUIREMENT_REQUIRED
    : WEBAUTHN_USER_VERIFICATION_REQUIREMENT_DISCOURAGED;

const nothing = { cExtensions: 0, pExtensions: null };

/** Bytes that a structure of Windows' points to. Throws when they are not there, or too many. */
function copy(address: Handle | null, length: number): Uint8Array {
  if (address === null || length > maxBytes) throw new Error('no bytes, or too many');
  return copyOwnMemory(address, length);
}

function failed(result: HRESULT): WebAuthnFailure {
  // SAFETY: any number is taken; the text is Windows' own and constant.
  return { kind: 'failed', result: result >>> 0, name: webAuthn().WebAuthNGetErrorName(result) ?? '' };
}

/** Signs, and returns when the person has touched the key or left the dialog. */
export function getAssertion(
  request: AssertionRequest,
  pCancellationId: Uint8Array,
): AssertionResult | WebAuthnFailure {
  const found: (Handle | null)[] = [null];
  // SAFETY: all that the structures point to lives for the call; each says its size and the version of what it has.
  const result = webAuthn().WebAuthNAuthenticatorGetAssertion(
    request.window ?? foregroundWindow(),
    request.relyingParty,
    clientDataOf(request.clientData),
    {
      dwVersion: WEBAUTHN_AUTHENTICATOR_GET_ASSERTION_OPTIONS_VERSION_4,
      dwTimeoutMilliseconds: dialogMs,
      CredentialList: {
        cCredentials: 1,
        pCredentials: [
          {
            dwVersion: WEBAUTHN_CREDENTIAL_VERSION_1,
            cbId: request.credentialId.length,
            pbId: request.credentialId,
            pwszCredentialType: WEBAUTHN_CREDENTIAL_TYPE_PUBLIC_KEY,
          },
        ],
      },
      Extensions: nothing,
      dwAuthenticatorAttachment: WEBAUTHN_AUTHENTICATOR_ATTACHMENT_ANY,
      dwUserVerificationRequirement: verification(request.verifiesUser),
      dwFlags: 0,
      // An old U2F key hashes its application as CTAP hashes the relying party: it needs no name of its own.
      pwszU2fAppId: null,
      pbU2fAppId: null,
      pCancellationId,
      pAllowCredentialList: null,
    },
    found,
  );
  const [address = null] = found;
  if (result !== S_OK) return failed(result);
  if (address === null) return { kind: 'nonsense' };
  try {
    // SAFETY: Windows made the structure, which has these fields in all versions; its bytes are copied with a check.
    const assertion = koffi().decode(address, webAuthn().assertionType) as Assertion;
    return {
      kind: 'assertion',
      authenticatorData: copy(assertion.pbAuthenticatorData, assertion.cbAuthenticatorData),
      signature: copy(assertion.pbSignature, assertion.cbSignature),
    };
  } catch {
    return { kind: 'nonsense' };
  } finally {
    // SAFETY: it came from the call above and is not used after this.
    webAuthn().WebAuthNFreeAssertion(address);
  }
}

/** WEBAUTHN_CRED_PROTECT_EXTENSION_IN: one that must be verified can't be used otherwise, whoever has its handle. */
function credProtect({ verifiesUser, isResident }: CredentialRequest): MakeCredentialOptions['Extensions'] {
  if (webAuthnVersion() < WEBAUTHN_API_VERSION_2 || !(verifiesUser || isResident)) return nothing;
  const level = verifiesUser
    ? WEBAUTHN_USER_VERIFICATION_REQUIRED
    : WEBAUTHN_USER_VERIFICATION_OPTIONAL_WITH_CREDENTIAL_ID_LIST;
  const pvExtension = new Uint8Array(Uint32Array.of(level, verifiesUser ? 1 : 0).buffer);
  const pwszExtensionIdentifier = WEBAUTHN_EXTENSIONS_IDENTIFIER_CRED_PROTECT;
  const cbExtension = pvExtension.length;
  return { cExtensions: 1, pExtensions: [{ pwszExtensionIdentifier, cbExtension, pvExtension }] };
}

/** Makes a key, and returns when the person has touched the security key or left the dialog. */
export function makeCredential(
  request: CredentialRequest,
  pCancellationId: Uint8Array,
): CredentialResult | WebAuthnFailure {
  const { relyingParty, userName } = request;
  const found: (Handle | null)[] = [null];
  // SAFETY: all that the structures point to lives for the call; each says its size and the version of what it has.
  const result = webAuthn().WebAuthNAuthenticatorMakeCredential(
    request.window ?? foregroundWindow(),
    {
      dwVersion: WEBAUTHN_RP_ENTITY_INFORMATION_VERSION_1,
      pwszId: relyingParty,
      pwszName: relyingParty,
      pwszIcon: null,
    },
    {
      dwVersion: WEBAUTHN_USER_ENTITY_INFORMATION_VERSION_1,
      cbId: request.userId.length,
      pbId: request.userId,
      pwszName: userName,
      pwszIcon: null,
      pwszDisplayName: userName,
    },
    {
      cCredentialParameters: 1,
      pCredentialParameters: [
        {
          dwVersion: WEBAUTHN_COSE_CREDENTIAL_PARAMETER_VERSION_1,
          pwszCredentialType: WEBAUTHN_CREDENTIAL_TYPE_PUBLIC_KEY,
          lAlg: request.algorithm,
        },
      ],
    },
    clientDataOf(request.clientData),
    {
      dwVersion: WEBAUTHN_AUTHENTICATOR_MAKE_CREDENTIAL_OPTIONS_VERSION_3,
      dwTimeoutMilliseconds: dialogMs,
      CredentialList: { cCredentials: 0, pCredentials: null },
      Extensions: credProtect(request),
      dwAuthenticatorAttachment: WEBAUTHN_AUTHENTICATOR_ATTACHMENT_ANY,
      bRequireResidentKey: request.isResident ? 1 : 0,
      dwUserVerificationRequirement: verification(request.verifiesUser),
      // Anything else makes Windows ask whether the maker of the security key may be told.
      dwAttestationConveyancePreference: WEBAUTHN_ATTESTATION_CONVEYANCE_PREFERENCE_NONE,
      dwFlags: 0,
      pCancellationId,
      pExcludeCredentialList: null,
    },
    found,
  );
  const [address = null] = found;
  if (result !== S_OK) return failed(result);
  if (address === null) return { kind: 'nonsense' };
  try {
    // SAFETY: Windows made the structure, which has these fields in all versions; its bytes are copied with a check.
    const made = koffi().decode(address, webAuthn().attestationType) as CredentialAttestation;
    return {
      kind: 'credential',
      authenticatorData: copy(made.pbAuthenticatorData, made.cbAuthenticatorData),
      credentialId: copy(made.pbCredentialId, made.cbCredentialId),
    };
  } catch {
    return { kind: 'nonsense' };
  } finally {
    // SAFETY: it came from the call above and is not used after this.
    webAuthn().WebAuthNFreeCredentialAttestation(address);
  }
}
