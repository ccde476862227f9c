/* What electron-builder's script of the installer calls of plug-ins that are not part of NSIS, under their names and with
   their results: one DLL, copied for each plug-in. Written after how the templates call them; the archive is the lane's own. */
#include <windows.h>
#include <shellapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define DLL __declspec(dllexport)

typedef struct stack {
    struct stack *next;
    wchar_t text[1];
} Stack;

static void pop(Stack **top, wchar_t *text, int size) {
    Stack *first = *top;
    text[0] = 0;
    if (!first) return;
    lstrcpynW(text, first->text, size);
    *top = first->next;
    GlobalFree(first);
}

static void push(Stack **top, const wchar_t *text, int size) {
    Stack *added = GlobalAlloc(GPTR, sizeof(Stack) + size * sizeof(wchar_t));
    lstrcpynW(added->text, text, size);
    added->next = *top;
    *top = added;
}

/* What follows the program in the command line. */
static const wchar_t *parameters(void) {
    const wchar_t *rest = GetCommandLineW();
    wchar_t end = *rest == L'"' ? L'"' : L' ';
    if (end == L'"') rest++;
    while (*rest && *rest != end) rest++;
    if (*rest == L'"') rest++;
    while (*rest == L' ') rest++;
    return rest;
}

#define FUNCTION(name) DLL void name(HWND owner, int size, wchar_t *variables, Stack **top)
#define UNUSED (void)owner, (void)variables, (void)size, (void)top

FUNCTION(GetAllParameters) {
    UNUSED;
    wchar_t truncate[8];
    pop(top, truncate, 8);
    push(top, parameters(), size);
}

FUNCTION(TestParameter) {
    UNUSED;
    wchar_t name[64], option[80], *found, next;
    pop(top, name, 64);
    swprintf(option, 80, L"-%ls", name);
    found = wcsstr(parameters(), option);
    if (!found) swprintf(option, 80, L"/%ls", name), found = wcsstr(parameters(), option);
    next = found ? found[wcslen(option)] : L'x';
    push(top, next == 0 || next == L' ' ? L"true" : L"false", size);
}

FUNCTION(GetParentPath) {
    UNUSED;
    wchar_t path[1024], *last;
    pop(top, path, 1024);
    last = wcsrchr(path, L'\\');
    if (last) *last = 0;
    push(top, path, size);
}

FUNCTION(ExecShellAsUser) {
    UNUSED;
    wchar_t arguments[1024], verb[16], file[1024];
    pop(top, arguments, 1024);
    pop(top, verb, 16);
    pop(top, file, 1024);
    push(top, (INT_PTR)ShellExecuteW(NULL, verb, file, arguments, NULL, SW_SHOW) > 32 ? L"ok" : L"error", size);
}

/* UAC: nobody here is an administrator, or asked to be one. */
FUNCTION(_) {
    UNUSED;
    wchar_t what[16];
    pop(top, what, 16);
    if (what[0] && what[1] == L's') push(top, L"0", size);
    else ExitProcess(99);
}

/* WinShell: what Windows keeps of shortcuts, which Wine does not. */
FUNCTION(SetLnkAUMI) {
    UNUSED;
    wchar_t text[1024];
    pop(top, text, 1024);
    pop(top, text, 1024);
}
FUNCTION(UninstAppUserModelId) {
    UNUSED;
    wchar_t text[1024];
    pop(top, text, 1024);
}
FUNCTION(UninstShortcut) {
    UNUSED;
    wchar_t text[1024];
    pop(top, text, 1024);
}

/* Nsis7z: an archive of tests/wine/lane/installer-tools.ts. A line "bytes name" for each file, in UTF-8, and its bytes. */
FUNCTION(Extract) {
    UNUSED;
    wchar_t path[1024], name[512];
    char line[1024], utf8[1024];
    unsigned long length;
    pop(top, path, 1024);
    FILE *archive = _wfopen(path, L"rb");
    if (!archive) ExitProcess(98);
    while (fgets(line, sizeof line, archive) && sscanf(line, "%lu %1023[^\n]", &length, utf8) == 2) {
        MultiByteToWideChar(CP_UTF8, 0, utf8, -1, name, 512);
        for (wchar_t *each = wcschr(name, L'\\'); each; each = wcschr(each + 1, L'\\')) {
            *each = 0;
            CreateDirectoryW(name, NULL);
            *each = L'\\';
        }
        char *bytes = malloc(length + 1);
        FILE *file = _wfopen(name, L"wb");
        /* As the real one, which ignores what it can't write. */
        if (fread(bytes, 1, length, archive) == length && file) fwrite(bytes, 1, length, file);
        if (file) fclose(file);
        free(bytes);
    }
    fclose(archive);
}
