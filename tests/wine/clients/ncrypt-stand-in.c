/*
 * A stand-in for Windows' ncrypt.dll, against mingw's ncrypt.h: four providers with keys in files, as Wine's own keeps
 * none. It checks what it is given as Windows does, writes down what it was asked, and answers as it is told.
 *
 * SALLYPORT_TEST_KEYS names its folder: "log.txt" is written, one line a call that a person would notice; "answer.txt"
 * is read at each of those calls: a number in hex is returned, "hang" never returns, "long" and "short" lie about lengths,
 * "garbage" gives bytes that are no signature, "exportable" makes keys that could be given away; of Windows Hello's
 * "in-software" says that a key is there, "remembers" that it does not ask each time, "signs-silently" that it need not;
 * "hang-briefly" takes three seconds.
 */
#define NTDDI_VERSION 0x0A000000
#include <windows.h>
#include <ncrypt.h>
#include <stdio.h>
#include <wchar.h>

#define KEY_FILE_MAX 8192
enum { SOFTWARE, TPM, CARD, HELLO };

struct provider {
  DWORD magic;
  int home;
  ULONG_PTR window;
};

struct key {
  DWORD magic;
  int home;
  WCHAR name[256];
  WCHAR algorithm[32];
  DWORD bits;
  BCRYPT_KEY_HANDLE pair;
  ULONG_PTR window;
  WCHAR context[256];
  DWORD gesture, cache, export_policy, usage;
  BOOL is_silent, is_final, is_pair_kept;
};

#define PROVIDER_MAGIC 0x31505053
#define KEY_MAGIC 0x314b5053
#define NTE_INVALID_PARAMETER_ ((SECURITY_STATUS)0x80090027)

/*
 * Wine's BCryptImportKeyPair takes no private half on P-384, which BCryptExportKey gives: such a key lives in the process
 * that has made it. Its file says that it is there.
 */
static struct { int home; WCHAR name[256]; BCRYPT_KEY_HANDLE pair; } kept[8];
static LONG kept_count;

static void folder(WCHAR *path, const WCHAR *file)
{
  WCHAR dir[MAX_PATH] = L"";
  GetEnvironmentVariableW(L"SALLYPORT_TEST_KEYS", dir, MAX_PATH);
  swprintf(path, 2 * MAX_PATH, L"%ls\\%ls", dir, file);
}

/* A name may have any character: each becomes four digits. */
static void key_path(WCHAR *path, int home, const WCHAR *name)
{
  WCHAR file[1100];
  int at = swprintf(file, 16, L"%d-", home);
  for (; *name && at < 1000; name++) at += swprintf(file + at, 8, L"%04x", *name);
  swprintf(file + at, 8, L".key");
  folder(path, file);
}

static void note(const char *call, const struct key *key)
{
  WCHAR path[2 * MAX_PATH];
  char line[1024], context[512] = "", name[512] = "";
  HANDLE file;
  DWORD written;
  int length;
  WideCharToMultiByte(CP_UTF8, 0, key->context, -1, context, sizeof(context), NULL, NULL);
  WideCharToMultiByte(CP_UTF8, 0, key->name, -1, name, sizeof(name), NULL, NULL);
  length = snprintf(line, sizeof(line),
                    "{\"call\":\"%s\",\"home\":%d,\"name\":\"%s\",\"window\":%llu,\"context\":\"%s\",\"gesture\":%lu,"
                    "\"cache\":%lu,\"usage\":%lu,\"silent\":%s}\n",
                    call, key->home, name, (unsigned long long)key->window, context, key->gesture, key->cache,
                    key->usage, key->is_silent ? "true" : "false");
  folder(path, L"log.txt");
  file = CreateFileW(path, FILE_APPEND_DATA, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_ALWAYS, 0, NULL);
  if (file == INVALID_HANDLE_VALUE) return;
  WriteFile(file, line, length, &written, NULL);
  CloseHandle(file);
}

/* What it is told to do; an empty text: its work. Returns a status to be returned. */
static SECURITY_STATUS told(char *answer, size_t size)
{
  WCHAR path[2 * MAX_PATH];
  HANDLE file;
  DWORD got = 0;
  memset(answer, 0, size);
  folder(path, L"answer.txt");
  file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING,
                     0, NULL);
  if (file == INVALID_HANDLE_VALUE) return 0;
  ReadFile(file, answer, size - 1, &got, NULL);
  CloseHandle(file);
  if (!strcmp(answer, "hang")) Sleep(INFINITE);
  if (!strcmp(answer, "hang-briefly")) Sleep(3000);
  return !strncmp(answer, "0x", 2) ? (SECURITY_STATUS)strtoul(answer, NULL, 16) : 0;
}

