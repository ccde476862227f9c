// Run before the entry of a utility process: gives it `process.parentPort`, which waits for its first listener.
import { EventEmitter } from 'node:events';

const port = new EventEmitter();
port.postMessage = (message) => process.send(message);
port.once('newListener', () => process.on('message', (data) => port.emit('message', { data, ports: [] })));
Object.defineProperty(process, 'parentPort', { value: port });
process.on('disconnect', () => process.exit());
