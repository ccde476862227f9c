// A debugger's port is open to every user of the machine: no signal and no switch opens one in a program of ours.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InstalledCommand } from '../../fakes/installed-command.ts';

const keyFile = fileURLToPath(new URL('../../fixtures/keys/ed25519.openssh', import.meta.url));
const refusal = /^sallyport: A debugger is open on this process, .* So it ends\./m;
/** One that should open all the same finds a port that no other test has. */
const anyPort = '--inspect-port=0';
let command: InstalledCommand;

beforeAll(async () => {
  command = await InstalledCommand.install();
});
afterAll(() => command.remove());

/** What Node.js runs in the same process before the first line of ours. */
function runFirst(name: string, script: string): string {
  const path = join(command.dir, `${name}.cjs`);
  writeFileSync(path, script);
  return `${anyPort} --require=${path}`;
}

describe.skipIf(process.platform === 'win32')('SIGUSR1', () => {
  it('removes all keys of a running agent and opens no debugger', async () => {
    const agent = await command.agent([keyFile], { env: { NODE_OPTIONS: anyPort } });
    const listed = async () => (await command.run(['list'], { env: agent.env })).stdout;
    await expect.poll(listed).toContain('ed25519');
    agent.child.kill('SIGUSR1');
    await expect.poll(listed).not.toContain('ed25519');
    agent.child.kill();
    expect((await agent.end).stderr).not.toContain('Debugger');
  });

  it('before our first line ends the program in a sentence, as nobody knows who has connected', async () => {
    const NODE_OPTIONS = runFirst('early', "process.kill(process.pid, 'SIGUSR1');");
    const { code, stdout, stderr } = await command.run(['agent'], { env: { NODE_OPTIONS } });
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(refusal) });
    // Node's thread may have opened the port after the agent has said where it listens; then it removes what it made.
    expect(stdout).toMatch(/^(SSH_AUTH_SOCK=.*\nSSH_AGENT_PID=.*\n)?$/);
  });
});

describe('a debugger', () => {
  it.each([
    ['agent', '--inspect=0'],
    ['add', '--inspect=0'],
    ['list', '--inspect=0 --inspect-publish-uid=http'],
  ])('keeps “sallyport %s” from running: %s', async (verb, NODE_OPTIONS) => {
    const { code, stdout, stderr } = await command.run([verb], { env: { NODE_OPTIONS } });
    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(refusal) });
  });

  it.runIf(process.platform === 'linux')('is looked for without loading what could open one', async () => {
    const NODE_OPTIONS = runFirst(
      'loaded',
      `process.on('exit', () => console.error(process.moduleLoadList.filter((name) => name === 'NativeModule inspector')));`,
    );
    const { stderr } = await command.run(['completion', 'bash'], { env: { NODE_OPTIONS } });
    expect(stderr).toBe('[]\n');
  });

  it('that opens a moment after the start ends the agent, too', async () => {
    const NODE_OPTIONS = runFirst(
      'late',
      `const { open, url } = require('node:inspector');
      const afterOpening = (write) => function (...args) {
        if (url() === undefined && args[0] !== 2) open(0);
        return write.apply(this, args);
      };
      const fs = require('node:fs');
      fs.writeSync = afterOpening(fs.writeSync);
      process.stdout.write = afterOpening(process.stdout.write);`,
    );
    const { code, stderr } = await command.run(['agent'], { env: { NODE_OPTIONS } });
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(refusal) });
  });

  it.runIf(process.allowedNodeEnvironmentFlags.has('--disable-sigusr1'))(
    'can’t be opened by a signal at any moment of an agent in the background',
    async () => {
      const { stdout } = await command.run(['agent', '--background'], { env: {} });
      const pid = /SSH_AGENT_PID=(\d+)/.exec(stdout)?.[1];
      const flags = await command.shell(`tr '\\0' ' ' < /proc/${pid}/cmdline; kill ${pid}`);
      expect(flags.stdout).toContain(' --disable-sigusr1 ');
    },
  );
});
