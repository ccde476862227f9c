/* A webauthn.dll whose person and security key are the test: each call is written to a file, and answered by one.
 * It checks each structure that it is given by mingw's own webauthn.h. */
#include <windows.h>
#include <webauthn.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define RETURN_INVALID 0x80090027L
#define RETURN_CANCELLED 0x80090036L

/* The calls of this process, and what cancels them. */
static volatile LONG calls;
static volatile LONG cancelled[64];
static volatile LONG guids;

static void path(char *out, const char *name, LONG number)
{
    char dir[MAX_PATH];
    DWORD length = GetEnvironmentVariableA("WEBAUTHN_STAND_IN", dir, sizeof dir);
    if (length == 0 || length >= sizeof dir) dir[0] = 0;
    if (number) sprintf(out, "%s\\%s-%ld.txt", dir, name, number);
    else sprintf(out, "%s\\%s.txt", dir, name);
}

static BOOL there(const char *name)
{
    char file[MAX_PATH + 64];
    path(file, name, 0);
    return GetFileAttributesA(file) != INVALID_FILE_ATTRIBUTES;
}

static void note(const char *name, const char *text)
{
    char file[MAX_PATH + 64];
    FILE *out;
    path(file, name, 0);
    out = fopen(file, "ab");
    if (out == NULL) return;
    fprintf(out, "%s\n", text);
    fclose(out);
}

static void hex(FILE *out, const char *name, const BYTE *bytes, DWORD length)
{
    DWORD i;
    fprintf(out, "%s=", name);
    if (bytes == NULL) length = 0;
    for (i = 0; i < length; i++) fprintf(out, "%02x", bytes[i]);
    fprintf(out, "\n");
}

static void text(FILE *out, const char *name, const WCHAR *value)
{
    char utf8[4096] = "(null)";
    if (value != NULL) WideCharToMultiByte(CP_UTF8, 0, value, -1, utf8, sizeof utf8, NULL, NULL);
    fprintf(out, "%s=%s\n", name, utf8);
}

/* The value of a line of the answer; bytes are allocated. */
static BYTE *value_of(const char *answer, const char *name, DWORD *length)
{
    char key[64];
    const char *found;
    BYTE *bytes;
    sprintf(key, "\n%s=", name);
    found = strstr(answer, key);
    *length = 0;
    if (found == NULL) return NULL;
    found += strlen(key);
    bytes = malloc(70000);
    while (sscanf(found, "%2hhx", &bytes[*length]) == 1) {
        ++*length;
        found += 2;
        if (*found == '\n' || *found == '\r' || *found == 0) break;
    }
    return bytes;
}

static DWORD number_of(const char *answer, const char *name, DWORD otherwise)
{
    char key[64];
    const char *found;
    sprintf(key, "\n%s=", name);
    found = strstr(answer, key);
    return found == NULL ? otherwise : strtoul(found + strlen(key), NULL, 16);
}

static LONG guid_number(const GUID *guid)
{
    return guid != NULL && guid->Data2 == 0x5a1c && guid->Data1 < 64 ? (LONG)guid->Data1 : 0;
}

/* Shows the request and waits for the answer, as Windows' dialog does. NULL: cancelled. */
static char *ask(LONG number, LONG guid)
{
    static char none[] = "";
    char from[MAX_PATH + 64], to[MAX_PATH + 64];
    path(from, "writing", number);
    path(to, "request", number);
    MoveFileExA(from, to, MOVEFILE_REPLACE_EXISTING);
    path(to, "answer", number);
    for (;;) {
        FILE *in = fopen(to, "rb");
        if (in != NULL) {
            char *answer = calloc(1, 300000);
            answer[0] = '\n';
            if (fread(answer + 1, 1, 299000, in) == 0) answer[1] = 0;
            fclose(in);
            return answer;
        }
        if (guid != 0 && cancelled[guid] && !there("deaf")) return none;
        Sleep(10);
    }
}

static FILE *begin(LONG number, const char *call, HWND window)
{
    char file[MAX_PATH + 64];
    FILE *out;
    path(file, "writing", number);
    out = fopen(file, "wb");
    if (out == NULL) return NULL;
    fprintf(out, "call=%s\nwindow=%llx\n", call, (unsigned long long)(ULONG_PTR)window);
    return out;
}

