// The single-instance lock of one home: its holder's process id and a socket, as Chromium's ProcessSingleton has on Linux.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';

type OnStart = (data: Record<string, unknown>, argv: string[], workingDirectory: string) => void;

/** True while the process runs that is written down at `path`. */
function isHeld(path: string): boolean {
  try {
    process.kill(Number(readFileSync(path, 'utf8')), 0);
    return true;
  } catch {
    return false;
  }
}

/** True for the holder, who hears of each later start; those get false whether they were heard or not. */
export function holdOrNotify(path: string, data: Record<string, unknown>, onStart: OnStart): boolean {
  const socketPath = `${path}.sock`;
  if (isHeld(path)) {
    const { argv } = process;
    connect(socketPath)
      .on('error', () => {})
      .end(JSON.stringify({ data, argv, workingDirectory: process.cwd() }));
    return false;
  }
  writeFileSync(path, String(process.pid));
  // Of a holder that has ended.
  rmSync(socketPath, { force: true });
  createServer((socket) => {
    let text = '';
    socket.setEncoding('utf8').on('data', (part: string) => (text += part));
    socket.on('end', () => {
      const { data: said, argv, workingDirectory } = JSON.parse(text);
      onStart(said, argv, workingDirectory);
    });
  })
    .listen(socketPath)
    .unref();
  return true;
}
