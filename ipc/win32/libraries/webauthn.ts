// webauthn.dll: declarations only. What the calls mean is in the files that make them.
import type { TypeObject } from 'koffi';
import { type BOOL, type Handle, type Koffi, systemLibrary } from './native-library.ts';

/** As koffi gives it: signed. */
export type HRESULT = number;

interface Credentials {
  cCredentials: number;
  pCredentials: { dwVersion: number; cbId: number; pbId: Uint8Array; pwszCredentialType: string }[] | null;
}

interface Extensions {
  cExtensions: number;
  pExtensions: { pwszExtensionIdentifier: string; cbExtension: number; pvExtension: Uint8Array }[] | null;
}

/** WEBAUTHN_AUTHENTICATOR_MAKE_CREDENTIAL_OPTIONS up to its version 3. */
export interface MakeCredentialOptions {
  dwVersion: number;
  dwTimeoutMilliseconds: number;
  CredentialList: Credentials;
  Extensions: Extensions;
  dwAuthenticatorAttachment: number;
  bRequireResidentKey: BOOL;
  dwUserVerificationRequirement: number;
  dwAttestationConveyancePreference: number;
  dwFlags: number;
  pCancellationId: Uint8Array;
  pExcludeCredentialList: null;
}

/** WEBAUTHN_AUTHENTICATOR_GET_ASSERTION_OPTIONS up to its version 4. */
export interface GetAssertionOptions {
  dwVersion: number;
  dwTimeoutMilliseconds: number;
  CredentialList: Credentials;
  Extensions: Extensions;
  dwAuthenticatorAttachment: number;
  dwUserVerificationRequirement: number;
  dwFlags: number;
  pwszU2fAppId: null;
  pbU2fAppId: null;
  pCancellationId: Uint8Array;
  pAllowCredentialList: null;
}

/** Of WEBAUTHN_CREDENTIAL_ATTESTATION what is read. */
export interface CredentialAttestation {
  cbAuthenticatorData: number;
  pbAuthenticatorData: Handle | null;
  cbCredentialId: number;
  pbCredentialId: Handle | null;
}

/** Of WEBAUTHN_ASSERTION what is read. */
export interface Assertion {
  cbAuthenticatorData: number;
  pbAuthenticatorData: Handle | null;
  cbSignature: number;
  pbSignature: Handle | null;
}

export interface ClientData {
  dwVersion: number;
  cbClientDataJSON: number;
  pbClientDataJSON: Uint8Array;
  pwszHashAlgId: string;
}

export interface WebAuthn {
  readonly attestationType: TypeObject;
  readonly assertionType: TypeObject;
  WebAuthNGetApiVersionNumber(): number;
  WebAuthNAuthenticatorMakeCredential(
    window: Handle | null,
    relyingParty: { dwVersion: number; pwszId: string; pwszName: string; pwszIcon: null },
    user: {
      dwVersion: number;
      cbId: number;
      pbId: Uint8Array;
      pwszName: string;
      pwszIcon: null;
      pwszDisplayName: string;
    },
    parameters: {
      cCredentialParameters: number;
      pCredentialParameters: { dwVersion: number; pwszCredentialType: string; lAlg: number }[];
    },
    clientData: ClientData,
    options: MakeCredentialOptions,
    attestation: (Handle | null)[],
  ): HRESULT;
  WebAuthNAuthenticatorGetAssertion(
    window: Handle | null,
    relyingParty: string,
    clientData: ClientData,
    options: GetAssertionOptions,
    assertion: (Handle | null)[],
  ): HRESULT;
  WebAuthNFreeCredentialAttestation(attestation: Handle): void;
  WebAuthNFreeAssertion(assertion: Handle): void;
  WebAuthNGetCancellationId(id: Uint8Array): HRESULT;
  WebAuthNCancelCurrentOperation(id: Uint8Array): HRESULT;
  WebAuthNGetErrorName(result: HRESULT): string | null;
}

