/* A program for --askpass that asks the test: writes the question into a folder, waits there for an answer. */
#include <windows.h>
#include <stdio.h>
#include <wchar.h>

static void path_of(wchar_t *path, const wchar_t *ending)
{
    static LARGE_INTEGER started;
    wchar_t dir[512];
    GetEnvironmentVariableW(L"ASKPASS_DIR", dir, 512);
    /* A process id alone is soon another program's. */
    if (!started.QuadPart) QueryPerformanceCounter(&started);
    swprintf(path, 600, L"%ls\\%lld-%lu.%ls", dir, (long long)started.QuadPart, GetCurrentProcessId(), ending);
}

int wmain(int argc, wchar_t **argv)
{
    wchar_t draft[600], asked[600], alive[600], answer[600];
    path_of(draft, L"draft");
    path_of(asked, L"asked");
    path_of(alive, L"alive");
    path_of(answer, L"answer");
    FILE *beats = _wfopen(alive, L"wb");
    FILE *question = _wfopen(draft, L"wb");
    if (!beats || !question) return 9;
    fprintf(question, "%ls", argc > 1 ? argv[1] : L"");
    fclose(question);
    /* Complete when it gets its name. */
    if (!MoveFileW(draft, asked)) return 9;
    for (;;) {
        FILE *file = _wfopen(answer, L"rb");
        if (file) {
            char line[256] = "";
            int status = fgetc(file) - '0';
            size_t length = fread(line, 1, sizeof line - 1, file);
            fclose(file);
            fwrite(line, 1, length, stdout);
            return status;
        }
        /* Grows for as long as the question is on the screen. */
        fputc('.', beats);
        fflush(beats);
        Sleep(50);
    }
}
