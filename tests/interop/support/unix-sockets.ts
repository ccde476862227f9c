// What /proc tells of Unix sockets.
import { readFileSync } from 'node:fs';

/** __SO_ACCEPTCON, as /proc/net/unix prints it. */
const listeningFlags = '00010000';

/** Whether clients can connect at `path`. The file alone says less: it is there before the server listens. */
export function isListeningAt(path: string): boolean {
  return readFileSync('/proc/net/unix', 'utf8')
    .split('\n')
    .some((line) => line.endsWith(` ${path}`) && line.split(/ +/)[3] === listeningFlags);
}
