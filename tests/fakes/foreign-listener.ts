// A socket of another user, which only root can have made.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync } from 'node:fs';
import { dirname } from 'node:path';

const nobody = 65_534;

const script = `require('net').createServer((socket) => {
  let bytes = 0;
  socket.on('data', (chunk) => { bytes += chunk.length; });
  socket.on('close', () => console.log(bytes));
}).listen(process.argv[1], () => console.log('up'))`;

/** Listens as nobody, who gets the folder of `path`; how many bytes came by the one connection that `connect` makes and ends. */
export async function bytesForForeignListener(
  path: string,
  connect: () => Promise<void> | void,
): Promise<number> {
  chownSync(dirname(path), nobody, nobody);
  const other = spawn(process.execPath, ['-e', script, path], { uid: nobody, gid: nobody });
  const next = async () => String((await once(other.stdout, 'data'))[0]);
  try {
    if ((await next()) !== 'up\n') throw new Error('nobody listens');
    const received = next();
    await connect();
    return Number(await received);
  } finally {
    other.kill();
    await once(other, 'exit');
  }
}
