// What the doors are called: in `--doors`, and for the person.

/** By the name in `--doors`: the name of the transport that it opens. */
export const transportOfDoor = {
  'pageant-pipe': 'pageant-pipe',
  copydata: 'copydata',
  'openssh-pipe': 'openssh-pipe',
  'own-pipe': 'own-pipe',
  cygwin: 'cygwin-socket',
  unix: 'unix-socket',
} as const;

/** For the person, by the transport's name. */
export const doorTitles: Readonly<Record<string, string>> = {
  'unix-socket': 'Unix socket',
  'pageant-pipe': "Pageant's pipe (PuTTY 0.75 and later, WinSCP)",
  copydata: "Pageant's window messages (FileZilla, older PuTTY and its kin)",
  'openssh-pipe': "OpenSSH's pipe (Windows' ssh.exe, VS Code)",
  'own-pipe': "Sallyport's own pipe (IdentityAgent)",
  'cygwin-socket': 'Cygwin socket (Git for Windows, Cygwin, MSYS2)',
};
