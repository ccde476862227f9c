// The single-instance lock of one home: a socket, as Chromium's ProcessSingleton has on Linux.
import { existsSync } from 'node:fs';
import { connect, createServer } from 'node:net';

type OnStart = (data: Record<string, unknown>, argv: string[], workingDirectory: string) => void;

/** True for the holder, who hears of each later start; those get false whether they were heard or not. */
export function holdOrNotify(path: string, data: Record<string, unknown>, onStart: OnStart): boolean {
  if (existsSync(path)) {
    const { argv } = process;
    connect(path)
      .on('error', () => {})
      .end(JSON.stringify({ data, argv, workingDirectory: process.cwd() }));
    return false;
  }
  createServer((socket) => {
    let text = '';
    socket.setEncoding('utf8').on('data', (part: string) => (text += part));
    socket.on('end', () => {
      const { data: said, argv, workingDirectory } = JSON.parse(text);
      onStart(said, argv, workingDirectory);
    });
  })
    .listen(path)
    .unref();
  return true;
}
