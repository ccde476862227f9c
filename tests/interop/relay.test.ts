// The relay as WSL uses it: socat makes a socket whose every connection is a relay of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';
import { describeWith } from './support/installed-programs.ts';
import { makeKeyPair } from './support/key-pairs.ts';
import { run, runOk } from './support/run-program.ts';
import { RunningAgent } from './support/running-agent.ts';
import { isListeningAt } from './support/unix-sockets.ts';
import { openWorkspace } from './support/workspace.ts';

describeWith(['socat', 'ssh-add', 'ssh-keygen'], 'sallyport relay behind socat', () => {
  const space = openWorkspace();

  test('lets ssh-add add, list and use keys, several programs at a time', async () => {
    const agent = await RunningAgent.start(space);
    const socket = space.path('relayed.sock');
    const socat = spawn(
      'socat',
      [`UNIX-LISTEN:${socket},fork,mode=600`, `EXEC:sallyport relay --to ${agent.socketPath}`],
      { env: space.env, stdio: 'ignore' },
    );
    space.defer(async () => {
      socat.kill();
      await once(socat, 'exit');
    });
    await eventually('socat listens', () => isListeningAt(socket));
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