static void client_data(FILE *out, PCWEBAUTHN_CLIENT_DATA data)
{
    fprintf(out, "clientDataVersion=%lu\n", data->dwVersion);
    hex(out, "clientData", data->pbClientDataJSON, data->cbClientDataJSON);
    text(out, "hash", data->pwszHashAlgId);
}

__declspec(dllexport) DWORD WINAPI WebAuthNGetApiVersionNumber(void)
{
    char file[MAX_PATH + 64];
    FILE *in;
    DWORD version = WEBAUTHN_API_CURRENT_VERSION;
    path(file, "version", 0);
    in = fopen(file, "rb");
    if (in == NULL) return version;
    if (fscanf(in, "%lu", &version) != 1) version = 0;
    fclose(in);
    return version;
}

__declspec(dllexport) HRESULT WINAPI WebAuthNAuthenticatorGetAssertion(HWND window, LPCWSTR relying_party,
    PCWEBAUTHN_CLIENT_DATA data, PCWEBAUTHN_AUTHENTICATOR_GET_ASSERTION_OPTIONS options, PWEBAUTHN_ASSERTION *result)
{
    LONG number = InterlockedIncrement(&calls);
    LONG guid = guid_number(options->pCancellationId);
    FILE *out = begin(number, "sign", window);
    const WEBAUTHN_CREDENTIAL *credential = options->CredentialList.pCredentials;
    WEBAUTHN_ASSERTION *made;
    char *answer;
    DWORD length, code;
    if (out == NULL) return E_FAIL;
    *result = NULL;
    text(out, "relyingParty", relying_party);
    client_data(out, data);
    fprintf(out, "version=%lu\ntimeout=%lu\ncredentials=%lu\nextensions=%lu\nattachment=%lu\nverification=%lu\nflags=%lu\n",
        options->dwVersion, options->dwTimeoutMilliseconds, options->CredentialList.cCredentials,
        options->Extensions.cExtensions, options->dwAuthenticatorAttachment, options->dwUserVerificationRequirement,
        options->dwFlags);
    text(out, "u2fAppId", options->pwszU2fAppId);
    fprintf(out, "pointers=%d%d%d\ncancellable=%d\n", options->Extensions.pExtensions != NULL,
        options->pbU2fAppId != NULL, options->pAllowCredentialList != NULL, guid != 0);
    if (options->CredentialList.cCredentials == 1 && credential != NULL) {
        fprintf(out, "credentialVersion=%lu\n", credential->dwVersion);
        hex(out, "credential", credential->pbId, credential->cbId);
        text(out, "credentialType", credential->pwszCredentialType);
    }
    fclose(out);
    answer = ask(number, guid);
    if (answer[0] == 0) return (HRESULT)RETURN_CANCELLED;
    code = number_of(answer, "result", 0);
    if (code != 0) return (HRESULT)code;
    made = calloc(1, sizeof *made);
    made->dwVersion = WEBAUTHN_ASSERTION_CURRENT_VERSION;
    made->pbAuthenticatorData = value_of(answer, "authenticatorData", &length);
    made->cbAuthenticatorData = number_of(answer, "claimedLength", length);
    made->pbSignature = value_of(answer, "signature", &made->cbSignature);
    free(answer);
    *result = made;
    return S_OK;
}

__declspec(dllexport) void WINAPI WebAuthNFreeAssertion(PWEBAUTHN_ASSERTION assertion)
{
    note("freed", "assertion");
    free(assertion->pbAuthenticatorData);
    free(assertion->pbSignature);
    free(assertion);
}

