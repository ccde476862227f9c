/* A WM_COPYDATA client that can also misbehave: asks the window `Pageant` as PuTTY does (copydata-client ask),
 * and with any single step done wrongly. Every answer is one line, so that a test can read it. */
#include <windows.h>
#include <aclapi.h>
#include <sddl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    DWORD map_bytes;
    DWORD length; /* the uint32 before the body */
    int length_given;
    const unsigned char *body;
    size_t body_bytes;
    const char *name;
    const char *like;     /* the program whose way of naming is taken where there is no name */
    size_t name_bytes;    /* the NUL included when there is one */
    int cbdata;           /* what the message says instead; -1 for the truth */
    ULONG_PTR magic;
    int owner_is_user;
    int ends_at_once; /* the moment it has its answer */
    int low_integrity; /* the mapping is labelled as what a program of low integrity makes */
    int no_mapping;
    DWORD page_protection;
    int changes_memory; /* another thread rewrites length and body while the agent reads */
    int repeat;
    int threads; /* each a client of its own */
    int number_threads; /* the last byte of the body: 1 in the first thread, 2 in the second ... */
    int quiet;   /* one line for all: how many answers, the slowest, and how many took 100 ms or more */
    HWND window; /* found earlier, as by a client that looks only once */
} Request;

static HWND find_pageant(void) { return FindWindowA("Pageant", "Pageant"); }

/* PuTTY >= 0.61 names its own user as the owner and sets no DACL. */
static void make_owner_user(SECURITY_ATTRIBUTES *attributes, SECURITY_DESCRIPTOR *descriptor) {
    static unsigned char buffer[256];
    HANDLE token;
    DWORD size = sizeof buffer;
    OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token);
    GetTokenInformation(token, TokenUser, buffer, size, &size);
    CloseHandle(token);
    InitializeSecurityDescriptor(descriptor, SECURITY_DESCRIPTOR_REVISION);
    SetSecurityDescriptorOwner(descriptor, ((TOKEN_USER *)buffer)->User.Sid, FALSE);
    attributes->nLength = sizeof *attributes;
    attributes->bInheritHandle = TRUE;
    attributes->lpSecurityDescriptor = descriptor;
}

/* The label that Windows gives by itself to what a program of low integrity makes. */
static void make_label_low(SECURITY_DESCRIPTOR *descriptor) {
    PSECURITY_DESCRIPTOR labelled;
    PACL list = NULL;
    BOOL present, defaulted;
    if (!ConvertStringSecurityDescriptorToSecurityDescriptorA("S:(ML;;NW;;;LW)", SDDL_REVISION_1, &labelled, NULL) ||
        !GetSecurityDescriptorSacl(labelled, &present, &list, &defaulted) ||
        !SetSecurityDescriptorSacl(descriptor, TRUE, list, FALSE))
        exit(13);
}

static void write_request(unsigned char *view, const Request *request) {
    if (request->map_bytes < 4) return;
    view[0] = request->length >> 24;
    view[1] = request->length >> 16;
    view[2] = request->length >> 8;
    view[3] = request->length;
    size_t room = request->map_bytes - 4;
    memcpy(view + 4, request->body, request->body_bytes < room ? request->body_bytes : room);
}

static volatile LONG stop_changing;
static unsigned char *changed_view;

static DWORD WINAPI change_memory(void *unused) {
    (void)unused;
    for (DWORD i = 0; !stop_changing; i++) {
        changed_view[0] = (i & 1) ? 0xff : 0;
        changed_view[4] = (unsigned char)i;
    }
    return 0;
}

static double milliseconds_since(LARGE_INTEGER start) {
    LARGE_INTEGER now, frequency;
    QueryPerformanceCounter(&now);
    QueryPerformanceFrequency(&frequency);
    return 1000.0 * (double)(now.QuadPart - start.QuadPart) / (double)frequency.QuadPart;
}

static void print_answer(LRESULT result, const unsigned char *view, DWORD map_bytes, double milliseconds) {
    printf("result=%lld ms=%.0f", (long long)result, milliseconds);
    if (view) {
        DWORD length = ((DWORD)view[0] << 24) | ((DWORD)view[1] << 16) | ((DWORD)view[2] << 8) | view[3];
        printf(" length=%lu body=", length);
        for (DWORD i = 0; i < length && i < 64 && 4 + i < map_bytes; i++) printf("%02x", view[4 + i]);
        if (length >= 1 && 4 + (size_t)length <= map_bytes) printf(" last=%02x", view[3 + length]);
    }
    printf("\n");
    fflush(stdout);
}