static BOOL is_rsa(const struct key *key) { return !wcscmp(key->algorithm, L"RSA"); }

static struct key *key_of(NCRYPT_HANDLE handle)
{
  struct key *key = (struct key *)handle;
  return key && key->magic == KEY_MAGIC ? key : NULL;
}

static struct provider *provider_of(NCRYPT_HANDLE handle)
{
  struct provider *provider = (struct provider *)handle;
  return provider && provider->magic == PROVIDER_MAGIC ? provider : NULL;
}

static const WCHAR *private_blob(const struct key *key)
{
  return is_rsa(key) ? BCRYPT_RSAFULLPRIVATE_BLOB : BCRYPT_ECCPRIVATE_BLOB;
}

static NTSTATUS open_algorithm(const struct key *key, BCRYPT_ALG_HANDLE *algorithm)
{
  return BCryptOpenAlgorithmProvider(algorithm, key->algorithm, NULL, 0);
}

SECURITY_STATUS WINAPI NCryptOpenStorageProvider(NCRYPT_PROV_HANDLE *out, LPCWSTR name, DWORD flags)
{
  static const WCHAR *const names[] = { MS_KEY_STORAGE_PROVIDER, MS_PLATFORM_KEY_STORAGE_PROVIDER,
                                        MS_SMART_CARD_KEY_STORAGE_PROVIDER,
                                        L"Microsoft Passport Key Storage Provider" };
  if (flags) return NTE_BAD_FLAGS;
  for (int home = 0; home < 4; home++) {
    struct provider *provider;
    if (wcscmp(name, names[home])) continue;
    provider = calloc(1, sizeof(*provider));
    provider->magic = PROVIDER_MAGIC;
    provider->home = home;
    *out = (NCRYPT_PROV_HANDLE)provider;
    return 0;
  }
  return NTE_PROV_TYPE_NOT_DEF;
}

SECURITY_STATUS WINAPI NCryptIsAlgSupported(NCRYPT_PROV_HANDLE handle, LPCWSTR name, DWORD flags)
{
  struct provider *provider = provider_of(handle);
  if (!provider) return NTE_INVALID_HANDLE;
  if (flags & ~NCRYPT_SILENT_FLAG) return NTE_BAD_FLAGS;
  if (!wcscmp(name, L"RSA")) return 0;
  if (!wcscmp(name, L"ECDSA_P256") && provider->home != HELLO) return 0;
  if (!wcscmp(name, L"ECDSA_P384") && provider->home == SOFTWARE) return 0;
  return NTE_NOT_SUPPORTED;
}

SECURITY_STATUS WINAPI NCryptEnumKeys(NCRYPT_PROV_HANDLE handle, LPCWSTR scope, NCryptKeyName **out, PVOID *state,
                                      DWORD flags)
{
  struct provider *provider = provider_of(handle);
  struct find { HANDLE handle; } *find = *state;
  WIN32_FIND_DATAW found;
  struct { NCryptKeyName name; WCHAR text[256]; } *entry;
  const WCHAR *digits;
  int length = 0;
  if (!provider) return NTE_INVALID_HANDLE;
  if (scope || flags != NCRYPT_SILENT_FLAG) return NTE_BAD_FLAGS;
  if (!find) {
    WCHAR pattern[32], path[2 * MAX_PATH];
    swprintf(pattern, 32, L"%d-*.key", provider->home);
    folder(path, pattern);
    find = calloc(1, sizeof(*find));
    *state = find;
    find->handle = FindFirstFileW(path, &found);
    if (find->handle == INVALID_HANDLE_VALUE) return NTE_NO_MORE_ITEMS;
  } else if (!FindNextFileW(find->handle, &found)) {
    FindClose(find->handle);
    return NTE_NO_MORE_ITEMS;
  }
  entry = calloc(1, sizeof(*entry));
  for (digits = found.cFileName + 2; *digits && *digits != '.' && length < 255; digits += 4) {
    WCHAR four[5] = { digits[0], digits[1], digits[2], digits[3], 0 };
    entry->text[length++] = wcstoul(four, NULL, 16);
  }
  entry->name.pszName = entry->text;
  entry->name.pszAlgid = entry->text + 255;
  *out = &entry->name;
  return 0;
}

SECURITY_STATUS WINAPI NCryptFreeBuffer(PVOID buffer)
{
  free(buffer);
  return 0;
}

