/* Runs the command line after its own name with Windows' pipes for standard input and output, as WSL and cmd.exe do.
   node.exe dies of what a Unix parent has to offer under Wine: Unix pipes and sockets. */
#include <windows.h>

struct stream {
    HANDLE from, to;
};

static wchar_t *after_first_word(wchar_t *line)
{
    BOOL is_quoted = FALSE;
    for (; *line && (is_quoted || *line != L' '); line++)
        if (*line == L'"') is_quoted = !is_quoted;
    while (*line == L' ') line++;
    return line;
}

/* Until either end is gone; whoever reads what it writes learns of the end. */
static DWORD WINAPI pump(void *argument)
{
    const struct stream *stream = argument;
    char chunk[65536];
    DWORD length, written;
    while (ReadFile(stream->from, chunk, sizeof chunk, &length, NULL) && length > 0)
        if (!WriteFile(stream->to, chunk, length, &written, NULL)) break;
    CloseHandle(stream->to);
    return 0;
}

/* The child's end is inherited, ours is not: else the child would hold up the end of its own input. */
static BOOL make_pipe(HANDLE *read, HANDLE *write, HANDLE *ours)
{
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
    return CreatePipe(read, write, &inherited, 0) && SetHandleInformation(*ours, HANDLE_FLAG_INHERIT, 0);
}

int wmain(void)
{
    struct stream in = {.from = GetStdHandle(STD_INPUT_HANDLE)}, out = {.to = GetStdHandle(STD_OUTPUT_HANDLE)};
    STARTUPINFOW start = {.cb = sizeof start, .dwFlags = STARTF_USESTDHANDLES};
    PROCESS_INFORMATION child;
    DWORD code;
    start.hStdError = GetStdHandle(STD_ERROR_HANDLE);
    if (!make_pipe(&start.hStdInput, &in.to, &in.to)) return 124;
    if (!make_pipe(&out.from, &start.hStdOutput, &out.from)) return 124;
    wchar_t *line = after_first_word(GetCommandLineW());
    if (!CreateProcessW(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &start, &child)) return 125;
    CloseHandle(start.hStdInput);
    CloseHandle(start.hStdOutput);
    CreateThread(NULL, 0, pump, &in, 0, NULL);
    pump(&out);
    WaitForSingleObject(child.hProcess, INFINITE);
    if (!GetExitCodeProcess(child.hProcess, &code)) return 126;
    /* The thread that waits for more input does not hold it up. */
    ExitProcess(code);
}
