// A server that takes few tries, an agent with many keys, and the person's word which is for that host.
import { expect, it } from 'vitest';
import { describeWith } from './support/installed-programs.ts';
import { type KeyPair, makeKeyPair } from './support/key-pairs.ts';
import { peersTree } from './support/peers-tree.ts';
import { RunningAgent } from './support/running-agent.ts';
import { sshArguments, startSshd } from './support/sshd.ts';
import { openWorkspace } from './support/workspace.ts';

describeWith(['sshd'], 'keys for hosts', () => {
  const space = openWorkspace();

  it('logs in with --for at the first try where six keys are too many', async () => {
    const pairs = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => makeKeyPair(space, `of-six-${n}`)));
    const right = pairs.at(-1) as KeyPair;
    const strict = await startSshd(space, {
      name: 'two-tries',
      authorizedKeys: [right.publicKey],
      config: ['MaxAuthTries 2', ...(peersTree ? ['PubkeyAuthOptions max-pk-ok:0'] : [])],
    });
    const agentWithAll = async () => {
      const agent = await RunningAgent.start(space, { args: ['--no-prompt'] });
      await agent.runOk('ssh-add', '-q', ...pairs.map(({ path }) => path));
      return agent;
    };
    const logIn = async (agent: RunningAgent) => {
      const { code, stderr } = await agent.run('ssh', ...sshArguments(strict), 'true');
      return code === 0 ? 'in' : stderr.match(/Too many authentication failures/)?.[0];
    };
    await using without = await agentWithAll();
    expect(await logIn(without)).toBe('Too many authentication failures');
    await using agent = await agentWithAll();
    const listed = await agent.runOk('ssh-add', '-l');
    const hostKey = (await agent.runOk('ssh-keygen', '-lf', strict.hostKey.publicPath)).split(
      ' ',
    )[1] as string;
    await agent.runOk('sallyport', 'add', '--for', hostKey, right.path);
    expect(await logIn(agent)).toBe('in');
    expect(await agent.runOk('ssh-add', '-l')).toBe(listed);
  });
});
