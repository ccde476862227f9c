// Where the person's host key files are, on each platform.
import { posix, win32 } from 'node:path';

export interface HostFiles {
  readonly knownHosts: readonly string[];
  /** Text files of PuTTY; on Windows it uses the registry instead. */
  readonly puttyHostKeys: readonly string[];
  /** Its host names are tried on hashed entries of known_hosts. */
  readonly sshConfig: string;
}

/** The files that ssh and PuTTY use for this person; they need not exist. */
export function hostFiles(platform: NodeJS.Platform, env: NodeJS.ProcessEnv, homeDir: string): HostFiles {
  const { ProgramData, PUTTYDIR, PUTTYSSHHOSTKEYS, XDG_CONFIG_HOME } = env;
  if (platform === 'win32') {
    const { join } = win32;
    const sshDir = join(homeDir, '.ssh');
    const systemDir = join(ProgramData ?? 'C:\\ProgramData', 'ssh');
    return {
      knownHosts: [
        join(sshDir, 'known_hosts'),
        join(sshDir, 'known_hosts2'),
        join(systemDir, 'ssh_known_hosts'),
      ],
      puttyHostKeys: [],
      sshConfig: join(sshDir, 'config'),
    };
  }
  const { join } = posix;
  const sshDir = join(homeDir, '.ssh');
  const puttyDirs = [
    PUTTYDIR,
    join(homeDir, '.putty'),
    join(XDG_CONFIG_HOME || join(homeDir, '.config'), 'putty'),
  ];
  return {
    knownHosts: [
      join(sshDir, 'known_hosts'),
      join(sshDir, 'known_hosts2'),
      '/etc/ssh/ssh_known_hosts',
      '/etc/ssh/ssh_known_hosts2',
    ],
    puttyHostKeys: PUTTYSSHHOSTKEYS
      ? [PUTTYSSHHOSTKEYS]
      : puttyDirs.filter((dir) => dir !== undefined).map((dir) => join(dir, 'sshhostkeys')),
    sshConfig: join(sshDir, 'config'),
  };
}
