// The built agent under load at its pipes: nothing is lost, no handle stays behind.
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectDir } from '../lane/paths.ts';
import { bundleForWindows, describeWindows, runWindows } from '../lane/windows-program.ts';
import { listedKeys } from './listed-keys.ts';
import { PipeClient } from './pipe-client.ts';
import { type AgentOnWindows, keyPath, runSallyportOk, startAgent, stopAgent } from './windows-command.ts';

const script = (name: string) => bundleForWindows(join(projectDir, `tests/wine/scripts/${name}.ts`));
/** What connections that are just closing may still hold. */
const closing = 8;

describeWindows('the built agent', () => {
  let agent: AgentOnWindows;
  let pipes: PipeClient;
  let countScript: string;

  beforeAll(async () => {
    pipes = new PipeClient();
    countScript = await script('count-handles');
    agent = await startAgent();
  });

  afterAll(() => stopAgent(agent));

  async function handles(): Promise<number> {
    const { output } = await runWindows(countScript, [String(agent.pid)]);
    return Number(/handles (\d+)/.exec(output)?.[1]);
  }

  const listChurn = (count: number) => pipes.run('churn', agent.authSock, String(count));

  test('answers 200 clients that are connected at once, and closes every handle after them', async () => {
    await listChurn(50);
    const before = await handles();
    expect(before).toBeGreaterThan(0);
    expect(await pipes.run('rush', agent.authSock, '200')).toBe('answered 200 told busy 0\n');
    await expect.poll(handles).toBeLessThanOrEqual(before + closing);
  });

  test('lists for 1,000 clients one after another, and closes every handle after them', async () => {
    await listChurn(50);
    const before = await handles();
    expect(await listChurn(1000)).toContain('answered 1000 ');
    await expect.poll(handles).toBeLessThanOrEqual(before + closing);
  });

  test('signs 64 MB that come through one connection', async () => {
    await runSallyportOk('add', keyPath('ed25519.openssh'));
    const before = await handles();
    const [key] = await listedKeys();
    const signer = await script('sign-megabytes');
    const { output } = await runWindows(signer, [agent.authSock, key?.publicKey ?? '', '64']);
    expect(output).toContain('signed 263 times');
    await expect.poll(handles).toBeLessThanOrEqual(before + closing);
  });
});
