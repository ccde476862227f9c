// The ways into `sallyport agent`: --doors, --openssh-config, and the verbs doors and config.
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InstalledCommand, type StartedAgent } from '../../../fakes/installed-command.ts';

const usageError = /^sallyport: [^\n]+ See: sallyport \w+ --help\n$/;
let command: InstalledCommand;
let names = 0;

beforeAll(async () => {
  command = await InstalledCommand.install();
});
afterAll(() => command.remove());

const fresh = (name: string) => join(command.dir, `${name}-${++names}`);

async function stop({ child, end }: StartedAgent): Promise<string> {
  child.kill();
  return (await end).stderr;
}

describe('--doors', () => {
  it('opens each door named, and tells programs of the one that most can use', async () => {
    const [unix, cygwin] = [fresh('unix'), fresh('cygwin')];
    const agent = await command.agent(['--doors', `cygwin=${cygwin},unix=${unix}`]);
    expect(agent.socket).toBe(unix);
    const { stdout, code } = await command.run(['doors', '--json'], { env: agent.env });
    expect(JSON.parse(stdout)).toEqual([
      { name: 'cygwin-socket', title: expect.any(String), status: 'listening', address: cygwin },
      { name: 'unix-socket', title: 'Unix socket', status: 'listening', address: unix },
    ]);
    expect(code).toBe(0);
    expect(readFileSync(cygwin, 'latin1')).toMatch(/^!<socket >\d+ s /);
    expect(await stop(agent)).toBe('');
    expect([existsSync(unix), existsSync(cygwin)]).toEqual([false, false]);
  });

  it('goes on without a door that can’t be opened, and says why and what to do', async () => {
    const [unix, cygwin] = [fresh('unix'), fresh('cygwin')];
    writeFileSync(cygwin, 'something else');
    const agent = await command.agent(['--doors', `unix=${unix},cygwin=${cygwin}`]);
    const { stdout, code } = await command.run(['doors'], { env: agent.env });
    expect(code).toBe(1);
    expect(stdout).toContain(`unix-socket: listening at ${unix}\n`);
    expect(stdout).toMatch(
      /cygwin-socket: degraded\n.*\n {2}Why: .*kept as it is\.\n {2}What to do: Choose another/,
    );
    expect(await stop(agent)).toMatch(
      /^sallyport: The door cygwin-socket is not open\. .*kept as it is\. Choose another path, or remove it\.\n$/,
    );
    expect(readFileSync(cygwin, 'latin1')).toBe('something else');
  });

  it('holds for an agent in the background, too', async () => {
    const [unix, cygwin] = [fresh('unix'), fresh('cygwin')];
    const { stdout } = await command.run([
      'agent',
      '--background',
      '--doors',
      `unix=${unix},cygwin=${cygwin}`,
    ]);
    expect(stdout).toContain(`SSH_AUTH_SOCK=${unix}; `);
    expect(existsSync(cygwin)).toBe(true);
    await command.run(['agent', '--stop'], { env: { SSH_AUTH_SOCK: unix } });
    // The command waits for the socket only, which is removed before.
    await expect.poll(() => existsSync(cygwin)).toBe(false);
  });

  it.each([
    [['--doors', 'front'], 'There is no door “front”'],
    [['--doors', 'copydata'], 'The door copydata exists on Windows only'],
    [['--doors', 'unix=/a', '--socket', '/b'], 'Give the socket as --doors unix=PATH'],
    [['--stop', '--doors', 'unix=/a'], '--stop takes no key files, no doors'],
    [['--legacy-clients', 'sometimes'], '--legacy-clients takes prompt, usable-keys-only, off'],
    [['--restrict-acl'], '--restrict-acl is for Windows'],
    [['--openssh-config', ''], '--openssh-config takes the path of a file'],
  ])('is a mistake as %j', async (args, message) => {
    const { code, stdout, stderr } = await command.run(['agent', ...args]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(usageError);
    expect(stderr).toContain(message);
  });
});

describe('sallyport doors', () => {
  it('gets no answer from another agent, or without the secret of the person’s own programs', async () => {
    const agent = await command.agent(['--socket', fresh('unix')]);
    const stranger = { ...agent.env, XDG_CONFIG_HOME: command.dir };
    expect((await command.run(['doors'], { env: stranger })).stderr).toContain('no agent of yours has run');
    const other = createServer((socket) =>
      socket.on('data', () => socket.write(Uint8Array.of(0, 0, 0, 1, 5))),
    );
    const path = fresh('other');
    await new Promise<void>((resolve) => other.listen(path, resolve));
    const { code, stderr } = await command.run(['doors'], { env: { SSH_AUTH_SOCK: path } });
    other.close();
    expect(code).toBe(1);
    expect(stderr).toMatch(/^sallyport: .*it is not Sallyport, or one of an older version.*\n$/);
    await stop(agent);
  });
});

describe('--openssh-config', () => {
  const identityAgent = async (config: string) => {
    const { stdout } = await command.shell(`ssh -G -F "$CONFIG" host 2>/dev/null`, {
      env: { CONFIG: config },
    });
    return /^identityagent (.*)$/m.exec(stdout)?.[1];
  };

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'tells ssh of the agent until %s, and is empty then',
    async (signal) => {
      const config = fresh('config');
      writeFileSync(config, 'IdentityAgent "/of/the/last/time"\n');
      const socket = fresh('a socket');
      const agent = await command.agent(['--socket', socket, '--openssh-config', config]);
      expect(await identityAgent(config)).toBe(socket);
      agent.child.kill(signal);
      await agent.end;
      expect(readFileSync(config, 'utf8')).toBe('');
    },
  );

  it('is closed to others, and emptied when the agent’s command ends', async () => {
    const config = fresh('config');
    const { stdout } = await command.run(['agent', '--openssh-config', config, '--', 'cat', config]);
    expect(stdout).toMatch(/^IdentityAgent ".*agent\.sock"\n$/);
    expect([statSync(config).mode & 0o777, statSync(config).size]).toEqual([0o600, 0]);
  });

  it('is left alone at the end when another agent has written it since', async () => {
    const config = fresh('config');
    const agent = await command.agent(['--openssh-config', config]);
    writeFileSync(config, 'IdentityAgent "/another"\n');
    await stop(agent);
    expect(readFileSync(config, 'utf8')).toBe('IdentityAgent "/another"\n');
  });

  it('keeps the agent from starting when it can’t be written', async () => {
    const { code, stdout, stderr } = await command.run([
      'agent',
      '--openssh-config',
      join(command.dir, 'no/file'),
    ]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^sallyport: .*no\/file: no such file or directory\.\n$/);
  });

  it('has no words for a path that ssh would misread', async () => {
    const args = ['agent', '--socket', fresh('"quoted"'), '--openssh-config', fresh('config')];
    expect((await command.run(args)).stderr).toContain("can't be written into an ssh configuration");
  });
});

