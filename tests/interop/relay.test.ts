// The relay as WSL uses it: socat makes a socket whose every connection is a relay of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { introduction } from '../../main/client/relay/introduce.ts';
import { MessageClient } from '../fakes/message-client.ts';
import { request } from '../fakes/test-agent.ts';
import { eventually } from './support/eventually.ts';
import { describeWith } from './support/installed-programs.ts';
import { makeKeyPair } from './support/key-pairs.ts';
import { run, runOk } from './support/run-program.ts';
import { RunningAgent } from './support/running-agent.ts';
import { isListeningAt } from './support/unix-sockets.ts';
import { openWorkspace } from './support/workspace.ts';

describeWith(['socat', 'ssh-add', 'ssh-keygen'], 'sallyport relay behind socat', () => {
  const space = openWorkspace();

  /** Where socat listens. */
  async function throughSocat(name: string, relay: string): Promise<string> {
    const socket = space.path(`${name}.sock`);
    const socat = spawn('socat', [`UNIX-LISTEN:${socket},fork,mode=600`, `EXEC:${relay}`], {
      env: space.env,
      stdio: 'ignore',
    });
    space.defer(async () => {
      socat.kill();
      await once(socat, 'exit');
    });
    await eventually('socat listens', () => isListeningAt(socket));
    return socket;
  }

  test('lets nobody behind it say who they are where it was told the place, but not the program', async () => {
    const agent = await RunningAgent.start(space);
    const relay = `sallyport relay --place here --to ${agent.socketPath}`;
    const client = await MessageClient.connect({ path: await throughSocat('nameless', relay) });
    const claimed = { place: 'here', executable: '/usr/bin/ssh', user: 'me', pid: 7 };
    expect((await client.request(introduction(claimed).subarray(4)))?.[0]).toBe(28);
    expect((await client.request(request(11).finish()))?.[0]).toBe(12);
    client.socket.destroy();
  });

  test.each([
    ['nothing of its own', [], ''],
    [
      'for whom it is, and no more',
      ['--place', 'here', '--program', '/usr/bin/ssh', '--user', 'me', '--pid', '7'],
      Buffer.from(introduction({ place: 'here', executable: '/usr/bin/ssh', user: 'me', pid: 7 })).toString(
        'hex',
      ),
    ],
  ] as const)('says %s to whoever listens there', async (_what, options, said) => {
    const socket = space.path(`stranger${options.length}.sock`);
    const heard: Buffer[] = [];
    const stranger = createServer((client) => client.on('data', (chunk) => heard.push(chunk)));
    space.defer(async () => void stranger.close());
    await once(stranger.listen(socket), 'listening');
    const client = once(stranger, 'connection').then(([each]) => once(each, 'end'));
    const relay = spawn('sallyport', ['relay', '--to', socket, ...options], {
      env: space.env,
      stdio: 'pipe',
    });
    relay.stdin.end(request(11).finish());
    await client;
    relay.kill();
    expect(Buffer.concat(heard).toString('hex')).toBe(`${said}0b`);
  });

  test('lets ssh-add add, list and use keys, several programs at a time', async () => {
    const agent = await RunningAgent.start(space);
    const socket = await throughSocat('relayed', `sallyport relay --to ${agent.socketPath}`);
    const env = { ...space.env, SSH_AUTH_SOCK: socket };
    const key = await makeKeyPair(space, 'relayed');
    await runOk('ssh-add', ['-q', key.path], { env });
    const listed = await Promise.all(Array.from({ length: 5 }, () => runOk('ssh-add', ['-L'], { env })));
    for (const list of listed) expect(list).toContain(key.publicKey);
    const file = await space.write('signed.txt', 'text');
    expect(
      (await run('ssh-keygen', ['-Y', 'sign', '-n', 'file', '-f', key.publicPath, file], { env })).code,
    ).toBe(0);
    expect((await run('ssh-add', ['-T', key.publicPath], { env })).code).toBe(0);
  });
});