static struct key *new_key(struct provider *provider, const WCHAR *name)
{
  struct key *key = calloc(1, sizeof(*key));
  key->magic = KEY_MAGIC;
  key->home = provider->home;
  key->window = provider->window;
  key->export_policy = 0xffffffff;
  wcsncpy(key->name, name, 255);
  return key;
}

/* The file: 32 characters of the algorithm, usage and cache type, then the blob. */
SECURITY_STATUS WINAPI NCryptOpenKey(NCRYPT_PROV_HANDLE handle, NCRYPT_KEY_HANDLE *out, LPCWSTR name, DWORD spec,
                                     DWORD flags)
{
  struct provider *provider = provider_of(handle);
  BYTE data[KEY_FILE_MAX];
  WCHAR path[2 * MAX_PATH];
  DWORD got = 0;
  HANDLE file;
  struct key *key;
  BCRYPT_ALG_HANDLE algorithm;
  NTSTATUS status;
  if (!provider) return NTE_INVALID_HANDLE;
  if (spec || flags & ~NCRYPT_SILENT_FLAG) return NTE_BAD_FLAGS;
  key_path(path, provider->home, name);
  file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_DELETE, NULL, OPEN_EXISTING, 0, NULL);
  if (file == INVALID_HANDLE_VALUE) return provider->home == CARD ? SCARD_E_NO_SMARTCARD : NTE_BAD_KEYSET;
  ReadFile(file, data, sizeof(data), &got, NULL);
  CloseHandle(file);
  key = new_key(provider, name);
  memcpy(key->algorithm, data, 64);
  memcpy(&key->usage, data + 64, 4);
  memcpy(&key->cache, data + 68, 4);
  key->is_silent = flags == NCRYPT_SILENT_FLAG;
  key->is_final = TRUE;
  key->export_policy = 0;
  if ((status = open_algorithm(key, &algorithm))) return status;
  status = BCryptImportKeyPair(algorithm, NULL, private_blob(key), &key->pair, data + 72, got - 72, 0);
  for (LONG at = 0; status && !wcscmp(key->algorithm, L"ECDSA_P384") && at < kept_count; at++) {
    if (kept[at].home != provider->home || wcscmp(kept[at].name, name)) continue;
    key->pair = kept[at].pair;
    key->is_pair_kept = TRUE;
    status = 0;
  }
  if (status) return status;
  *out = (NCRYPT_KEY_HANDLE)key;
  return 0;
}

SECURITY_STATUS WINAPI NCryptCreatePersistedKey(NCRYPT_PROV_HANDLE handle, NCRYPT_KEY_HANDLE *out, LPCWSTR name_of_alg,
                                                LPCWSTR name, DWORD spec, DWORD flags)
{
  struct provider *provider = provider_of(handle);
  WCHAR path[2 * MAX_PATH];
  struct key *key;
  SECURITY_STATUS status;
  if (!provider) return NTE_INVALID_HANDLE;
  if (spec || flags) return NTE_BAD_FLAGS;
  if ((status = NCryptIsAlgSupported(handle, name_of_alg, 0))) return status;
  /* Windows Hello: whose, for which program, which key. */
  if (provider->home == HELLO && (wcsncmp(name, L"S-1-", 4) || !wcsstr(name, L"//"))) return NTE_INVALID_PARAMETER_;
  key_path(path, provider->home, name);
  if (GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES) return NTE_EXISTS;
  key = new_key(provider, name);
  wcsncpy(key->algorithm, name_of_alg, 31);
  key->bits = is_rsa(key) ? 1024 : !wcscmp(name_of_alg, L"ECDSA_P384") ? 384 : 256;
  *out = (NCRYPT_KEY_HANDLE)key;
  return 0;
}

SECURITY_STATUS WINAPI NCryptFinalizeKey(NCRYPT_KEY_HANDLE handle, DWORD flags)
{
  struct key *key = key_of(handle);
  BYTE data[KEY_FILE_MAX] = { 0 };
  WCHAR path[2 * MAX_PATH];
  char answer[64];
  DWORD size = 0;
  HANDLE file;
  BCRYPT_ALG_HANDLE algorithm;
  NTSTATUS status;
  if (!key) return NTE_INVALID_HANDLE;
  if (flags || key->is_final) return NTE_BAD_FLAGS;
  note("finalize", key);
  if ((status = told(answer, sizeof(answer)))) return status;
  if (!strcmp(answer, "exportable")) key->export_policy = NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG;
  if ((status = open_algorithm(key, &algorithm))) return status;
  if ((status = BCryptGenerateKeyPair(algorithm, &key->pair, key->bits, 0))) return status;
  if ((status = BCryptFinalizeKeyPair(key->pair, 0))) return status;
  memcpy(data, key->algorithm, 64);
  memcpy(data + 64, &key->usage, 4);
  memcpy(data + 68, &key->cache, 4);
  status = BCryptExportKey(key->pair, NULL, private_blob(key), data + 72, sizeof(data) - 72, &size, 0);
  if (status) return status;
  key_path(path, key->home, key->name);
  file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL);
  if (file == INVALID_HANDLE_VALUE) return NTE_EXISTS;
  WriteFile(file, data, 72 + size, &size, NULL);
  CloseHandle(file);
  if (!wcscmp(key->algorithm, L"ECDSA_P384") && kept_count < 8) {
    kept[kept_count].home = key->home;
    wcscpy(kept[kept_count].name, key->name);
    kept[kept_count].pair = key->pair;
    key->is_pair_kept = TRUE;
    kept_count++;
  }
  key->is_final = TRUE;
  return 0;
}

