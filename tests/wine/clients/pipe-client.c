/* A Win32 client of agent pipes: opens them as PuTTY does, and in the ways an agent must withstand. */
#define _WIN32_WINNT 0x0601
#include <winsock2.h>
#include <windows.h>
#include <aclapi.h>
#include <sddl.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

static const BYTE list_request[] = {0, 0, 0, 1, 11};

static void fail(const char *what)
{
    printf("%s: error %lu\n", what, GetLastError());
    exit(1);
}

/* As PuTTY: no sharing, and a wait for an instance when all are busy. Returns the wait in *busy_ms. */
static HANDLE open_pipe(const wchar_t *name, DWORD *busy_ms)
{
    ULONGLONG start = GetTickCount64();
    for (;;) {
        HANDLE pipe = CreateFileW(name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
        *busy_ms = (DWORD)(GetTickCount64() - start);
        if (pipe != INVALID_HANDLE_VALUE) return pipe;
        if (GetLastError() != ERROR_PIPE_BUSY || *busy_ms > 20000) return INVALID_HANDLE_VALUE;
        WaitNamedPipeW(name, NMPWAIT_USE_DEFAULT_WAIT);
    }
}

static void write_all(HANDLE pipe, const BYTE *bytes, DWORD length)
{
    while (length > 0) {
        DWORD written;
        if (!WriteFile(pipe, bytes, length, &written, NULL)) fail("WriteFile");
        bytes += written;
        length -= written;
    }
}

static int read_all(HANDLE pipe, BYTE *bytes, DWORD length)
{
    while (length > 0) {
        DWORD got;
        if (!ReadFile(pipe, bytes, length, &got, NULL) || got == 0) return 0;
        bytes += got;
        length -= got;
    }
    return 1;
}

static DWORD read_reply(HANDLE pipe, BYTE *body, DWORD size)
{
    BYTE header[4];
    if (!read_all(pipe, header, 4)) return 0;
    DWORD length = (DWORD)header[0] << 24 | header[1] << 16 | header[2] << 8 | header[3];
    if (length == 0 || length > size) return 0;
    return read_all(pipe, body, length) ? length : 0;
}

static DWORD list(HANDLE pipe, BYTE *body, DWORD size)
{
    write_all(pipe, list_request, sizeof list_request);
    return read_reply(pipe, body, size);
}

static PSID own_sid(void)
{
    HANDLE token;
    DWORD size = 0;
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token)) fail("OpenProcessToken");
    GetTokenInformation(token, TokenUser, NULL, 0, &size);
    TOKEN_USER *user = malloc(size);
    if (!GetTokenInformation(token, TokenUser, user, size, &size)) fail("GetTokenInformation");
    return user->User.Sid;
}

static DWORD own_level(void)
{
    BYTE buffer[64];
    DWORD size = sizeof buffer;
    HANDLE token;
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token)) fail("OpenProcessToken");
    if (!GetTokenInformation(token, TokenIntegrityLevel, buffer, size, &size)) fail("GetTokenInformation");
    return *GetSidSubAuthority(((TOKEN_MANDATORY_LABEL *)buffer)->Label.Sid, 0);
}

/* What the object does to programs of lower integrity: 1 keeps them from writing, 2 from reading. */
static void print_label(HANDLE object)
{
    BYTE descriptor[256];
    DWORD size = sizeof descriptor;
    BOOL present = FALSE, defaulted;
    PACL list = NULL;
    void *entry = NULL;
    if (!GetKernelObjectSecurity(object, LABEL_SECURITY_INFORMATION, descriptor, size, &size)) fail("label");
    GetSecurityDescriptorSacl(descriptor, &present, &list, &defaulted);
    if (!present || !list || !GetAce(list, 0, &entry)) {
        printf("no label\n");
        return;
    }
    SYSTEM_MANDATORY_LABEL_ACE *label = entry;
    DWORD level = *GetSidSubAuthority((PSID)&label->SidStart, 0);
    printf("label is my level %d, forbids %lu, %u of them\n", level == own_level(), label->Mask, list->AceCount);
}

static int putty(const wchar_t *name)
{
    DWORD busy_ms;
    HANDLE pipe = open_pipe(name, &busy_ms);
    if (pipe == INVALID_HANDLE_VALUE) fail("CreateFile");
    PSID owner;
    PSECURITY_DESCRIPTOR descriptor;
    DWORD error = GetSecurityInfo(pipe, SE_KERNEL_OBJECT, OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION,
                                  &owner, NULL, NULL, NULL, &descriptor);
    if (error != ERROR_SUCCESS) return 1;
    printf("owner is me %d\n", EqualSid(owner, own_sid()));
    LPSTR text;
    ConvertSecurityDescriptorToStringSecurityDescriptorA(
        descriptor, SDDL_REVISION_1, OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION, &text, NULL);
    printf("sddl %s\n", text);
    print_label(pipe);
    ULONG pid;
    if (GetNamedPipeServerProcessId(pipe, &pid)) printf("server %lu\n", pid);
    printf("client %lu\n", GetCurrentProcessId());

    BYTE body[64];
    DWORD length = list(pipe, body, sizeof body);
    printf("reply %lu type %d\n", length, body[0]);
    return 0;
}

