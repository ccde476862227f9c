// ssh-keygen -Y sign and git: signatures over files and commits by keys that only the agent has.
import { beforeAll, describe, expect, it } from 'vitest';
import { describeWith } from './support/installed-programs.ts';
import { forgetPrivateHalves, type KeyPair, keyTypes, makeKeyPairs } from './support/key-pairs.ts';
import { run, runOk } from './support/run-program.ts';
import { RunningAgent } from './support/running-agent.ts';
import { openWorkspace } from './support/workspace.ts';

const space = openWorkspace();
/** ssh-keygen makes no SSHSIG with DSA keys. */
const types = Object.keys(keyTypes).filter((type) => type !== 'dsa');
const text = 'what was signed\n';
let agent: RunningAgent;
let keys: KeyPair[];
let signersPath: string;

beforeAll(async () => {
  agent = await RunningAgent.start(space, { args: ['--no-prompt'] });
  keys = (await makeKeyPairs(space)).filter(({ comment }) => types.includes(comment));
  await agent.runOk('ssh-add', '-q', ...keys.map(({ path }) => path));
  await forgetPrivateHalves(keys);
  signersPath = await space.write(
    'signers',
    keys.map(({ comment, publicKey }) => `${comment}@example.org ${publicKey}\n`).join(''),
  );
});

const keyOf = (type: string) => keys.find(({ comment }) => comment === type) as KeyPair;

describe('ssh-keygen -Y', () => {
  const verify = (type: string, signaturePath: string, input: string) =>
    run(
      'ssh-keygen',
      ['-Y', 'verify', '-f', signersPath, '-I', `${type}@example.org`, '-n', 'file', '-s', signaturePath],
      { env: space.env, input },
    );

  it.each(types)('signs with a key of type %s and verifies', async (type) => {
    const path = await space.write(`${type}.txt`, text);
    await agent.runOk('ssh-keygen', '-q', '-Y', 'sign', '-n', 'file', '-f', keyOf(type).publicPath, path);
    expect((await verify(type, `${path}.sig`, text)).code).toBe(0);
    expect((await verify(type, `${path}.sig`, `${text}and more`)).code).not.toBe(0);
  });

  it('signs nothing without the agent', async () => {
    const { code } = await run(
      'ssh-keygen',
      ['-Y', 'sign', '-n', 'file', '-f', keyOf('ed25519').publicPath],
      {
        env: space.env,
        input: text,
      },
    );
    expect(code).not.toBe(0);
  });
});

describeWith(['git'], 'git', () => {
  const signing = types.filter((type) => ['ed25519', 'mldsa44'].includes(type));

  it.each(signing)('signs a commit and a tag with gpg.format ssh by %s, and verifies them', async (type) => {
    const cwd = space.path(`repository-${type}`);
    const key = keyOf(type);
    const env = {
      ...agent.env,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_AUTHOR_NAME: 'Somebody',
      GIT_AUTHOR_EMAIL: `${type}@example.org`,
      GIT_COMMITTER_NAME: 'Somebody',
      GIT_COMMITTER_EMAIL: `${type}@example.org`,
    };
    await runOk('git', ['init', '-q', cwd], { env });
    const git = (...args: readonly string[]) =>
      runOk(
        'git',
        [
          ...['-c', 'gpg.format=ssh', '-c', `user.signingKey=${key.publicPath}`],
          ...['-c', `gpg.ssh.allowedSignersFile=${signersPath}`],
          ...args,
        ],
        { env, cwd },
      );
    await git('commit', '-q', '--allow-empty', '-S', '-m', 'Signed by a key in the agent');
    await git('tag', '-s', '-m', 'Signed, too', 'v1');
    await git('verify-commit', 'HEAD');
    await git('verify-tag', 'v1');
    expect(await git('log', '-1', '--format=%G? %GS')).toBe(`G ${type}@example.org\n`);
  });
});