static CRITICAL_SECTION output;
static int answered_count, late_count;
static double slowest;

static void report(const Request *request, LRESULT result, const unsigned char *view, double milliseconds) {
    EnterCriticalSection(&output);
    if (result > 0) answered_count++;
    if (milliseconds > slowest) slowest = milliseconds;
    if (milliseconds >= 100) late_count++;
    if (!request->quiet) print_answer(result, view, request->map_bytes, milliseconds);
    LeaveCriticalSection(&output);
}

static int ask_once(const Request *request) {
    HWND window = request->window ? request->window : find_pageant();
    if (!window) {
        printf("no window\n");
        return 11;
    }
    SECURITY_ATTRIBUTES attributes;
    SECURITY_DESCRIPTOR descriptor;
    HANDLE mapping = NULL, changer = NULL;
    unsigned char *view = NULL;
    if (request->owner_is_user) make_owner_user(&attributes, &descriptor);
    if (request->low_integrity) make_label_low(&descriptor);
    if (!request->no_mapping) {
        mapping = CreateFileMappingA(INVALID_HANDLE_VALUE, request->owner_is_user ? &attributes : NULL,
                                     request->page_protection, 0, request->map_bytes, request->name);
        if (!mapping) {
            printf("no mapping: error %lu\n", GetLastError());
            return 12;
        }
        if (request->page_protection == PAGE_READWRITE) {
            view = MapViewOfFile(mapping, FILE_MAP_WRITE, 0, 0, 0);
            write_request(view, request);
        }
    }
    if (request->changes_memory) {
        stop_changing = 0;
        changed_view = view;
        changer = CreateThread(NULL, 0, change_memory, NULL, 0, NULL);
    }
    DWORD cbdata = request->cbdata < 0 ? (DWORD)request->name_bytes : (DWORD)request->cbdata;
    COPYDATASTRUCT data = {request->magic, cbdata, (void *)request->name};
    LARGE_INTEGER start;
    QueryPerformanceCounter(&start);
    LRESULT result = SendMessageA(window, WM_COPYDATA, 0, (LPARAM)&data);
    double milliseconds = milliseconds_since(start);
    if (request->ends_at_once) TerminateProcess(GetCurrentProcess(), result > 0 ? 0 : 1);
    if (changer) {
        stop_changing = 1;
        WaitForSingleObject(changer, INFINITE);
        CloseHandle(changer);
    }
    report(request, result, view, milliseconds);
    if (view) UnmapViewOfFile(view);
    if (mapping) CloseHandle(mapping);
    return 0;
}

static volatile LONG threads_started;

static DWORD WINAPI ask_repeatedly(void *parameter) {
    Request request = *(const Request *)parameter;
    char own_name[40];
    if (!request.name) {
        DWORD thread = GetCurrentThreadId();
        if (request.like && !strcmp(request.like, "jsch"))
            snprintf(own_name, sizeof own_name, "JSchPageantRequest%08lx%08x", GetCurrentProcessId(), 31);
        else if (request.like && !strcmp(request.like, "keepassxc"))
            snprintf(own_name, sizeof own_name, "SSHAgentRequest%016lx", thread);
        else if (request.like && !strcmp(request.like, "jgit"))
            snprintf(own_name, sizeof own_name, "PageantConnector%lu", thread);
        else if (request.like && !strcmp(request.like, "asyncssh"))
            snprintf(own_name, sizeof own_name, "Pageant%08lx", thread);
        else
            snprintf(own_name, sizeof own_name, "PageantRequest%08lx", thread);
        request.name = own_name;
        request.name_bytes = strlen(own_name) + 1;
    }
    unsigned char own_body[8];
    if (request.number_threads && request.body_bytes <= sizeof own_body) {
        memcpy(own_body, request.body, request.body_bytes);
        own_body[request.body_bytes - 1] = (unsigned char)InterlockedIncrement(&threads_started);
        request.body = own_body;
    }
    int code = 0;
    for (int i = 0; i < request.repeat && !code; i++) code = ask_once(&request);
    return (DWORD)code;
}

static unsigned char *from_hex(const char *hex, size_t *length) {
    size_t digits = strlen(hex);
    unsigned char *bytes = calloc(1, digits / 2 + 1);
    for (size_t i = 0; i + 1 < digits; i += 2) {
        char pair[3] = {hex[i], hex[i + 1], 0};
        bytes[i / 2] = (unsigned char)strtoul(pair, NULL, 16);
    }
    *length = digits / 2;
    return bytes;
}

