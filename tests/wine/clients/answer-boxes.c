/* Answers message boxes of other programs, as a person would: ANSWER... are the numbers of their buttons, one a box. Writes
   what each box says to standard output, in UTF-8, each followed by a line of its own. Ends after the last. An ANSWER that is
   "next" presses that button of an installer's page once it can be pressed. */
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>

#define TEXT_CONTROL 0xffff

static HWND answered;

/* Of a dialog with a text and no bar of progress: the installer's own window has no such text. */
static BOOL CALLBACK find(HWND window, LPARAM found) {
    wchar_t name[16];
    if (window == answered || !IsWindowVisible(window)) return TRUE;
    if (!GetClassNameW(window, name, 16) || wcscmp(name, L"#32770")) return TRUE;
    if (!GetDlgItem(window, TEXT_CONTROL)) return TRUE;
    *(HWND *)found = window;
    return FALSE;
}

/* The page that an installer shows, with a way on from it: the button after "Back" is "Next", or bears another word. */
static BOOL CALLBACK findPage(HWND window, LPARAM found) {
    wchar_t name[16];
    HWND page;
    if (!IsWindowVisible(window) || !GetClassNameW(window, name, 16) || wcscmp(name, L"#32770")) return TRUE;
    page = FindWindowExW(window, NULL, L"#32770", NULL);
    if (!page || !IsWindowVisible(page) || page == answered || !IsWindowEnabled(GetDlgItem(window, IDOK))) return TRUE;
    *(HWND *)found = page;
    return FALSE;
}

static void goOn(void) {
    HWND page = NULL;
    while (!page) {
        Sleep(20);
        EnumWindows(findPage, (LPARAM)&page);
    }
    answered = page;
    PostMessageW(GetParent(page), WM_COMMAND, IDOK, 0);
}

int wmain(int count, wchar_t **arguments) {
    static wchar_t text[4096];
    static char utf8[16384];
    for (int each = 1; each < count; each++) {
        HWND box = NULL;
        if (!wcscmp(arguments[each], L"next")) {
            goOn();
            continue;
        }
        while (!box) {
            Sleep(20);
            EnumWindows(find, (LPARAM)&box);
        }
        GetWindowTextW(GetDlgItem(box, TEXT_CONTROL), text, 4096);
        WideCharToMultiByte(CP_UTF8, 0, text, -1, utf8, sizeof utf8, NULL, NULL);
        printf("%s\n---\n", utf8);
        fflush(stdout);
        answered = box;
        PostMessageW(box, WM_COMMAND, _wtoi(arguments[each]), 0);
    }
    return 0;
}
