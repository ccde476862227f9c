// The programs that can be set up, in the order in which they are shown.
import { gitProgram } from './git.ts';
import { cygwinProgram, msys2Program } from './posix-layer.ts';
import type { Program } from './program.ts';
import { puttyProgram } from './putty.ts';
import { serviceProgram } from './service.ts';
import { shellProgram } from './shell.ts';
import { sshProgram } from './ssh.ts';

/** On this system. */
export const programs: readonly Program[] = [
  sshProgram,
  ...(process.platform === 'win32' ? [serviceProgram] : []),
  gitProgram,
  shellProgram,
  ...(process.platform === 'win32' ? [cygwinProgram, msys2Program] : []),
  puttyProgram,
];
