// OpenSSH logs in and signs with keys that Windows keeps: the agent runs under Wine, its client is as one in WSL.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findProgram } from '../../interop/support/installed-programs.ts';
import { run, runOk } from '../../interop/support/run-program.ts';
import { type Sshd, sshArguments, startSshd, user } from '../../interop/support/sshd.ts';
import { openWorkspace } from '../../interop/support/workspace.ts';
import {
  type AgentOnWindows,
  cliPath,
  runSallyportOk,
  startAgent,
  stopAgent,
} from '../agent/windows-command.ts';
import { projectDir, windowsPath } from '../lane/paths.ts';
import { compileWindowsC, describeWindows, laneEnv, nodeExe } from '../lane/windows-program.ts';
import { installNcryptStandIn, type NcryptStandIn } from './ncrypt-stand-in.ts';

const keys = { 'rsa-2048': 'software', 'ecdsa-p256': 'tpm' } as const;
type Kind = keyof typeof keys;

const missing = ['sshd', 'ssh', 'ssh-keygen'].filter((program) => findProgram(program) === undefined);

describeWindows('OpenSSH with keys that Windows keeps', () => {
  const space = openWorkspace();
  const lines = new Map<Kind, string>();
  let windows: NcryptStandIn;
  let agent: AgentOnWindows;
  let sshd: Sshd;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    if (missing.length > 0) return;
    windows = installNcryptStandIn();
    agent = await startAgent(['--doors', 'own-pipe', '--no-prompt'], { env: windows.env });
    for (const [kind, home] of Object.entries(keys) as [Kind, string][])
      lines.set(
        kind,
        (await runSallyportOk('windows-keys', 'make', kind, '--in', home, '--type', kind)).trim(),
      );
    sshd = await startSshd(space, { name: 'debian', authorizedKeys: [...lines.values()] });
    const socket = space.path('agent.sock');
    await relayAt(socket);
    env = { ...space.env, SSH_AUTH_SOCK: socket };
  });
  afterAll(async () => {
    if (missing.length > 0) return;
    await stopAgent(agent);
    windows.remove();
  });

  /** Each client has a relay of its own, as `config wsl` sets it up there. */
  async function relayAt(path: string): Promise<void> {
    const bridge = compileWindowsC(join(projectDir, 'tests/wine/clients/stdio-bridge.c'));
    const args = [bridge, nodeExe(), windowsPath(cliPath()), 'relay'];
    const relays = new Set<ChildProcess>();
    const server = createServer((client) => {
      const relay = spawn('wine', args, { env: laneEnv(), stdio: ['pipe', 'pipe', 'ignore'] });
      relays.add(relay);
      client.on('error', () => relay.kill());
      relay.stdin.on('error', () => client.destroy());
      client.pipe(relay.stdin);
      relay.stdout.pipe(client);
    }).listen(path);
    await once(server, 'listening');
    space.defer(() => {
      for (const relay of relays) relay.kill();
      server.close();
    });
  }

  const lastKey = () => windows.calls.at(-1)?.name;

  test.skipIf(missing.length > 0).each([
    ['rsa-2048', 'rsa-sha2-256'],
    ['rsa-2048', 'rsa-sha2-512'],
    ['ecdsa-p256', 'ecdsa-sha2-nistp256'],
  ] as const)('log in by %s with %s', async (kind, algorithm) => {
    const before = windows.calls.length;
    const options = ['-v', '-o', `PubkeyAcceptedAlgorithms=${algorithm}`];
    const { stdout, stderr } = await run('ssh', [...sshArguments(sshd, ...options), 'id -un'], { env });
    expect([stdout.trim(), stderr]).toEqual([
      user,
      expect.stringContaining('Authenticated to 127.0.0.1 ([127.0.0.1]:'),
    ]);
    expect(windows.calls.slice(before)).toMatchObject([{ call: 'sign', name: `sallyport-${kind}` }]);
    const [use] = (await runSallyportOk('log', '--json', '--limit', '1')).split('\n');
    expect(JSON.parse(use ?? '')).toMatchObject({
      answer: 'allowed',
      requester: { purpose: { kind: 'ssh-login', user } },
    });
  });

  test.skipIf(missing.length > 0).each(Object.keys(keys) as Kind[])(
    'sign a file with %s, which ssh-keygen verifies',
    async (kind) => {
      const publicKey = await space.write(`${kind}.pub`, `${lines.get(kind)}\n`);
      const file = await space.write(`${kind}.txt`, 'what was signed\n');
      await runOk('ssh-keygen', ['-q', '-Y', 'sign', '-n', 'file', '-f', publicKey, file], { env });
      expect(lastKey()).toBe(`sallyport-${kind}`);
      const signers = await space.write('signers', `me@example.org ${lines.get(kind)}\n`);
      const verify = [
        '-Y',
        'verify',
        '-f',
        signers,
        '-I',
        'me@example.org',
        '-n',
        'file',
        '-s',
        `${file}.sig`,
      ];
      const verified = (input: string) => run('ssh-keygen', verify, { env, input });
      expect((await verified('what was signed\n')).code).toBe(0);
      expect((await verified('something else\n')).code).not.toBe(0);
    },
  );
});