SECURITY_STATUS WINAPI NCryptDeleteKey(NCRYPT_KEY_HANDLE handle, DWORD flags)
{
  struct key *key = key_of(handle);
  WCHAR path[2 * MAX_PATH];
  char answer[64];
  SECURITY_STATUS status;
  if (!key) return NTE_INVALID_HANDLE;
  if (flags) return NTE_BAD_FLAGS;
  note("delete", key);
  if ((status = told(answer, sizeof(answer)))) return status;
  key_path(path, key->home, key->name);
  if (!DeleteFileW(path)) return NTE_BAD_KEYSET;
  return NCryptFreeObject(handle);
}

SECURITY_STATUS WINAPI NCryptGetProperty(NCRYPT_HANDLE handle, LPCWSTR property, PBYTE output, DWORD size, DWORD *result,
                                         DWORD flags)
{
  struct key *key = key_of(handle);
  char answer[64];
  if (!key) return NTE_INVALID_HANDLE;
  if (flags & ~NCRYPT_SILENT_FLAG) return NTE_BAD_FLAGS;
  if (!wcscmp(property, L"NgcCacheType") && key->home == HELLO) {
    DWORD cache = key->cache;
    if (size != 4) return NTE_INVALID_PARAMETER_;
    told(answer, sizeof(answer));
    if (!strcmp(answer, "remembers")) cache = 0;
    memcpy(output, &cache, *result = 4);
    return 0;
  }
  if (!wcscmp(property, NCRYPT_IMPL_TYPE_PROPERTY) && key->home == HELLO) {
    DWORD type = NCRYPT_IMPL_HARDWARE_FLAG;
    if (size != 4) return NTE_INVALID_PARAMETER_;
    told(answer, sizeof(answer));
    if (!strcmp(answer, "in-software")) type = NCRYPT_IMPL_SOFTWARE_FLAG;
    memcpy(output, &type, *result = 4);
    return 0;
  }
  if (!wcscmp(property, NCRYPT_ALGORITHM_GROUP_PROPERTY)) {
    const WCHAR *group = is_rsa(key) ? L"RSA" : L"ECDSA";
    *result = 2 * (wcslen(group) + 1);
    if (size < *result) return NTE_BUFFER_TOO_SMALL;
    memcpy(output, group, *result);
    return 0;
  }
  if (!wcscmp(property, NCRYPT_EXPORT_POLICY_PROPERTY)) {
    *result = 4;
    memcpy(output, &key->export_policy, 4);
    return 0;
  }
  if (!wcscmp(property, NCRYPT_UI_POLICY_PROPERTY) && wcsstr(key->name, L"asks")) {
    NCRYPT_UI_POLICY policy = { 1, NCRYPT_UI_PROTECT_KEY_FLAG, NULL, NULL, NULL };
    if (size < sizeof(policy)) return NTE_BUFFER_TOO_SMALL;
    memcpy(output, &policy, *result = sizeof(policy));
    return 0;
  }
  return NTE_NOT_FOUND;
}