describe('sallyport config', () => {
  it('prints a file for ssh that names the agent', async () => {
    const config = fresh('config');
    const socket = fresh('a socket');
    const { stdout } = await command.run(['config', 'openssh'], { env: { SSH_AUTH_SOCK: socket } });
    writeFileSync(config, stdout);
    const { stdout: told } = await command.shell(`ssh -G -F ${config} host 2>/dev/null`);
    expect(told).toContain(`identityagent ${socket}\n`);
    rmSync(config);
  });

  it('prints a script for the shell that leads Git to the agent', async () => {
    const socket = fresh("it's a socket");
    const env = { SSH_AUTH_SOCK: socket };
    const script =
      'eval "$($CLI config git)"; printf "%s %s" "$SSH_AUTH_SOCK" "$(git config --global gpg.format)"';
    expect((await command.shell(script, { env })).stdout).toBe(`${socket} ssh`);
  });

  it('says what is missing where there is nothing to print', async () => {
    const { code, stdout, stderr } = await command.run(['config', 'wsl']);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^sallyport: WSL is a part of Windows/);
    expect((await command.run(['config', 'putty'])).stderr).toContain('"sallyport doors" says why');
  });

  it.each([[[]], [['emacs']], [['git', 'putty']]])('takes one kind of program, not %j', async (words) => {
    const { code, stderr } = await command.run(['config', ...words]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^sallyport: Name one of openssh, git, wsl, putty\./);
  });
});