/* Whether the name is there: 2 is ERROR_FILE_NOT_FOUND. */
static int look(const wchar_t *name)
{
    printf("error %lu\n", WaitNamedPipeW(name, 1000) ? 0 : GetLastError());
    return 0;
}

/* Holds a pipe name until it is killed, as another agent would. */
static int hold(const wchar_t *name)
{
    HANDLE pipe = CreateNamedPipeW(name, PIPE_ACCESS_DUPLEX | FILE_FLAG_FIRST_PIPE_INSTANCE, PIPE_TYPE_BYTE, 255,
                                   4096, 4096, 0, NULL);
    if (pipe == INVALID_HANDLE_VALUE) fail("CreateNamedPipe");
    printf("holding as %lu\n", GetCurrentProcessId());
    fflush(stdout);
    Sleep(INFINITE);
    return 0;
}

/* Holds a mutex until a file is there, as Pageant does until it has started. */
static int lock(const wchar_t *name, const wchar_t *file)
{
    HANDLE mutex = CreateMutexW(NULL, TRUE, name);
    if (!mutex) fail("CreateMutex");
    printf("locked\n");
    fflush(stdout);
    while (GetFileAttributesW(file) == INVALID_FILE_ATTRIBUTES) Sleep(10);
    printf("unlocked\n");
    fflush(stdout);
    ReleaseMutex(mutex);
    return 0;
}

/* How many instances the agent has waiting at any time. */
enum { SPARE = 256 };

static const wchar_t *rush_name;
static HANDLE rush_start, rush_all_tried;
static volatile LONG rush_ready, rush_tried, rush_busy, rush_answered;

