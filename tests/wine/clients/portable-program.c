// The program in a portable one: writes the file that it was started from into its first argument, and stays until
// the second is there, if it has one.
#include <stdio.h>
#include <windows.h>
#include <wchar.h>

int wmain(int argc, wchar_t **argv) {
  wchar_t own[MAX_PATH];
  if (argc < 2 || !GetModuleFileNameW(NULL, own, MAX_PATH)) return 1;
  FILE *out = _wfopen(argv[1], L"w, ccs=UTF-16LE");
  if (!out) return 1;
  fputws(own, out);
  fclose(out);
  while (argc > 2 && GetFileAttributesW(argv[2]) == INVALID_FILE_ATTRIBUTES) Sleep(20);
  return 0;
}
