// A release is signed by a key in Sallyport: its list of checksums and its tag, and what is wrong is refused.
import { readFileSync } from 'node:fs';
import { copyFile, cp, mkdir, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { describeWith } from './support/installed-programs.ts';
import { forgetPrivateHalves, type KeyPair, makeKeyPair } from './support/key-pairs.ts';
import { run, runOk } from './support/run-program.ts';
import { RunningAgent } from './support/running-agent.ts';
import { openWorkspace } from './support/workspace.ts';

const builder = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
const space = openWorkspace();
const scriptOf = (name: string) => resolve('scripts/release', name);
let agent: RunningAgent;
let ours: KeyPair;
let other: KeyPair;
let signers: string;

beforeAll(async () => {
  agent = await RunningAgent.start(space, { args: ['--no-prompt'] });
  [ours, other] = await Promise.all([makeKeyPair(space, 'ours'), makeKeyPair(space, 'other')]);
  await agent.runOk('ssh-add', '-q', ours.path, other.path);
  await forgetPrivateHalves([ours, other]);
  signers = await space.write(
    'signers',
    `# of a release\nrelease namespaces="sallyport-release,git" ${ours.publicKey}\n`,
  );
});

describe('the list of checksums', () => {
  let dir: string;
  let count = 0;

  const release = (script: string, ...args: readonly string[]) =>
    run(process.execPath, [scriptOf(script), '--signers', signers, ...args, dir], { env: agent.env });
  const list = () =>
    runOk(
      process.execPath,
      [
        '--input-type=module',
        '--eval',
        `import { writeChecksums } from ${JSON.stringify(scriptOf('checksums.mjs'))}; writeChecksums(${JSON.stringify(dir)});`,
      ],
      { env: space.env },
    );
  /** As docs/release.md tells a stranger, who has OpenSSH and no sources of ours; `spoil` changes what is told. */
  const verifyByHand = async (spoil = (told: string) => told) => {
    const page = readFileSync('docs/release.md', 'utf8');
    const [, told = ''] = /## Verifying a download\n.*?```sh\n(.*?)```/s.exec(page) ?? [];
    const folder = `${dir}-downloaded`;
    await cp(dir, folder, { recursive: true });
    await copyFile(signers, `${folder}/allowed_signers`);
    return run('sh', ['-e', '-c', spoil(told)], { env: space.env, cwd: folder });
  };

  beforeEach(async () => {
    dir = space.path(`release-${++count}`);
    await mkdir(dir);
    await writeFile(`${dir}/Sallyport-1.2.3-x64-setup.exe`, 'an installer');
    await writeFile(`${dir}/sallyport-1.2.3.tgz`, 'a package');
    await list();
  });

  it('is signed by the key in the agent, and a stranger verifies it and each file', async () => {
    expect(await release('sign.mjs', '--key', ours.publicPath)).toMatchObject({ code: 0, stderr: '' });
    expect(await release('verify.mjs')).toMatchObject({ code: 0, stdout: `${dir} is as it was signed.\n` });
    expect(await verifyByHand()).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^Good "sallyport-release" signature for release .*setup\.exe: OK\nsallyport-1\.2\.3\.tgz: OK\n$/s,
      ),
    });
    // The same key, for another purpose.
    expect((await verifyByHand((told) => told.replace('-n sallyport-release', '-n file'))).code).not.toBe(0);
    // Signed once more, it asks nothing.
    expect((await release('sign.mjs', '--key', ours.publicPath)).code).toBe(0);
  });

  it('is not signed by a key that is not allowed, and leaves no signature', async () => {
    const { code, stderr } = await release('sign.mjs', '--key', other.publicPath);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Not signed: SHA256SUMS\.sig is not of a key in .* \(ssh-keygen: .+\)/s);
    expect((await release('verify.mjs')).stderr).toMatch(/^Not verified: .*No such file/s);
  });

  it('is not signed without the agent', async () => {
    const { code, stderr } = await run(
      process.execPath,
      [scriptOf('sign.mjs'), '--signers', signers, '--key', ours.publicPath, dir],
      { env: space.env },
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Not signed: nothing was signed \(ssh-keygen: /);
  });

  it('verifies with no one by a file that has no key', async () => {
    await release('sign.mjs', '--key', ours.publicPath);
    const none = await space.write('none', '# nobody yet\n');
    const args = [scriptOf('verify.mjs'), '--signers', none, dir];
    expect((await run(process.execPath, args, { env: space.env })).code).toBe(1);
  });

  it('is refused once it says something else than what was signed', async () => {
    await release('sign.mjs', '--key', ours.publicPath);
    await writeFile(`${dir}/late.exe`, 'late');
    await list();
    expect((await release('verify.mjs')).stderr).toMatch(
      /^Not verified: SHA256SUMS\.sig is not of a key in /,
    );
  });

  const wrong: readonly [string, RegExp, () => Promise<void>][] = [
    ['a file is another', /is not the file of/, () => writeFile(`${dir}/sallyport-1.2.3.tgz`, 'another')],
    ['a file is missing', /and not in/, () => rename(`${dir}/sallyport-1.2.3.tgz`, `${dir}.tgz`)],
    ['a file is not listed', /is not in SHA256SUMS/, () => writeFile(`${dir}/more.exe`, 'more')],
  ];

  it.each(wrong)('is refused where %s', async (_, why, spoil) => {
    await release('sign.mjs', '--key', ours.publicPath);
    await spoil();
    expect(await release('verify.mjs')).toMatchObject({ code: 1, stderr: expect.stringMatching(why) });
    expect((await release('sign.mjs', '--key', ours.publicPath)).stderr).toMatch(/^Not signed: /);
  });

  it('names no file in another folder', async () => {
    await writeFile(`${dir}/SHA256SUMS`, `${'0'.repeat(64)}  ../x\n`);
    expect((await release('sign.mjs', '--key', ours.publicPath)).stderr).toContain(
      'a line that is no checksum',
    );
  });
});