/* Tries once, as JGit and npiperelay do. */
static DWORD WINAPI rush_client(LPVOID unused)
{
    (void)unused;
    BYTE body[64];
    InterlockedIncrement(&rush_ready);
    WaitForSingleObject(rush_start, INFINITE);
    HANDLE pipe = CreateFileW(rush_name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    if (pipe == INVALID_HANDLE_VALUE && GetLastError() != ERROR_PIPE_BUSY) fail("CreateFile");
    if (pipe == INVALID_HANDLE_VALUE) InterlockedIncrement(&rush_busy);
    InterlockedIncrement(&rush_tried);
    WaitForSingleObject(rush_all_tried, INFINITE);
    if (pipe == INVALID_HANDLE_VALUE) return 1;
    if (list(pipe, body, sizeof body) == 5 && body[0] == 12) InterlockedIncrement(&rush_answered);
    CloseHandle(pipe);
    return 0;
}

/* Waits until the agent has seen `connected` clients, and has as many instances waiting as it always has. */
static void wait_for_spare(HANDLE probe, DWORD connected)
{
    DWORD instances = 0;
    for (int i = 0; i < 6000; i++) {
        if (!GetNamedPipeHandleStateW(probe, NULL, &instances, NULL, NULL, NULL, 0)) fail("instances");
        if (instances == connected + SPARE) return;
        Sleep(10);
    }
    printf("%lu clients, %lu instances\n", connected, instances);
    exit(1);
}

/* Clients that all open the pipe at the same instant, and stay until each has tried. */
static int rush(const wchar_t *name, int count)
{
    HANDLE *threads = malloc(count * sizeof *threads);
    DWORD busy_ms;
    rush_name = name;
    rush_start = CreateEventW(NULL, TRUE, FALSE, NULL);
    rush_all_tried = CreateEventW(NULL, TRUE, FALSE, NULL);
    HANDLE probe = open_pipe(name, &busy_ms);
    if (probe == INVALID_HANDLE_VALUE) fail("CreateFile");
    for (int i = 0; i < count; i++) threads[i] = CreateThread(NULL, 65536, rush_client, NULL, 0, NULL);
    while (rush_ready < count) Sleep(1);
    wait_for_spare(probe, 1);
    SetEvent(rush_start);
    while (rush_tried < count) Sleep(1);
    SetEvent(rush_all_tried);
    for (int i = 0; i < count; i++) WaitForSingleObject(threads[i], INFINITE);
    printf("answered %ld told busy %ld\n", rush_answered, rush_busy);
    return 0;
}

static int churn(const wchar_t *name, int count, int ask)
{
    int answered = 0;
    DWORD longest_ms = 0;
    for (int i = 0; i < count; i++) {
        BYTE body[64];
        DWORD busy_ms;
        HANDLE pipe = open_pipe(name, &busy_ms);
        if (pipe == INVALID_HANDLE_VALUE) fail("CreateFile");
        if (busy_ms > longest_ms) longest_ms = busy_ms;
        if (ask && list(pipe, body, sizeof body) == 5) answered++;
        CloseHandle(pipe);
    }
    printf("answered %d busy at most %lu ms\n", answered, longest_ms);
    return 0;
}

/* Sends megabytes in large requests and compares the checksums that come back. */
static int stream(const wchar_t *name, int megabytes)
{
    enum { SIZE = 250000 };
    static BYTE request[4 + SIZE];
    DWORD busy_ms;
    HANDLE pipe = open_pipe(name, &busy_ms);
    if (pipe == INVALID_HANDLE_VALUE) fail("CreateFile");
    int rounds = megabytes * 4;
    for (int round = 0; round < rounds; round++) {
        BYTE body[64];
        DWORD sum = 0;
        request[0] = 0, request[1] = SIZE >> 16, request[2] = (SIZE >> 8) & 255, request[3] = SIZE & 255;
        request[4] = 200;
        for (int i = 1; i < SIZE; i++) request[4 + i] = (BYTE)(i * 31 + round);
        for (int i = 0; i < SIZE; i++) sum = sum * 31 + request[4 + i];
        write_all(pipe, request, sizeof request);
        if (read_reply(pipe, body, sizeof body) != 5) fail("reply");
        DWORD echoed = (DWORD)body[1] << 24 | body[2] << 16 | body[3] << 8 | body[4];
        if (echoed != sum) fail("checksum");
    }
    printf("streamed %d rounds\n", rounds);
    return 0;
}

/* Asks for something that takes a person. */
static int ask_person(const wchar_t *name)
{
    static const BYTE request[] = {0, 0, 0, 1, 201};
    BYTE body[64];
    DWORD busy_ms;
    HANDLE pipe = open_pipe(name, &busy_ms);
    if (pipe == INVALID_HANDLE_VALUE) fail("CreateFile");
    write_all(pipe, request, sizeof request);
    printf("asked\n");
    fflush(stdout);
    DWORD length = read_reply(pipe, body, sizeof body);
    printf("answer %lu type %d\n", length, length ? body[0] : -1);
    return 0;
}

/* Asks for something that takes a person, and sends so much more that the agent stops reading; then it stays. */
static int flood(const wchar_t *name)
{
    enum { SIZE = 250000, UNREAD = 30000 };
    static BYTE request[4 + SIZE];
    DWORD busy_ms;
    HANDLE pipe = open_pipe(name, &busy_ms);
    if (pipe == INVALID_HANDLE_VALUE) fail("CreateFile");
    request[1] = SIZE >> 16, request[2] = (SIZE >> 8) & 255, request[3] = SIZE & 255;
    request[4] = 201;
    for (int i = 0; i < 4; i++) write_all(pipe, request, sizeof request);
    write_all(pipe, request, UNREAD);
    printf("flooded\n");
    fflush(stdout);
    Sleep(INFINITE);
    return 0;
}

/* Connects to a port of this machine, as an SSH client does, and stays. */
static int dial(int port)
{
    WSADATA data;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((u_short)port)};
    if (WSAStartup(MAKEWORD(2, 2), &data) != 0) return 1;
    SOCKET s = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(s, (struct sockaddr *)&address, sizeof address) != 0) fail("connect");
    /* Wine lists a socket under its process only once that has sent something. */
    send(s, "SSH-2.0-test\r\n", 14, 0);
    printf("dialled as %lu\n", GetCurrentProcessId());
    fflush(stdout);
    Sleep(INFINITE);
    return 0;
}

static const wchar_t *many_name;
static BYTE many_request[65536];
static DWORD many_length;
static volatile LONG many_answered, many_slowest_ms, many_late;

static double milliseconds(void)
{
    LARGE_INTEGER now, frequency;
    QueryPerformanceCounter(&now);
    QueryPerformanceFrequency(&frequency);
    return 1000.0 * (double)now.QuadPart / (double)frequency.QuadPart;
}

