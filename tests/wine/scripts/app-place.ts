// The place of an end-to-end test on Windows: a program that is started there keeps to it, and is reached.
// `app-place.js HOME` starts itself as that program.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createOwnPipeTransport } from '../../../ipc/transports/pipes/own-pipe.ts';
import { connectToAgent } from '../../../main/client/agent-connection.ts';
import { personDir } from '../../../main/stored/person-dir.ts';
import { makeAppPlace } from '../../e2e/driver/app-place.ts';

const [, script = '', home] = process.argv;

async function program(): Promise<void> {
  const settings = personDir(process.platform, process.env, homedir());
  writeFileSync(join(homedir(), 'found.json'), JSON.stringify({ home: homedir(), settings }));
  const transport = createOwnPipeTransport();
  await transport.start(() => ({
    handle: async () => Uint8Array.of(12, 0, 0, 0, 0),
    end() {},
    close: () => process.exit(0),
  }));
}

async function connect(address: string) {
  for (;;) {
    const connection = await connectToAgent(address).catch(() => undefined);
    if (connection) return connection;
    await delay(50);
  }
}

async function test(place: ReturnType<typeof makeAppPlace>): Promise<void> {
  spawn(process.execPath, [script], { env: { ...process.env, ...place.env }, stdio: 'ignore' });
  const connection = await connect(place.socketPath);
  const reply = await connection.request(Uint8Array.of(11));
  process.stdout.write(JSON.stringify({ ...place, reply: [...reply] }));
  connection.close();
}

await (home === undefined ? program() : test(makeAppPlace(home)));
