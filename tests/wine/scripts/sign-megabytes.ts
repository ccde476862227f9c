// Has megabytes signed over one connection: the pipe, the request in hex without its data, and how many megabytes.
import { connect } from 'node:net';
import { frame, MessageParser } from '../../../ipc/transports/streams/message-framing.ts';
import { encodeSign } from '../../../main/client/agent-requests.ts';

const DATA_BYTES = 256_000;
const [, , pipe = '', blob = '', megabytes] = process.argv;
const rounds = Math.ceil((Number(megabytes) * 1_048_576) / DATA_BYTES);
const message = frame(encodeSign(Buffer.from(blob, 'base64'), new Uint8Array(DATA_BYTES).fill(7), 0));
const parser = new MessageParser();
let signed = 0;

const socket = connect(pipe);
socket.on('connect', () => socket.write(message));
socket.on('data', (chunk) => {
  for (const reply of parser.push(chunk)) {
    if (reply[0] !== 14) throw new Error(`answer ${reply[0]}`);
    if (++signed < rounds) socket.write(message);
    else socket.end();
  }
});
socket.on('close', () => process.stdout.write(`signed ${signed} times\n`));