SECURITY_STATUS WINAPI NCryptSetProperty(NCRYPT_HANDLE handle, LPCWSTR property, PBYTE input, DWORD size, DWORD flags)
{
  struct key *key = key_of(handle);
  struct provider *provider = provider_of(handle);
  DWORD value = 0;
  if (!key && !provider) return NTE_INVALID_HANDLE;
  if (!wcscmp(property, NCRYPT_WINDOW_HANDLE_PROPERTY)) {
    if (size != sizeof(HWND) || flags) return NTE_INVALID_PARAMETER_;
    memcpy(key ? &key->window : &provider->window, input, size);
    return 0;
  }
  if (!key) return NTE_NOT_SUPPORTED;
  if (!wcscmp(property, NCRYPT_USE_CONTEXT_PROPERTY)) {
    if (flags || size % 2 || size < 2 || ((WCHAR *)input)[size / 2 - 1]) return NTE_INVALID_PARAMETER_;
    wcsncpy(key->context, (WCHAR *)input, 255);
    return 0;
  }
  if (size != 4) return NTE_INVALID_PARAMETER_;
  memcpy(&value, input, 4);
  if (!wcscmp(property, L"PinCacheIsGestureRequired")) {
    if (key->home != HELLO) return NTE_NOT_SUPPORTED;
    key->gesture = value;
    return 0;
  }
  /* All others say what a key will be. */
  if (key->is_final) return NTE_BAD_KEY_STATE;
  if (!wcscmp(property, NCRYPT_LENGTH_PROPERTY) && is_rsa(key) && !flags) key->bits = value;
  else if (!wcscmp(property, NCRYPT_KEY_USAGE_PROPERTY)) key->usage = value;
  else if (!wcscmp(property, NCRYPT_EXPORT_POLICY_PROPERTY) && key->home != HELLO && flags == NCRYPT_PERSIST_FLAG)
    key->export_policy = value;
  else if (!wcscmp(property, L"NgcCacheType") && key->home == HELLO) key->cache = value;
  else return NTE_NOT_SUPPORTED;
  return 0;
}

SECURITY_STATUS WINAPI NCryptExportKey(NCRYPT_KEY_HANDLE handle, NCRYPT_KEY_HANDLE by, LPCWSTR type,
                                       NCryptBufferDesc *parameters, PBYTE output, DWORD size, DWORD *result, DWORD flags)
{
  struct key *key = key_of(handle);
  if (!key || !key->is_final) return NTE_INVALID_HANDLE;
  if (by || parameters || flags != NCRYPT_SILENT_FLAG) return NTE_BAD_FLAGS;
  if (wcscmp(type, is_rsa(key) ? BCRYPT_RSAPUBLIC_BLOB : BCRYPT_ECCPUBLIC_BLOB)) return NTE_NOT_SUPPORTED;
  return BCryptExportKey(key->pair, NULL, type, output, size, result, 0);
}

SECURITY_STATUS WINAPI NCryptSignHash(NCRYPT_KEY_HANDLE handle, VOID *padding, PBYTE hash, DWORD hash_size,
                                      PBYTE signature, DWORD size, DWORD *result, DWORD flags)
{
  struct key *key = key_of(handle);
  BCRYPT_PKCS1_PADDING_INFO *pkcs1 = padding;
  char answer[64];
  SECURITY_STATUS status;
  if (!key || !key->is_final) return NTE_INVALID_HANDLE;
  if (flags & NCRYPT_SILENT_FLAG && key->home == HELLO) {
    told(answer, sizeof(answer));
    if (strcmp(answer, "signs-silently")) return NTE_SILENT_CONTEXT;
    return BCryptSignHash(key->pair, padding, hash, hash_size, signature, size, result, BCRYPT_PAD_PKCS1);
  }
  if (is_rsa(key) ? flags != BCRYPT_PAD_PKCS1 || !pkcs1 : flags || pkcs1) return NTE_BAD_FLAGS;
  if (!(key->usage & NCRYPT_ALLOW_SIGNING_FLAG)) return NTE_PERM;
  /* Windows Hello signs for nobody who has not shown who they are just now. */
  if (key->home == HELLO && (key->gesture != 1 || key->cache != 1)) return NTE_PERM;
  if (key->home == TPM && pkcs1 && wcscmp(pkcs1->pszAlgId, L"SHA256")) return NTE_NOT_SUPPORTED;
  note("sign", key);
  if ((status = told(answer, sizeof(answer)))) return status;
  if (!strcmp(answer, "garbage")) {
    memset(signature, 0x5a, *result = is_rsa(key) ? 256 : 64);
    return 0;
  }
  status = BCryptSignHash(key->pair, padding, hash, hash_size, signature, size, result, flags);
  if (!strcmp(answer, "long")) *result = 0x7fffffff;
  if (!strcmp(answer, "short")) *result -= 1;
  return status;
}

SECURITY_STATUS WINAPI NCryptFreeObject(NCRYPT_HANDLE handle)
{
  struct key *key = key_of(handle);
  struct provider *provider = provider_of(handle);
  if (!key && !provider) return NTE_INVALID_HANDLE;
  if (key && key->pair && !key->is_pair_kept) BCryptDestroyKey(key->pair);
  *(DWORD *)handle = 0;
  free((void *)handle);
  return 0;
}