static int ask(int argc, char **argv) {
    Request request = {.map_bytes = 262144, .magic = 0x804e50ba, .owner_is_user = 1,
                       .page_protection = PAGE_READWRITE, .repeat = 1, .threads = 1, .cbdata = -1};
    size_t fill = 0;
    const char *then = NULL; /* another request of this program, after the first has its answer */
    request.body = from_hex(argc > 2 ? argv[2] : "0b", &request.body_bytes);
    for (int i = 3; i < argc; i++) {
        const char *option = argv[i], *value = i + 1 < argc ? argv[i + 1] : "";
        int used = 1;
        if (!strcmp(option, "--map")) request.map_bytes = strtoul(value, NULL, 0);
        else if (!strcmp(option, "--length")) request.length = strtoul(value, NULL, 0), request.length_given = 1;
        else if (!strcmp(option, "--then")) then = value;
        else if (!strcmp(option, "--fill")) fill = strtoul(value, NULL, 0);
        else if (!strcmp(option, "--magic")) request.magic = (ULONG_PTR)_strtoui64(value, NULL, 0);
        else if (!strcmp(option, "--name")) request.name = value, request.name_bytes = strlen(value) + 1;
        else if (!strcmp(option, "--like")) request.like = value;
        else if (!strcmp(option, "--name-hex")) request.name = (char *)from_hex(value, &request.name_bytes);
        else if (!strcmp(option, "--cbdata")) request.cbdata = atoi(value);
        else if (!strcmp(option, "--window")) request.window = (HWND)(ULONG_PTR)strtoul(value, NULL, 0);
        else if (!strcmp(option, "--repeat")) request.repeat = atoi(value);
        else if (!strcmp(option, "--threads")) request.threads = atoi(value);
        else if (!strcmp(option, "--protection")) request.page_protection = strtoul(value, NULL, 0);
        else if (!strcmp(option, "--number-threads")) request.number_threads = 1, used = 0;
        else if (!strcmp(option, "--quiet")) request.quiet = 1, used = 0;
        else if (!strcmp(option, "--default-owner")) request.owner_is_user = 0, used = 0;
        else if (!strcmp(option, "--end-at-once")) request.ends_at_once = 1, used = 0;
        else if (!strcmp(option, "--low-integrity")) request.low_integrity = 1, used = 0;
        else if (!strcmp(option, "--no-mapping")) request.no_mapping = 1, used = 0;
        else if (!strcmp(option, "--change-memory")) request.changes_memory = 1, used = 0;
        else return printf("unknown option %s\n", option), 10;
        i += used;
    }
    if (fill > request.body_bytes) {
        unsigned char *filled = calloc(1, fill);
        memcpy(filled, request.body, request.body_bytes);
        request.body = filled;
        request.body_bytes = fill;
    }
    if (!request.length_given) request.length = (DWORD)request.body_bytes;
    printf("pid=%lu\n", GetCurrentProcessId());
    fflush(stdout);
    InitializeCriticalSection(&output);
    if (request.threads == 1) {
        DWORD code = ask_repeatedly(&request);
        if (!code && then) {
            request.body = from_hex(then, &request.body_bytes);
            request.length = (DWORD)request.body_bytes;
            code = ask_repeatedly(&request);
        }
        if (code) return (int)code;
    } else {
        HANDLE threads[MAXIMUM_WAIT_OBJECTS];
        for (int i = 0; i < request.threads; i++) threads[i] = CreateThread(NULL, 0, ask_repeatedly, &request, 0, NULL);
        WaitForMultipleObjects((DWORD)request.threads, threads, TRUE, INFINITE);
    }
    if (request.quiet) printf("answered=%d slowest=%.0f late=%d\n", answered_count, slowest, late_count);
    return 0;
}

static int describe_window(void) {
    char title[64] = "", class_name[64] = "";
    DWORD pid = 0;
    HWND window = find_pageant();
    if (!window) return printf("no window\n"), 11;
    DWORD thread = GetWindowThreadProcessId(window, &pid);
    GetWindowTextA(window, title, sizeof title);
    GetClassNameA(window, class_name, sizeof class_name);
    printf("class=%s title=%s parent=%p owner=%p visible=%d style=%08lx topmost=%d pid=%lu thread=%lu window=%#lx\n", class_name, title,
           (void *)GetParent(window), (void *)GetWindow(window, GW_OWNER), IsWindowVisible(window),
           (unsigned long)GetWindowLongA(window, GWL_STYLE),
           (GetWindowLongA(window, GWL_EXSTYLE) & WS_EX_TOPMOST) != 0, pid, thread,
           (unsigned long)(ULONG_PTR)window);
    return 0;
}

