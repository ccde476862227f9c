// SECURITY: SIGUSR1 makes Node.js open its debugger on 127.0.0.1:9229, to every user of the machine. Every entry
// imports this file before all others: a listener takes the place of Node's handler, in the worker threads, too.

process.on('SIGUSR1', () => {});
