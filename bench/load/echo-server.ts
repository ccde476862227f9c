// The least that a server can do, to see how much the load can ask for: a fixed reply for each request, whatever it says.
// Arguments: where to listen, bytes of a request with its length, bytes of a reply after its length, first byte of a reply.
import { createServer } from 'node:net';
import { framed } from './load-order.ts';

const [path, ...numbers] = process.argv.slice(2);
const [requestBytes = 0, replyBytes = 0, type = 0] = numbers.map(Number);
const body = new Uint8Array(replyBytes);
body[0] = type;
const reply = framed(body);

createServer((socket) => {
  let waiting = 0;
  socket.on('data', (chunk) => {
    waiting += chunk.length;
    for (; waiting >= requestBytes; waiting -= requestBytes) socket.write(reply);
  });
  socket.on('error', () => {});
}).listen(path);
