// Another agent behind ours on Windows: at a named pipe, as OpenSSH's, Pageant and 1Password have one.
import { afterEach, expect, test } from 'vitest';
import { describeWindows } from '../lane/windows-program.ts';
import {
  type AgentOnWindows,
  keyPath,
  runSallyport,
  runSallyportOk,
  startAgent,
  stopAgent,
} from './windows-command.ts';

const opensshPipe = '\\\\.\\pipe\\openssh-ssh-agent';

describeWindows('another agent at a pipe', () => {
  let agents: AgentOnWindows[] = [];
  /** The last one is stopped first: clients find its pipe before OpenSSH's. */
  afterEach(async () => {
    for (const agent of agents.reverse()) await stopAgent(agent);
    agents = [];
  });
  const start = async (...args: string[]) => {
    const agent = await startAgent(args);
    agents.push(agent);
    return agent;
  };

  test('has its keys listed and used by ours, is no loop, and is told of when it ends', async () => {
    const other = await start('--doors', 'openssh-pipe', keyPath('ed25519.openssh'));
    await start('--doors', 'own-pipe', '--upstream', opensshPipe);
    await expect.poll(() => runSallyportOk('list')).toMatch(/\(ED25519\) \(in "OpenSSH’s agent"\)/);
    const [fingerprint = ''] = /SHA256:\S+/.exec(await runSallyportOk('list')) ?? [];
    expect((await runSallyport(['test-sign', fingerprint])).exitCode).toBe(0);
    expect(await runSallyportOk('upstream')).toContain(`${opensshPipe} (OpenSSH’s agent): 1 key`);

    const [{ address }] = JSON.parse(await runSallyportOk('doors', '--json')) as [{ address: string }];
    const itself = await runSallyport(['upstream', 'add', address]);
    expect([itself.exitCode, itself.errorOutput]).toEqual([
      1,
      expect.stringContaining('It is this agent itself.'),
    ]);

    const elsewhere = await runSallyport(['upstream', 'add', '\\\\127.0.0.1\\share\\agent']);
    expect([elsewhere.exitCode, elsewhere.errorOutput]).toEqual([
      1,
      expect.stringMatching(/It is not on this computer, .* Choose a pipe/),
    ]);

    other.program.kill();
    await other.program.result.catch(() => {});
    agents = agents.filter((agent) => agent !== other);
    const gone = await runSallyport(['upstream']);
    expect([gone.exitCode, gone.output]).toEqual([1, expect.stringContaining('out of reach')]);
  });
});