static DWORD WINAPI many_client(LPVOID unused)
{
    (void)unused;
    BYTE body[4096];
    DWORD busy_ms;
    double start = milliseconds();
    HANDLE pipe = open_pipe(many_name, &busy_ms);
    if (pipe == INVALID_HANDLE_VALUE) return 1;
    write_all(pipe, many_request, many_length);
    /* A signature, or a list of keys. */
    DWORD length = read_reply(pipe, body, sizeof body);
    if (length > 5 && (body[0] == 14 || body[0] == 12)) InterlockedIncrement(&many_answered);
    LONG took = (LONG)(milliseconds() - start + 0.5);
    if (took >= 100) InterlockedIncrement(&many_late);
    for (LONG max = many_slowest_ms; took > max; max = many_slowest_ms)
        if (InterlockedCompareExchange(&many_slowest_ms, took, max) == max) break;
    CloseHandle(pipe);
    return 0;
}

static void prepare_many(const wchar_t *name, const wchar_t *hex)
{
    many_name = name;
    DWORD bytes = (DWORD)wcslen(hex) / 2;
    for (DWORD i = 0; i < bytes; i++) {
        wchar_t pair[3] = {hex[2 * i], hex[2 * i + 1], 0};
        many_request[4 + i] = (BYTE)wcstoul(pair, NULL, 16);
    }
    many_request[2] = (BYTE)(bytes >> 8), many_request[3] = (BYTE)bytes;
    many_length = 4 + bytes;
}

/* Sends one request, given in hex, and is gone the moment it has its answer. */
static int ask_and_end(const wchar_t *name, const wchar_t *hex)
{
    prepare_many(name, hex);
    many_client(NULL);
    TerminateProcess(GetCurrentProcess(), many_answered ? 0 : 1);
    return 1;
}

/* Sends one request, given in hex, over a connection of its own from each of many threads at once. */
static int many(const wchar_t *name, const wchar_t *hex, int count)
{
    HANDLE threads[MAXIMUM_WAIT_OBJECTS];
    prepare_many(name, hex);
    for (int i = 0; i < count; i++) threads[i] = CreateThread(NULL, 0, many_client, NULL, 0, NULL);
    WaitForMultipleObjects((DWORD)count, threads, TRUE, INFINITE);
    printf("answered=%ld slowest=%ld late=%ld\n", many_answered, many_slowest_ms, many_late);
    return 0;
}

/* Holds a pipe name with an owner and an access list of the caller's choice. */
static int hold_as(const wchar_t *name, const wchar_t *sddl)
{
    SECURITY_ATTRIBUTES attributes = {sizeof attributes, NULL, FALSE};
    if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(sddl, SDDL_REVISION_1,
                                                              &attributes.lpSecurityDescriptor, NULL))
        fail("sddl");
    HANDLE pipe = CreateNamedPipeW(name, PIPE_ACCESS_DUPLEX | FILE_FLAG_FIRST_PIPE_INSTANCE, PIPE_TYPE_BYTE, 255,
                                   4096, 4096, 0, &attributes);
    if (pipe == INVALID_HANDLE_VALUE) fail("CreateNamedPipe");
    printf("holding as %lu\n", GetCurrentProcessId());
    fflush(stdout);
    ConnectNamedPipe(pipe, NULL);
    BYTE byte;
    DWORD got = 0;
    ReadFile(pipe, &byte, 1, &got, NULL);
    printf("was sent %s\n", got ? "something" : "nothing");
    return 0;
}

int wmain(int argc, wchar_t **argv)
{
    if (argc < 3) return 2;
    const wchar_t *name = argv[2];
    int number = argc > 3 ? _wtoi(argv[3]) : 0;
    if (!wcscmp(argv[1], L"putty")) return putty(name);
    if (!wcscmp(argv[1], L"look")) return look(name);
    if (!wcscmp(argv[1], L"hold")) return hold(name);
    if (!wcscmp(argv[1], L"lock") && argc > 3) return lock(name, argv[3]);
    if (!wcscmp(argv[1], L"rush")) return rush(name, number);
    if (!wcscmp(argv[1], L"churn")) return churn(name, number, 1);
    if (!wcscmp(argv[1], L"knock")) return churn(name, number, 0);
    if (!wcscmp(argv[1], L"dial")) return dial(number);
    if (!wcscmp(argv[1], L"stream")) return stream(name, number);
    if (!wcscmp(argv[1], L"ask")) return ask_person(name);
    if (!wcscmp(argv[1], L"flood")) return flood(name);
    if (!wcscmp(argv[1], L"many") && argc > 4) return many(name, argv[3], _wtoi(argv[4]));
    if (!wcscmp(argv[1], L"ask-and-end") && argc > 3) return ask_and_end(name, argv[3]);
    if (!wcscmp(argv[1], L"hold-as") && argc > 3) return hold_as(name, argv[3]);
    return 2;
}
