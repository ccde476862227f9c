// The Windows side of WindowsProgram.ask: commands by HTTP on loopback, since stdin can't be a pipe under Wine.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type ControlCommands = Record<string, (argument: never) => unknown>;

/** Serves `commands` and prints the port. Returns the way to stop; the program then ends by itself. */
export function serveControl(commands: ControlCommands): () => void {
  const server = createServer((request, response) => {
    let body = '';
    // A connection that is kept may close just when the test, which was busy, takes it for its next command.
    response.setHeader('Connection', 'close');
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const command = commands[(request.url ?? '').slice(1)];
      Promise.resolve()
        .then(() => {
          if (!command) throw new Error(`no such command: ${request.url}`);
          return command(JSON.parse(body) as never);
        })
        .then(
          (value) => response.end(JSON.stringify({ value: value ?? null })),
          (error: unknown) => response.end(JSON.stringify({ error: String(error) })),
        );
    });
  });
  server.listen(0, '127.0.0.1', () => {
    process.stdout.write(`control port ${(server.address() as AddressInfo).port}\n`);
  });
  return () => {
    server.close();
    server.closeAllConnections();
  };
}
