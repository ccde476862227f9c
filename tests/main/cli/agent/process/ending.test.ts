import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';

const ending = new URL('../../../../../main/cli/agent/process/ending.ts', import.meta.url).href;
const program = `
  import { Ending } from '${ending}';
  {
    using ending = new Ending();
    process.stdout.write('waits');
    await ending.reached;
  }
  process.exitCode = 3;`;

test.skipIf(process.platform === 'win32')(
  'an agent waits for its end, also while no door of it is open, and ends then',
  async () => {
    const agent = spawn(process.execPath, ['--input-type=module', '--eval', program]);
    await once(agent.stdout, 'data');
    const ended = once(agent, 'exit');
    agent.kill('SIGTERM');
    expect(await ended).toEqual([3, null]);
  },
);