describeWith(['git'], 'the tag of a release', () => {
  let cwd: string;
  let count = 0;
  const env = () => ({
    ...agent.env,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: 'Somebody',
    GIT_AUTHOR_EMAIL: 'somebody@example.org',
    GIT_COMMITTER_NAME: 'Somebody',
    GIT_COMMITTER_EMAIL: 'somebody@example.org',
  });
  const git = (...args: readonly string[]) => runOk('git', args, { env: env(), cwd });
  const signed = (key: KeyPair, tag: string, ...more: readonly string[]) =>
    git(
      '-c',
      'gpg.format=ssh',
      '-c',
      `user.signingKey=${key.publicPath}`,
      'tag',
      '-s',
      '-m',
      tag,
      tag,
      ...more,
    );
  const verify = (tag: string) =>
    run(process.execPath, [scriptOf('verify-tag.mjs'), tag, '--signers', signers, '--main', 'main'], {
      env: env(),
      cwd,
    });
  const commit = async (version: string, changes: string) => {
    await writeFile(`${cwd}/package.json`, JSON.stringify({ version }));
    await writeFile(`${cwd}/CHANGELOG.md`, `# Changelog\n\n${changes}\n`);
    await git('add', '.');
    await git('commit', '-q', '-m', version);
  };

  beforeEach(async () => {
    cwd = space.path(`tagged-${++count}`);
    await runOk('git', ['init', '-q', '-b', 'main', cwd], { env: env() });
    await commit('1.2.3', '## 1.2.3 (2026-01-01)');
  });

  it('is one that the key signed, on that version, of main', async () => {
    await signed(ours, 'v1.2.3');
    expect(await verify('v1.2.3')).toMatchObject({ code: 0, stderr: '' });
  });

  it.each<[string, RegExp, () => Promise<unknown>]>([
    ['there is none', /is no tag/, async () => {}],
    ['it is but a name', /is no tag/, () => git('tag', 'v1.2.3')],
    ['it is not signed', /is not signed by/, () => git('tag', '-a', '-m', 'x', 'v1.2.3')],
    ['another key signed it', /is not signed by/, () => signed(other, 'v1.2.3')],
    [
      'the version is another',
      /on version 1\.2\.4/,
      async () => {
        await commit('1.2.4', '## 1.2.4');
        await signed(ours, 'v1.2.3');
      },
    ],
    [
      'the changes are not told',
      /has no section “1\.2\.3”/,
      async () => {
        await commit('1.2.3', '## Unreleased');
        await signed(ours, 'v1.2.3');
      },
    ],
    [
      'main has it not',
      /is not part of main/,
      async () => {
        await git('checkout', '-q', '-b', 'aside');
        await commit('1.2.3', '## 1.2.3, otherwise');
        await signed(ours, 'v1.2.3');
      },
    ],
  ])('is refused where %s', async (_, why, make) => {
    await make();
    const { code, stderr } = await verify('v1.2.3');
    expect(code).toBe(1);
    expect(stderr).toMatch(why);
  });

  describe('in the workflow', () => {
    /** The very script of the step, as GitHub runs it. */
    const script = () => {
      const { load } = builder('js-yaml') as {
        load: (text: string) => {
          jobs: { tag: { steps: readonly { name?: string; run?: string }[] } };
        };
      };
      const { steps } = load(readFileSync('.github/workflows/release.yml', 'utf8')).jobs.tag;
      return steps.find(({ name }) => name === 'Verify the tag')?.run ?? '';
    };
    /** In a checkout, where the commit has taken the tag's place. */
    const step = async (sha: string) => {
      const checkout = `${cwd}-checkout`;
      await runOk('git', ['clone', '-q', cwd, checkout], { env: env() });
      await runOk('git', ['fetch', '-q', '--force', 'origin', `+${sha}:refs/tags/v1.2.3`], {
        env: env(),
        cwd: checkout,
      });
      await runOk('git', ['checkout', '-q', '--force', 'refs/tags/v1.2.3'], { env: env(), cwd: checkout });
      const ofGithub = { GITHUB_REF_NAME: 'v1.2.3', GITHUB_SHA: sha, RUNNER_TEMP: space.path('tmp') };
      return run('bash', ['-e', '-c', script()], { env: { ...env(), ...ofGithub }, cwd: checkout });
    };
    const head = async () => (await git('rev-parse', 'HEAD')).trim();
    const allow = (key: KeyPair) =>
      writeFile(`${cwd}/allowed_signers`, `release namespaces="sallyport-release,git" ${key.publicKey}\n`);

    beforeEach(async () => {
      await mkdir(`${cwd}/scripts/release`, { recursive: true });
      await copyFile('scripts/release/verify-tag.mjs', `${cwd}/scripts/release/verify-tag.mjs`);
      await allow(ours);
      await commit('1.2.3', '## 1.2.3, with its scripts');
    });

    it('is verified by whom main allows', async () => {
      await signed(ours, 'v1.2.3');
      expect(await step(await head())).toMatchObject({
        code: 0,
        stderr: expect.not.stringContaining('No release'),
      });
    });

    it('is refused where the tag brings its own list', async () => {
      await git('checkout', '-q', '-b', 'aside');
      await allow(other);
      await commit('1.2.3', '## 1.2.3, by another');
      await signed(other, 'v1.2.3');
      const sha = await head();
      await git('checkout', '-q', 'main');
      await git('merge', '-q', '-s', 'ours', '-m', 'With the commit, and without its list', 'aside');
      expect(await step(sha)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('is not signed by a key'),
      });
    });

    it('is refused where the tag has moved since', async () => {
      const sha = await head();
      await commit('1.2.3', '## 1.2.3, later');
      await signed(ours, 'v1.2.3');
      expect((await step(sha)).code).toBe(1);
    });
  });
});
