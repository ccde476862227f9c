// The program in an installer or a portable one: writes the file that it was started from into its first argument, and stays
// until the second is there, if it has one. `--quit` ends those that stay, which then write so, unless their third argument
// is "stubborn"; another third argument is a file that is held meanwhile, and can't be moved.
#include <stdio.h>
#include <windows.h>
#include <wchar.h>

int wmain(int argc, wchar_t **argv) {
  wchar_t own[MAX_PATH];
  HANDLE quit = CreateEventW(NULL, TRUE, FALSE, L"packed-program-quit");
  if (argc < 2 || !GetModuleFileNameW(NULL, own, MAX_PATH)) return 1;
  if (!wcscmp(argv[1], L"--quit")) return !SetEvent(quit);
  if (argc > 3 && wcscmp(argv[3], L"stubborn") &&
      CreateFileW(argv[3], GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL) == INVALID_HANDLE_VALUE)
    return 1;
  FILE *out = _wfopen(argv[1], L"w, ccs=UTF-16LE");
  if (!out) return 1;
  fputws(own, out);
  fclose(out);
  if (argc > 3) quit = NULL;
  while (argc > 2 && GetFileAttributesW(argv[2]) == INVALID_FILE_ATTRIBUTES)
    if (quit && WaitForSingleObject(quit, 20) == WAIT_OBJECT_0) {
      out = _wfopen(argv[1], L"w, ccs=UTF-16LE");
      if (!out) return 1;
      fputws(L"quit", out);
      fclose(out);
      return 0;
    } else Sleep(20);
  return 0;
}
