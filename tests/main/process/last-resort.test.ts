// What nobody has caught, in a process of its own.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const modulePath = new URL('../../../main/process/last-resort.ts', import.meta.url).href;

async function output(failure: string): Promise<string[]> {
  const script = `
    import { installLastResort } from ${JSON.stringify(modulePath)};
    installLastResort((line) => console.log(line), { inWords: 'the agent ends', take: () => console.log('stopped') });
    setTimeout(() => console.log('still here'), 50);
    ${failure}`;
  const args = ['--no-warnings', '--input-type=module', '-e', script];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args);
  expect(stderr).toBe('');
  return stdout.trimEnd().split('\n');
}

describe('last resort', () => {
  it('logs a rejection that nobody awaited in one line without its message, and goes on', async () => {
    const lines = await output(`Promise.reject(new RangeError('hunter2'));`);
    expect(lines).toEqual([
      expect.stringMatching(/^Internal error, the agent goes on: RangeError/),
      'still here',
    ]);
    expect(lines.join()).not.toContain('hunter2');
  });

  it('logs an exception that nobody caught in one line without its message, and stops the agent', async () => {
    const lines = await output(
      `setImmediate(() => { throw Object.assign(new Error('hunter2\\nat x'), { code: 'EX' }); });`,
    );
    expect(lines[0]).toMatch(/^Internal error, the agent ends: Error \(EX\)/);
    expect(lines[1]).toBe('stopped');
    expect(lines.join()).not.toContain('hunter2');
  });

  it('survives that something else than an error is thrown', async () => {
    expect((await output(`Promise.reject('hunter2');`)).join()).not.toContain('hunter2');
  });
});
