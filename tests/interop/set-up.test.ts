// The command sets ssh and git up, and both ask Sallyport then: in a folder of a person of the test's own.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { describeWith } from './support/installed-programs.ts';
import { makeKeyPair } from './support/key-pairs.ts';
import { run, runOk } from './support/run-program.ts';
import { RunningAgent } from './support/running-agent.ts';
import { openWorkspace } from './support/workspace.ts';

const space = openWorkspace();
// The agent's socket lies in it, so that it is a place that lasts.
const home = { HOME: space.dir };

describeWith(['ssh', 'ssh-add', 'ssh-keygen', 'git'], 'sallyport set-up', () => {
  let agent: RunningAgent;
  let env: Readonly<Record<string, string>>;
  const setUp = (...args: readonly string[]) => run('sallyport', ['set-up', ...args], { env });
  const config = space.path('.ssh', 'config');
  const odd = '\ufeff# as Windows’ editors save\r\nHost work\r\n\tUser me';

  beforeAll(async () => {
    agent = await RunningAgent.start(space, { args: ['--no-prompt'], env: home });
    env = { ...agent.env, ...home };
    const { path } = await makeKeyPair(space, 'id', { type: 'ed25519' });
    await runOk('ssh-add', ['-q', path], { env });
    mkdirSync(space.path('.ssh'), { mode: 0o700 });
    mkdirSync(space.path('empty'));
  });

  it('shows each change and does nothing without a yes', async () => {
    const shown = await setUp('ssh', '--show');
    expect([shown.code, shown.stderr]).toEqual([0, '']);
    expect(shown.stdout).toContain(`+ IdentityAgent "${agent.socketPath}"`);
    const unasked = await setUp('ssh');
    expect(unasked.code).toBe(1);
    expect(unasked.stderr).toContain('Nothing was changed, as nobody said yes');
    expect(existsSync(config)).toBe(false);
  });

  it('makes ssh ask without SSH_AUTH_SOCK, lists its keys, and takes it back', async () => {
    writeFileSync(config, '# mine\nHost work\n\tUser me');
    const agentOf = async () => {
      const told = await runOk('ssh', ['-F', config, '-G', 'host'], { env: space.env });
      return /^identityagent (.*)$/m.exec(told)?.[1];
    };
    expect(await agentOf()).toBeUndefined();
    const made = await setUp('ssh', '--yes');
    expect([made.code, made.stderr]).toEqual([0, '']);
    expect(made.stdout).toContain('lists 1 key there');
    expect(await agentOf()).toBe(agent.socketPath);
    // Also from a terminal that knows nothing of the agent but where it listens by itself.
    expect((await setUp()).stdout).toContain('git: works');
    expect((await setUp('git', '--test')).code).toBe(0);
    const undone = await setUp('ssh', '--undo', '--yes');
    expect([undone.code, undone.stderr]).toEqual([0, '']);
    expect(readFileSync(config, 'utf8')).toBe('# mine\nHost work\n\tUser me');
  });

  it('tells of ssh at once though git hangs, and of that after a while', async () => {
    const bin = space.path('hanging');
    mkdirSync(bin);
    writeFileSync(`${bin}/git`, '#!/bin/sh\nexec sleep 60\n', { mode: 0o700 });
    const child = spawn('sallyport', ['set-up'], {
      env: { ...env, PATH: `${bin}:${env['PATH']}` },
      stdio: 'pipe',
    });
    const said: (readonly [string, number])[] = [];
    const start = performance.now();
    for await (const chunk of child.stdout) said.push([String(chunk), performance.now() - start]);
    const whole = said.map(([text]) => text).join('');
    expect(whole).toMatch(/^ssh: [\s\S]*^shell: [\s\S]*^git: /m);
    const toldOf = (id: string) => said.find(([text]) => text.includes(`${id}: `))?.[1] ?? 0;
    expect(toldOf('git') - toldOf('ssh')).toBeGreaterThan(5000);
    expect(toldOf('git') - toldOf('shell')).toBeGreaterThan(5000);
    rmSync(bin, { recursive: true });
  });

  it('keeps a byte order mark, line ends and an open last line', async () => {
    writeFileSync(config, odd);
    // ssh of this system refuses the mark, so that nothing is set up.
    expect((await setUp('ssh', '--yes')).code).toBe(1);
    expect(readFileSync(config, 'utf8')).toBe(odd);
    writeFileSync(config, odd.slice(1));
    expect((await setUp('ssh', '--yes')).code).toBe(0);
    expect((await setUp('--undo-all', '--yes')).code).toBe(0);
    expect(readFileSync(config, 'utf8')).toBe(odd.slice(1));
  });

  it('has an agent started again at the place that programs were set up for', async () => {
    const socket = space.path('later.sock');
    const later = { ...space.env, ...home, SSH_AUTH_SOCK: socket, SHELL: '/bin/bash' };
    const inShell = (...args: readonly string[]) => run('sallyport', args, { env: later });
    expect((await inShell('agent', '--background', '--no-prompt', '--socket', socket)).code).toBe(0);
    await inShell('set-up', 'shell', '--yes');
    expect((await inShell('agent', '--stop')).code).toBe(0);
    const gone = await inShell('status');
    expect(gone.code).toBe(3);
    expect(gone.stdout).toContain(`eval "$(sallyport agent --background --socket ${socket})"`);
    expect((await inShell('set-up', 'shell', '--undo', '--yes')).code).toBe(0);
    expect((await inShell('status')).stdout).toContain('eval "$(sallyport agent --background)"');
  });

  it('takes all back at once without the agent, and says what it can’t', async () => {
    writeFileSync(config, '');
    writeFileSync(space.path('.gitconfig'), '[core]\n\tsshCommand = plink ; mine\n');
    expect((await setUp('ssh', '--yes')).code).toBe(0);
    expect((await setUp('git', '--yes')).code).toBe(0);
    expect(await runOk('git', ['config', 'core.sshCommand'], { env: { ...env } })).toBe('ssh\n');
    const edited = readFileSync(config, 'utf8').replace('IdentityAgent', 'IdentityAgent none #');
    writeFileSync(config, edited);
    const noAgent = { ...space.env, ...home };
    const undone = await run('sallyport', ['set-up', '--undo-all', '--yes'], { env: noAgent });
    expect(undone.code).toBe(1);
    expect(undone.stderr).toContain('were changed since, so they are left as they are');
    expect(undone.stdout).toContain(`IdentityAgent "${agent.socketPath}"`);
    expect(readFileSync(config, 'utf8')).toBe(edited);
    expect(readFileSync(space.path('.gitconfig'), 'utf8')).toBe('[core]\n\tsshCommand = plink ; mine\n');
    writeFileSync(config, '');
    expect((await setUp('--undo-all', '--yes')).code).toBe(0);
    expect((await setUp('--undo-all')).stdout).toContain('has set up nothing here');
  });

  it('reports to an uninstaller what would be taken back, and what could not be, each to a new file', async () => {
    writeFileSync(config, '');
    writeFileSync(space.path('.gitconfig'), '[core]\n\tsshCommand = plink\n');
    expect((await setUp('ssh', '--yes')).code).toBe(0);
    expect((await setUp('git', '--yes')).code).toBe(0);
    const before = readFileSync(config, 'utf8');
    const report = async (name: string, ...args: readonly string[]) => {
      const { code } = await setUp('--undo-all', ...args, '--report', space.path(name));
      return [code, readFileSync(space.path(name), 'utf16le').split('\r\n').slice(0, -1)];
    };
    expect(await report('shown', '--show')).toEqual([0, [space.path('.gitconfig'), config]]);
    expect(readFileSync(config, 'utf8')).toBe(before);
    // Nothing is written over.
    expect((await setUp('--undo-all', '--show', '--report', config)).code).toBe(1);
    writeFileSync(space.path('.gitconfig.lock'), '');
    expect(await report('failed', '--unattended')).toEqual([
      1,
      [expect.stringContaining('.gitconfig.lock is there')],
    ]);
    expect(readFileSync(config, 'utf8')).toBe('');
    rmSync(space.path('.gitconfig.lock'));
    expect(await report('done', '--unattended')).toEqual([0, []]);
  });

  it('several at once leave what is remembered of it, and that can be taken back', async () => {
    writeFileSync(config, 'Host mine\n');
    const both = ['ssh', 'shell', 'ssh', 'shell'].map((id) => setUp(id, '--yes'));
    const codes = (await Promise.all([...both, setUp('--undo-all', '--yes')])).map(({ code }) => code);
    expect(codes).toContain(0);
    const made = JSON.parse((await setUp('--json')).stdout) as { id: string; made: unknown[] }[];
    const isRemembered = (id: string) => made.find((one) => one.id === id)?.made.length;
    const blocks = (path: string) =>
      existsSync(path) ? (readFileSync(path, 'utf8').match(/^# >>> Sallyport/gm)?.length ?? 0) : 0;
    expect(isRemembered('ssh')).toBe(blocks(config));
    expect(isRemembered('shell')).toBe(blocks(space.path('.profile')));
    expect((await setUp('--undo-all', '--yes')).code).toBe(0);
    expect(readFileSync(config, 'utf8')).toBe('Host mine\n');
    expect(existsSync(space.path('.profile'))).toBe(false);
  });

  it('tells no program of an agent that is not Sallyport', async () => {
    writeFileSync(config, '');
    const foreign = await run(
      'sh',
      ['-c', 'eval "$(ssh-agent)" >/dev/null; trap "kill $SSH_AGENT_PID" EXIT; sallyport set-up ssh --yes'],
      {
        env: { ...space.env, ...home },
      },
    );
    expect(foreign.code).toBe(1);
    expect(foreign.stdout).toContain('The Unix socket is not open');
    expect(readFileSync(config, 'utf8')).toBe('');
  });

  it.each([
    [['ssh', 'git']],
    [['ssh', '--show', '--undo']],
    [['--undo']],
    [['ssh', '--undo-all']],
    [['nonsense']],
  ])('refuses what makes no sense: %j', async (args) => {
    expect((await setUp(...args)).code).toBe(2);
  });

  it('tells a new shell, and lists the keys of PuTTY’s programs where they are', async () => {
    writeFileSync(space.path('.profile'), 'export OTHER=1');
    const made = await setUp('shell', '--yes');
    expect([made.code, made.stderr]).toEqual([0, '']);
    expect(made.stdout).toContain('ssh-add lists 1 key there');
    const putty = await setUp('putty', '--test');
    expect([putty.code, putty.stdout]).toEqual([0, expect.stringMatching(/1 key/)]);
    expect((await setUp('shell', '--undo', '--yes')).code).toBe(0);
    expect(readFileSync(space.path('.profile'), 'utf8')).toBe('export OTHER=1');
  });

  it('prints one object a program as JSON', async () => {
    const { stdout } = await setUp('--json');
    expect(JSON.parse(stdout)).toMatchObject([
      { id: 'ssh', status: 'can', changes: [{ place: config }], made: [] },
      { id: 'git', status: 'can' },
      { id: 'shell', status: 'can' },
      { id: 'putty' },
    ]);
  });
});
