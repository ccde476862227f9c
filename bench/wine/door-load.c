/* Asks an agent the same thing through one of its Windows doors, one request after another, as PuTTY does:
 *   door-load pipe NAME MILLISECONDS REQUEST       over one connection
 *   door-load copydata - MILLISECONDS REQUEST      with a mapping of its own for each
 * REQUEST is in hex, without a length. At least one is asked. Prints how many answers of which type, and how long it took. */
#define _WIN32_WINNT 0x0601
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

enum { MAX_MESSAGE = 262144 };

static BYTE request[MAX_MESSAGE], reply[MAX_MESSAGE];
static DWORD request_bytes;

static void fail(const char *what)
{
    printf("%s: error %lu\n", what, GetLastError());
    exit(1);
}

static double milliseconds(void)
{
    LARGE_INTEGER now, frequency;
    QueryPerformanceCounter(&now);
    QueryPerformanceFrequency(&frequency);
    return 1000.0 * (double)now.QuadPart / (double)frequency.QuadPart;
}

static DWORD number_at(const BYTE *bytes)
{
    return (DWORD)bytes[0] << 24 | (DWORD)bytes[1] << 16 | (DWORD)bytes[2] << 8 | bytes[3];
}

/* With its length in front. */
static void read_request(const wchar_t *hex)
{
    DWORD bytes = (DWORD)wcslen(hex) / 2;
    if (bytes == 0 || bytes > MAX_MESSAGE - 4) fail("request");
    for (DWORD i = 0; i < bytes; i++) {
        wchar_t pair[3] = {hex[2 * i], hex[2 * i + 1], 0};
        request[4 + i] = (BYTE)wcstoul(pair, NULL, 16);
    }
    request[0] = (BYTE)(bytes >> 24), request[1] = (BYTE)(bytes >> 16);
    request[2] = (BYTE)(bytes >> 8), request[3] = (BYTE)bytes;
    request_bytes = 4 + bytes;
}

static void read_all(HANDLE pipe, BYTE *bytes, DWORD length)
{
    for (DWORD got; length > 0; bytes += got, length -= got)
        if (!ReadFile(pipe, bytes, length, &got, NULL) || got == 0) fail("ReadFile");
}

/* Returns the type of the reply. */
static BYTE ask_pipe(HANDLE pipe)
{
    DWORD written;
    if (!WriteFile(pipe, request, request_bytes, &written, NULL) || written != request_bytes) fail("WriteFile");
    read_all(pipe, reply, 4);
    DWORD length = number_at(reply);
    if (length == 0 || length > sizeof reply) fail("reply");
    read_all(pipe, reply, length);
    return reply[0];
}

static BYTE ask_window(void)
{
    static PSID user;
    static BYTE buffer[256];
    if (!user) {
        HANDLE token;
        DWORD size = sizeof buffer;
        if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token)) fail("OpenProcessToken");
        if (!GetTokenInformation(token, TokenUser, buffer, size, &size)) fail("GetTokenInformation");
        CloseHandle(token);
        user = ((TOKEN_USER *)buffer)->User.Sid;
    }
    HWND window = FindWindowA("Pageant", "Pageant");
    if (!window) fail("FindWindow");
    SECURITY_DESCRIPTOR descriptor;
    InitializeSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION);
    SetSecurityDescriptorOwner(&descriptor, user, FALSE);
    SECURITY_ATTRIBUTES attributes = {sizeof attributes, &descriptor, TRUE};
    char name[40];
    snprintf(name, sizeof name, "PageantRequest%08lx", GetCurrentThreadId());
    HANDLE mapping = CreateFileMappingA(INVALID_HANDLE_VALUE, &attributes, PAGE_READWRITE, 0, MAX_MESSAGE, name);
    if (!mapping) fail("CreateFileMapping");
    BYTE *view = MapViewOfFile(mapping, FILE_MAP_WRITE, 0, 0, 0);
    if (!view) fail("MapViewOfFile");
    CopyMemory(view, request, request_bytes);
    COPYDATASTRUCT data = {0x804e50ba, (DWORD)strlen(name) + 1, name};
    if (SendMessageA(window, WM_COPYDATA, 0, (LPARAM)&data) <= 0) fail("SendMessage");
    BYTE type = view[4];
    UnmapViewOfFile(view);
    CloseHandle(mapping);
    return type;
}

int wmain(int argc, wchar_t **argv)
{
    if (argc != 5) return 2;
    double for_ms = _wtoi(argv[3]);
    read_request(argv[4]);
    HANDLE pipe = NULL;
    if (!wcscmp(argv[1], L"pipe")) {
        pipe = CreateFileW(argv[2], GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
        if (pipe == INVALID_HANDLE_VALUE) fail("CreateFile");
    }
    DWORD answers = 0;
    double start = milliseconds(), took;
    BYTE first = 0;
    do {
        BYTE type = pipe ? ask_pipe(pipe) : ask_window();
        if (answers++ == 0) first = type;
        if (type != first) fail("another answer");
        took = milliseconds() - start;
    } while (took < for_ms);
    printf("answers=%lu type=%u ms=%.3f\n", answers, first, took);
    return 0;
}
