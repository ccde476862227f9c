// The first agent of a person's, in a home where nothing of ours is: what it asks by itself, says, and keeps.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { Askpass } from './support/askpass.ts';
import { describeWith } from './support/installed-programs.ts';
import { type KeyPair, makeKeyPair } from './support/key-pairs.ts';
import { runOk } from './support/run-program.ts';
import { RunningAgent } from './support/running-agent.ts';
import { type Sshd, sshArguments, startSshd } from './support/sshd.ts';
import { openWorkspace } from './support/workspace.ts';

const space = openWorkspace();
let key: KeyPair;
let askpass: Askpass;
let host: Sshd;
let homes = 0;
let home: string;

beforeEach(() => {
  home = space.path(`home-${++homes}`);
  mkdirSync(home, { mode: 0o700 });
});

const at = (name: string) => join(home, '.config/sallyport', name);
const level = () => JSON.parse(readFileSync(at('rules.json'), 'utf8')).defaultLevel;

describeWith(['sshd'], 'an agent in a home where nothing of ours is', () => {
  beforeAll(async () => {
    key = await makeKeyPair(space, 'key');
    askpass = await Askpass.install(space, 'askpass');
    host = await startSshd(space, { name: 'host.example', authorizedKeys: [key.publicKey] });
  });

  const start = async (...args: string[]) => {
    const agent = await RunningAgent.start(space, { args, env: { HOME: home } });
    await agent.runOk('ssh-add', '-q', key.path);
    return agent;
  };
  const logIn = (agent: RunningAgent) => agent.runOk('ssh', ...sshArguments(host), 'true');
  const logInAsked = async (agent: RunningAgent, words: string) => {
    const done = logIn(agent);
    const question = await askpass.next();
    expect(question.text).toContain(words);
    await question.answer('');
    await done;
  };

  it('says what it asks about, asks the first time and not the second, and keeps that', async () => {
    const agent = await start('--askpass', askpass.program);
    expect(agent.log()).toContain('so you are asked when something is new');
    expect(agent.log()).toContain('sallyport rules ask LEVEL');
    await logInAsked(agent, 'not asked about again for this key at this user and host until');
    await logIn(agent);
    expect(askpass.waiting).toBe(0);
    await agent.stop();
    const next = await start('--askpass', askpass.program);
    expect(next.log()).not.toContain('This installation is new');
    await logInAsked(next, 'not asked about again');
    await next.stop();
  });

  it('refuses nothing where nobody can be asked, says so, and leaves the choice to the first that can ask', async () => {
    const silent = await start('--no-prompt');
    expect(silent.log()).toContain('nobody can be asked here, so keys are used without asking');
    await logIn(silent);
    await silent.stop();
    expect(existsSync(at('rules.json'))).toBe(false);
    const asking = await start('--askpass', askpass.program);
    expect(asking.log()).toContain('so you are asked when something is new');
    await logInAsked(asking, 'not asked about again');
    await asking.stop();
    expect(level()).toBe('new');
    // Nor is anything refused where that can't be asked, as long as nobody has chosen it.
    const silentAgain = await start('--no-prompt');
    expect(silentAgain.log()).toContain('nobody can be asked here, so keys are used without asking');
    await logIn(silentAgain);
    await runOk('sallyport', ['rules', 'ask', 'new'], { env: { ...silentAgain.env, HOME: home } });
    await expect(logIn(silentAgain)).rejects.toThrow('Permission denied');
    await silentAgain.stop();
  });

  it('keeps “never” where that was chosen without anybody to ask', async () => {
    const silent = await start('--no-prompt');
    await runOk('sallyport', ['rules', 'ask', 'never'], { env: { ...silent.env, HOME: home } });
    await silent.stop();
    const asking = await start('--askpass', askpass.program);
    expect(asking.log()).not.toContain('This installation is new');
    await logIn(asking);
    expect(askpass.waiting).toBe(0);
    await asking.stop();
  });

  it('goes on asking when the file with the rules is removed, while it runs and at the next start', async () => {
    const agent = await start('--askpass', askpass.program);
    await logInAsked(agent, 'not asked about again');
    rmSync(at('rules.json'));
    const rules = (...args: string[]) =>
      runOk('sallyport', ['rules', ...args], { env: { ...agent.env, HOME: home } });
    await expect
      .poll(async () => {
        await rules();
        return agent.log();
      })
      .toContain('Rules and levels hold on as they were');
    await rules('forget', 'all');
    await logInAsked(agent, 'not asked about again');
    expect(existsSync(at('rules.json'))).toBe(false);
    await agent.stop();

    const next = await start('--askpass', askpass.program);
    expect(next.log()).toContain('is gone: there was one before. You are asked about each use');
    await logInAsked(next, 'allow the use of this key?');
    await logInAsked(next, 'allow the use of this key?');
    await runOk('sallyport', ['rules', 'ask', 'never'], { env: { ...next.env, HOME: home } });
    await logIn(next);
    await next.stop();
    expect(level()).toBe('never');
  });
});