/** Nameless types: a name may be given once only. */
function inputTypes(koffi: Koffi) {
  const credential = koffi.struct({
    dwVersion: 'uint32_t',
    cbId: 'uint32_t',
    pbId: 'uint8_t *',
    pwszCredentialType: 'str16',
  });
  const credentials = koffi.struct({ cCredentials: 'uint32_t', pCredentials: koffi.pointer(credential) });
  const extension = koffi.struct({
    pwszExtensionIdentifier: 'str16',
    cbExtension: 'uint32_t',
    pvExtension: 'uint8_t *',
  });
  const extensions = koffi.struct({ cExtensions: 'uint32_t', pExtensions: koffi.pointer(extension) });
  const parameter = koffi.struct({ dwVersion: 'uint32_t', pwszCredentialType: 'str16', lAlg: 'int32_t' });
  return {
    relyingParty: koffi.struct({
      dwVersion: 'uint32_t',
      pwszId: 'str16',
      pwszName: 'str16',
      pwszIcon: 'str16',
    }),
    user: koffi.struct({
      dwVersion: 'uint32_t',
      cbId: 'uint32_t',
      pbId: 'uint8_t *',
      pwszName: 'str16',
      pwszIcon: 'str16',
      pwszDisplayName: 'str16',
    }),
    parameters: koffi.struct({
      cCredentialParameters: 'uint32_t',
      pCredentialParameters: koffi.pointer(parameter),
    }),
    clientData: koffi.struct({
      dwVersion: 'uint32_t',
      cbClientDataJSON: 'uint32_t',
      pbClientDataJSON: 'uint8_t *',
      pwszHashAlgId: 'str16',
    }),
    makeOptions: koffi.struct({
      dwVersion: 'uint32_t',
      dwTimeoutMilliseconds: 'uint32_t',
      CredentialList: credentials,
      Extensions: extensions,
      dwAuthenticatorAttachment: 'uint32_t',
      bRequireResidentKey: 'int32_t',
      dwUserVerificationRequirement: 'uint32_t',
      dwAttestationConveyancePreference: 'uint32_t',
      dwFlags: 'uint32_t',
      pCancellationId: 'uint8_t *',
      pExcludeCredentialList: 'void *',
    }),
    getOptions: koffi.struct({
      dwVersion: 'uint32_t',
      dwTimeoutMilliseconds: 'uint32_t',
      CredentialList: credentials,
      Extensions: extensions,
      dwAuthenticatorAttachment: 'uint32_t',
      dwUserVerificationRequirement: 'uint32_t',
      dwFlags: 'uint32_t',
      pwszU2fAppId: 'str16',
      pbU2fAppId: 'void *',
      pCancellationId: 'uint8_t *',
      pAllowCredentialList: 'void *',
    }),
  };
}

/** The first fields of each, which all versions of them have. */
function outputTypes(koffi: Koffi) {
  return {
    attestationType: koffi.struct({
      dwVersion: 'uint32_t',
      pwszFormatType: 'void *',
      cbAuthenticatorData: 'uint32_t',
      pbAuthenticatorData: 'void *',
      cbAttestation: 'uint32_t',
      pbAttestation: 'void *',
      dwAttestationDecodeType: 'uint32_t',
      pvAttestationDecode: 'void *',
      cbAttestationObject: 'uint32_t',
      pbAttestationObject: 'void *',
      cbCredentialId: 'uint32_t',
      pbCredentialId: 'void *',
    }),
    assertionType: koffi.struct({
      dwVersion: 'uint32_t',
      cbAuthenticatorData: 'uint32_t',
      pbAuthenticatorData: 'void *',
      cbSignature: 'uint32_t',
      pbSignature: 'void *',
    }),
  };
}

export const webAuthn: () => WebAuthn = systemLibrary('webauthn.dll', (dll, koffi) => {
  const types = inputTypes(koffi);
  const pointer = (type: TypeObject) => koffi.pointer(type);
  const addressOut = koffi.out(koffi.pointer('void *'));
  return {
    ...outputTypes(koffi),
    WebAuthNGetApiVersionNumber: dll.func('uint32_t __stdcall WebAuthNGetApiVersionNumber()'),
    WebAuthNAuthenticatorMakeCredential: dll.func(
      '__stdcall',
      'WebAuthNAuthenticatorMakeCredential',
      'int32_t',
      [
        'void *',
        ...[types.relyingParty, types.user, types.parameters, types.clientData, types.makeOptions].map(
          pointer,
        ),
        addressOut,
      ],
    ),
    WebAuthNAuthenticatorGetAssertion: dll.func('__stdcall', 'WebAuthNAuthenticatorGetAssertion', 'int32_t', [
      'void *',
      'str16',
      ...[types.clientData, types.getOptions].map(pointer),
      addressOut,
    ]),
    WebAuthNFreeCredentialAttestation: dll.func('void __stdcall WebAuthNFreeCredentialAttestation(void *)'),
    WebAuthNFreeAssertion: dll.func('void __stdcall WebAuthNFreeAssertion(void *)'),
    WebAuthNGetCancellationId: dll.func('int32_t __stdcall WebAuthNGetCancellationId(_Out_ uint8_t *)'),
    WebAuthNCancelCurrentOperation: dll.func('int32_t __stdcall WebAuthNCancelCurrentOperation(uint8_t *)'),
    WebAuthNGetErrorName: dll.func('str16 __stdcall WebAuthNGetErrorName(int32_t)'),
  };
});
