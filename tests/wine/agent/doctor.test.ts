// `sallyport doctor` on Windows, where another program has OpenSSH's pipe.
import { expect, test } from 'vitest';
import { describeWindows } from '../lane/windows-program.ts';
import { runSallyport, startAgent, stopAgent } from './windows-command.ts';

interface Finding {
  readonly id: string;
  readonly result: string;
  readonly message: string;
  readonly remedy?: string;
}

async function pipeFinding(): Promise<Finding | undefined> {
  const { output } = await runSallyport(['doctor', '--json']);
  return (JSON.parse(output) as Finding[]).find(({ id }) => id === 'openssh-pipe');
}

describeWindows('the doctor', () => {
  test('names the process that has OpenSSH’s pipe, and knows when that is Sallyport', async () => {
    expect(await pipeFinding()).toMatchObject({ result: 'skipped' });
    const stranger = await startAgent(['--doors', 'openssh-pipe']);
    expect(await pipeFinding()).toMatchObject({ result: 'ok' });
    const ours = await startAgent(['--doors', 'own-pipe']);
    // The command asks the one at the own pipe, to which the other is any program.
    const found = await pipeFinding();
    expect(found).toMatchObject({ result: 'problem', remedy: expect.stringContaining('End that program.') });
    expect(found?.message).toContain(`node.exe”, process ${stranger.pid}, listens at`);
    await stopAgent(ours);
    await stopAgent(stranger);
  });
});
