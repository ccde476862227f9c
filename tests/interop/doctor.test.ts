// `sallyport doctor` with real programs: all is well, and what is not is found.
import { beforeAll, expect, it } from 'vitest';
import { describeWith } from './support/installed-programs.ts';
import { type KeyPair, makeKeyPair } from './support/key-pairs.ts';
import { run } from './support/run-program.ts';
import { RunningAgent } from './support/running-agent.ts';
import { openWorkspace } from './support/workspace.ts';

interface Finding {
  readonly id: string;
  readonly result: string;
  readonly message: string;
  readonly remedy?: string;
}

describeWith(['ssh', 'ssh-add', 'git'], 'the doctor', () => {
  const space = openWorkspace();
  let key: KeyPair;
  beforeAll(async () => {
    key = await makeKeyPair(space, 'key');
  });

  async function findings(env: Readonly<Record<string, string>>) {
    const { code, stdout, stderr } = await run('sallyport', ['doctor', '--json'], { env, cwd: space.dir });
    expect(stderr).toBe('');
    const all = JSON.parse(stdout) as readonly Finding[];
    const of = (id: string) => all.find((finding) => finding.id === id);
    const found = all.filter(({ result }) => result === 'problem').map(({ id }) => id);
    expect(code).toBe(found.length > 0 ? 1 : 0);
    // Of sources that nobody has changed for months the version is old.
    const problems = found.filter((id) => id !== 'version');
    return { code: problems.length > 0 ? 1 : 0, of, problems };
  }

  it('finds no problem where programs ask Sallyport, and has it sign', async () => {
    const agent = await RunningAgent.start(space, { args: ['--no-prompt', key.path] });
    const { code, of, problems } = await findings(agent.env);
    expect([problems, code]).toEqual([[], 0]);
    expect(of('door unix-socket')?.message).toContain('offers 1 key');
    expect(of('ssh')?.message).toContain('ssh asks the agent at');
    expect(of('git')?.message).toContain('Git runs');
    // One way of several, which the shell of this person does not need.
    expect(of('shell')).toMatchObject({
      result: 'skipped',
      message: expect.stringContaining('A new shell is not told of Sallyport.'),
    });
    expect(of('signature')).toMatchObject({ result: 'ok', message: expect.stringContaining('was verified') });
    const text = await agent.runOk('sallyport', 'doctor');
    expect(text).toContain('✓ ok: The agent: Sallyport answers at');
    const isOld = of('version')?.result === 'problem';
    expect(text.split('\n').at(-2)).toBe(isOld ? 'One problem was found.' : 'No problem was found.');
    await agent.stop();
  });

  it('asks nobody: a key that wants to be confirmed is not used', async () => {
    const askpass = await space.write(
      'asked.sh',
      `#!/bin/sh\ntouch '${space.path('asked')}'\nexit 1\n`,
      0o700,
    );
    const agent = await RunningAgent.start(space, { args: ['--askpass', askpass, '--confirm', key.path] });
    const { code, of } = await findings(agent.env);
    expect([code, of('signature')?.result]).toEqual([0, 'skipped']);
    expect((await run('test', ['-e', space.path('asked')], { env: space.env })).code).toBe(1);
    await agent.stop();
  });

  it('finds that nothing runs, and says how to start it', async () => {
    const { code, of, problems } = await findings(space.env);
    expect([code, problems]).toEqual([1, ['agent']]);
    expect(of('agent')?.remedy).toBe('eval "$(sallyport agent --background)"');
    expect(of('doors')?.result).toBe('skipped');
  });

  it('finds that the programs of this shell ask another agent', async () => {
    const runtime = space.path('runtime');
    await run('mkdir', ['-m', '700', runtime], { env: space.env });
    const env = { ...space.env, XDG_RUNTIME_DIR: runtime };
    const script = `eval "$(sallyport agent --background --no-prompt)" >&2
      ours=$SSH_AGENT_PID
      eval "$(ssh-agent)" >&2
      sallyport doctor --json
      kill "$SSH_AGENT_PID" "$ours"`;
    const { stdout } = await run('sh', ['-c', script], { env });
    const all = JSON.parse(stdout) as readonly Finding[];
    const problems = all.filter(({ result }) => result === 'problem').map(({ id }) => id);
    expect(problems).toEqual(expect.arrayContaining(['this-shell', 'ssh']));
    expect(all.find(({ id }) => id === 'ssh')?.remedy).toContain('sallyport set-up ssh');
  });

  it('runs no program of the folder that it was started in, and changes nothing', async () => {
    await space.write('ssh', `#!/bin/sh\ntouch '${space.path('run')}'\n`, 0o700);
    const agent = await RunningAgent.start(space, { args: ['--no-prompt'] });
    const before = await run('find', [space.home, '-printf', '%p %T@\n'], { env: space.env });
    await findings({ ...agent.env, PATH: `.:${agent.env['PATH']}` });
    expect((await run('test', ['-e', space.path('run')], { env: space.env })).code).toBe(1);
    const after = await run('find', [space.home, '-printf', '%p %T@\n'], { env: space.env });
    expect(after.stdout).toBe(before.stdout);
    await agent.stop();
  });
});
