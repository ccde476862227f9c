// `sallyport` alone, as a process, in the states that a machine can be in.
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { InstalledCommand } from '../../../fakes/installed-command.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../../../fixtures/keys/${name}`, import.meta.url));
let command: InstalledCommand;
let runtime: string;
beforeAll(async () => {
  command = await InstalledCommand.install();
});
afterAll(() => command.remove());
beforeEach(() => {
  runtime = join(command.dir, 'runtime');
  mkdirSync(runtime, { mode: 0o700 });
  mkdirSync(join(command.dir, '.ssh'));
});
afterEach(() => {
  for (const dir of [runtime, join(command.dir, '.ssh')]) rmSync(dir, { recursive: true });
});

async function alone(env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await command.run([], { env: { XDG_RUNTIME_DIR: runtime, ...env } });
  expect(stderr).toBe('');
  return { code, stdout };
}

describe('sallyport alone', () => {
  it.each([{}, { HOME: '' }, { SSH_AUTH_SOCK: '' }, { XDG_RUNTIME_DIR: '/nonexistent' }])(
    'says that there is no agent, and how to start one: %j',
    async (env: Record<string, string>) => {
      const { code, stdout } = await alone(env);
      expect(code).toBe(3);
      expect(stdout).toContain('Agent: none is running\n');
      expect(stdout).toContain('  eval "$(sallyport agent --background)"\n');
    },
  );

  it('finds an agent that this shell does not ask, and the key that it has not; then all is well', async () => {
    const agent = await command.agent(['--no-prompt'], { env: { XDG_RUNTIME_DIR: runtime } });
    copyFileSync(fixture('ed25519.openssh'), join(command.dir, '.ssh/id_ed25519'));
    try {
      const before = await alone();
      expect(before.code).toBe(1);
      expect(before.stdout).toContain(
        `Agent: Sallyport (process ${agent.child.pid})\n  at ${agent.socket}\n`,
      );
      expect(before.stdout).toContain('not in it: id_ed25519 of ~/.ssh');
      expect(before.stdout).toContain('Shell: asks no agent');
      expect((await command.run(['add'], { env: agent.env })).code).toBe(0);
      const after = await alone(agent.env);
      expect(after).toEqual({ code: 0, stdout: expect.stringContaining('Keys: 1\n') });
      expect(after.stdout).toContain('All is well.');
      const { stdout } = await command.run(['status', '--json'], { env: agent.env });
      expect(JSON.parse(stdout)).toMatchObject({
        asked: { isSallyport: true, isLocked: false },
        code: 0,
        steps: [],
      });
    } finally {
      agent.child.kill();
      await agent.end;
    }
  });

  it('knows a Sallyport that does not have the secret of this user here for one of elsewhere, and shows it none', async () => {
    const agent = await command.agent(['--no-prompt'], { env: { XDG_RUNTIME_DIR: runtime } });
    const elsewhere = join(command.dir, 'elsewhere');
    mkdirSync(join(elsewhere, 'sallyport'), { recursive: true, mode: 0o700 });
    writeFileSync(join(elsewhere, 'sallyport/local-secret'), `${'5a'.repeat(32)}\n`, { mode: 0o600 });
    try {
      const { stdout } = await alone({ ...agent.env, XDG_CONFIG_HOME: elsewhere });
      expect(stdout).toContain('Agent: a Sallyport, maybe of another computer (process ');
      expect(stdout).toContain(
        'Doors: it tells none here. What answers is not the Sallyport of this computer',
      );
    } finally {
      agent.child.kill();
      await agent.end;
      rmSync(elsewhere, { recursive: true });
    }
  });

  it('says that the agent is locked', async () => {
    const askpass = join(command.dir, 'askpass');
    writeFileSync(askpass, '#!/bin/sh\necho pass\n', { mode: 0o700 });
    const agent = await command.agent(['--no-prompt'], { env: { XDG_RUNTIME_DIR: runtime } });
    try {
      const env = { ...agent.env, SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force' };
      expect((await command.run(['lock'], { env })).code).toBe(0);
      const { code, stdout } = await alone(agent.env);
      expect([code, stdout]).toEqual([
        1,
        expect.stringContaining('Keys: the agent is locked, and lists none\n'),
      ]);
      expect(stdout).toContain('  sallyport unlock\n');
    } finally {
      agent.child.kill();
      await agent.end;
    }
  });

  describe('where something listens that never answers', () => {
    let server: Server;
    beforeEach(() => {
      server = createServer().listen(join(runtime, 'stuck.sock'));
    });
    afterEach(() => server.close());

    it('says so within seconds', async () => {
      const begin = performance.now();
      const { code, stdout } = await alone({ SSH_AUTH_SOCK: join(runtime, 'stuck.sock') });
      expect(code).toBe(3);
      expect(stdout).toContain('Agent: none that answers');
      expect(stdout).toContain(
        'Something listens there, but did not answer within 4 seconds: it hangs, or is',
      );
      expect(performance.now() - begin).toBeLessThan(30_000);
    });
  });
});