static DWORD watch_milliseconds;
static volatile LONG looked, missed;

static DWORD WINAPI look_repeatedly(void *unused) {
    (void)unused;
    for (DWORD start = GetTickCount(); GetTickCount() - start < watch_milliseconds; InterlockedIncrement(&looked))
        if (!find_pageant()) InterlockedIncrement(&missed);
    return 0;
}

/* Looks for the window again and again, from many threads, so that one look takes long: there must always be one. */
static int watch(DWORD milliseconds) {
    HANDLE threads[MAXIMUM_WAIT_OBJECTS];
    watch_milliseconds = milliseconds;
    printf("watching\n");
    fflush(stdout);
    for (int i = 0; i < MAXIMUM_WAIT_OBJECTS; i++) threads[i] = CreateThread(NULL, 0, look_repeatedly, NULL, 0, NULL);
    WaitForMultipleObjects(MAXIMUM_WAIT_OBJECTS, threads, TRUE, INFINITE);
    printf("looked=%ld missed=%ld\n", looked, missed);
    return 0;
}

static int close_window(void) {
    HWND window = find_pageant();
    if (!window) return printf("no window\n"), 11;
    printf("posted=%d\n", PostMessageA(window, WM_CLOSE, 0, 0));
    return 0;
}

/* What no well-behaved program does: ends the message loop of another one's thread. */
static int quit_thread(void) {
    HWND window = find_pageant();
    if (!window) return printf("no window\n"), 11;
    printf("posted=%d\n", PostThreadMessageA(GetWindowThreadProcessId(window, NULL), WM_QUIT, 0, 0));
    return 0;
}

/* A message that only looks like WM_COPYDATA: nobody waits for it and its address means nothing. */
static int send_wild_messages(void) {
    HWND window = find_pageant();
    if (!window) return printf("no window\n"), 11;
    printf("posted=%d\n", PostMessageA(window, WM_COPYDATA, 0, 0x41414141));
    for (UINT message = WM_APP; message < WM_APP + 16; message++) PostMessageA(window, message, ~(WPARAM)0, -1);
    SendMessageA(window, WM_DESTROY, 0, 0);
    SendMessageA(window, WM_NCDESTROY, 0, 0);
    return 0;
}

/* Another agent: holds a window of the same class and title until its window is told to close. */
static int be_another_pageant(void) {
    WNDCLASSA window_class = {.lpfnWndProc = DefWindowProcA, .lpszClassName = "Pageant"};
    RegisterClassA(&window_class);
    HWND window = CreateWindowA("Pageant", "Pageant", WS_OVERLAPPEDWINDOW, 0, 0, 100, 100, NULL, NULL, NULL, NULL);
    printf("window=%d\n", window != NULL);
    fflush(stdout);
    MSG message;
    while (IsWindow(window) && GetMessageA(&message, NULL, 0, 0) > 0) DispatchMessageA(&message);
    return 0;
}

static int run(int argc, char **argv) {
    const char *command = argc > 1 ? argv[1] : "";
    if (!strcmp(command, "find")) return describe_window();
    if (!strcmp(command, "ask")) return ask(argc, argv);
    if (!strcmp(command, "watch")) return watch(argc > 2 ? strtoul(argv[2], NULL, 0) : 1000);
    if (!strcmp(command, "close")) return close_window();
    if (!strcmp(command, "quit")) return quit_thread();
    if (!strcmp(command, "wild")) return send_wild_messages();
    if (!strcmp(command, "impostor")) return be_another_pageant();
    printf("usage: copydata-client find | ask HEX [options] | watch MS | close | quit | wild | impostor\n");
    return 10;
}

int wmain(int argc, wchar_t **wide) {
    char **argv = calloc((size_t)argc + 1, sizeof *argv);
    for (int i = 0; i < argc; i++) {
        int bytes = WideCharToMultiByte(CP_ACP, 0, wide[i], -1, NULL, 0, NULL, NULL);
        argv[i] = malloc((size_t)bytes);
        WideCharToMultiByte(CP_ACP, 0, wide[i], -1, argv[i], bytes, NULL, NULL);
    }
    return run(argc, argv);
}