__declspec(dllexport) HRESULT WINAPI WebAuthNAuthenticatorMakeCredential(HWND window,
    PCWEBAUTHN_RP_ENTITY_INFORMATION relying_party, PCWEBAUTHN_USER_ENTITY_INFORMATION user,
    PCWEBAUTHN_COSE_CREDENTIAL_PARAMETERS parameters, PCWEBAUTHN_CLIENT_DATA data,
    PCWEBAUTHN_AUTHENTICATOR_MAKE_CREDENTIAL_OPTIONS options, PWEBAUTHN_CREDENTIAL_ATTESTATION *result)
{
    LONG number = InterlockedIncrement(&calls);
    LONG guid = guid_number(options->pCancellationId);
    FILE *out = begin(number, "enroll", window);
    const WEBAUTHN_EXTENSION *extension = options->Extensions.pExtensions;
    WEBAUTHN_CREDENTIAL_ATTESTATION *made;
    char *answer;
    DWORD length, code;
    if (out == NULL) return E_FAIL;
    *result = NULL;
    fprintf(out, "relyingPartyVersion=%lu\n", relying_party->dwVersion);
    text(out, "relyingParty", relying_party->pwszId);
    text(out, "relyingPartyName", relying_party->pwszName);
    text(out, "relyingPartyIcon", relying_party->pwszIcon);
    fprintf(out, "userVersion=%lu\n", user->dwVersion);
    hex(out, "userId", user->pbId, user->cbId);
    text(out, "userName", user->pwszName);
    text(out, "userDisplayName", user->pwszDisplayName);
    text(out, "userIcon", user->pwszIcon);
    client_data(out, data);
    fprintf(out, "parameters=%lu\n", parameters->cCredentialParameters);
    if (parameters->cCredentialParameters == 1) {
        fprintf(out, "parameterVersion=%lu\nalgorithm=%ld\n", parameters->pCredentialParameters->dwVersion,
            parameters->pCredentialParameters->lAlg);
        text(out, "parameterType", parameters->pCredentialParameters->pwszCredentialType);
    }
    fprintf(out, "version=%lu\ntimeout=%lu\ncredentials=%lu\nattachment=%lu\nresident=%d\nverification=%lu\nattestation=%lu\n"
                 "flags=%lu\ncancellable=%d\n",
        options->dwVersion, options->dwTimeoutMilliseconds, options->CredentialList.cCredentials,
        options->dwAuthenticatorAttachment, options->bRequireResidentKey, options->dwUserVerificationRequirement,
        options->dwAttestationConveyancePreference, options->dwFlags, guid != 0);
    fprintf(out, "pointers=%d%d\nextensions=%lu\n", options->CredentialList.pCredentials != NULL,
        options->pExcludeCredentialList != NULL, options->Extensions.cExtensions);
    if (options->Extensions.cExtensions == 1) {
        const WEBAUTHN_CRED_PROTECT_EXTENSION_IN *protect = extension->pvExtension;
        text(out, "extension", extension->pwszExtensionIdentifier);
        if (extension->cbExtension == sizeof *protect)
            fprintf(out, "protect=%lu\nprotectRequired=%d\n", protect->dwCredProtect, protect->bRequireCredProtect);
    }
    fclose(out);
    answer = ask(number, guid);
    if (answer[0] == 0) return (HRESULT)RETURN_CANCELLED;
    code = number_of(answer, "result", 0);
    if (code != 0) return (HRESULT)code;
    made = calloc(1, sizeof *made);
    made->dwVersion = WEBAUTHN_CREDENTIAL_ATTESTATION_CURRENT_VERSION;
    made->pwszFormatType = WEBAUTHN_ATTESTATION_TYPE_NONE;
    made->pbAuthenticatorData = value_of(answer, "authenticatorData", &length);
    made->cbAuthenticatorData = number_of(answer, "claimedLength", length);
    made->pbCredentialId = value_of(answer, "credentialId", &made->cbCredentialId);
    free(answer);
    *result = made;
    return S_OK;
}

__declspec(dllexport) void WINAPI WebAuthNFreeCredentialAttestation(PWEBAUTHN_CREDENTIAL_ATTESTATION attestation)
{
    note("freed", "attestation");
    free(attestation->pbAuthenticatorData);
    free(attestation->pbCredentialId);
    free(attestation);
}

__declspec(dllexport) HRESULT WINAPI WebAuthNGetCancellationId(GUID *id)
{
    memset(id, 0, sizeof *id);
    id->Data1 = (DWORD)InterlockedIncrement(&guids);
    id->Data2 = 0x5a1c;
    return S_OK;
}

__declspec(dllexport) HRESULT WINAPI WebAuthNCancelCurrentOperation(const GUID *id)
{
    LONG guid = guid_number(id);
    note("cancelled", guid == 0 ? "unknown" : "known");
    if (guid == 0) return (HRESULT)RETURN_INVALID;
    InterlockedExchange(&cancelled[guid], 1);
    return S_OK;
}

__declspec(dllexport) PCWSTR WINAPI WebAuthNGetErrorName(HRESULT result)
{
    return result == (HRESULT)RETURN_CANCELLED ? L"NotAllowedError" : L"UnknownError";
}
