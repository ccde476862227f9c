// The programs that the person is told how to set up, as tray and window call them.

export const snippetNames = { openssh: 'OpenSSH', git: 'Git', wsl: 'WSL', putty: 'PuTTY' } as const;
