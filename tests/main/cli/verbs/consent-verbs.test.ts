// `sallyport log` and `sallyport rules` as processes against a running agent.
import { chmodSync, copyFileSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { InstalledCommand, type StartedAgent } from '../../../fakes/installed-command.ts';

const oneLine = /^sallyport: [^\n]+\n$/;
let command: InstalledCommand;
let agent: StartedAgent;

beforeAll(async () => {
  command = await InstalledCommand.install();
  copyFileSync(
    fileURLToPath(new URL('../../../fixtures/keys/ed25519.openssh', import.meta.url)),
    join(command.dir, 'key'),
  );
  chmodSync(join(command.dir, 'key'), 0o600);
});
afterAll(() => command.remove());

const settingsDir = () => join(command.dir, '.config/sallyport');
const start = async () => {
  agent = await command.agent(['--no-prompt', 'key']);
  // The agent says that it listens before it adds its key files.
  await expect.poll(theKey).toBeDefined();
};
const stop = async () => {
  agent.child.kill();
  await agent.end;
};
beforeEach(start);
afterEach(async () => {
  await stop();
  rmSync(settingsDir(), { recursive: true, force: true });
});

const run = (...args: string[]) => command.run(args, { env: agent.env });

async function lines(...args: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await run(...args);
  expect([code, stderr]).toEqual([0, '']);
  return stdout.trimEnd().split('\n');
}

async function theKey(): Promise<{ fingerprint: string; comment: string }> {
  return JSON.parse((await run('list', '--json')).stdout)[0];
}

/** Waits for what is written after the reply. */
async function use(): Promise<number> {
  const { fingerprint } = await theKey();
  return (await run('test-sign', fingerprint)).code;
}

it.each(['log', 'rules'])('%s is explained by --help', async (verb) => {
  const { code, stdout, stderr } = await run(verb, '--help');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain(`usage: sallyport ${verb}`);
});

describe('sallyport log', () => {
  it('says that nothing is recorded before a key was used', async () => {
    expect(await run('log')).toEqual({
      code: 0,
      stdout: '',
      stderr: expect.stringMatching(/^(sallyport: )?No use of a key is recorded\.\n$/),
    });
  });

  it('shows each use as text and as JSON lines, also after a restart', async () => {
    expect(await use()).toBe(0);
    const text = (await run('log')).stdout;
    const { fingerprint } = await theKey();
    expect(text).toContain(`allowed: ${fingerprint}`);
    expect(text).toContain('For (verified): a signature for "test-sign@sallyport"');
    expect(text).toContain('This key may be used without asking.');
    expect(text).toContain(`By (observed): ${process.execPath}`);
    expect(text).toContain('The first use of this key by this program');
    await stop();
    await start();
    const [line, ...more] = await lines('log', '--json');
    expect(more).toEqual([]);
    expect(JSON.parse(line ?? '')).toMatchObject({ id: 1, answer: 'allowed', firstUseBy: ['program'] });
    expect(await use()).toBe(0);
    const [, second] = await lines('log', '--json');
    expect(JSON.parse(second ?? '')).toMatchObject({ id: 2, firstUseBy: [] });
    expect(await lines('log', '--json', '--limit', '1')).toEqual([second]);
    expect((await run('log', '--search', 'nowhere')).stdout).toBe('');
  });

  it('keeps what it stores from other users', async () => {
    await use();
    await stop();
    await start();
    expect(statSync(settingsDir()).mode & 0o777).toBe(0o700);
    for (const name of ['activity.jsonl', 'local-secret'])
      expect(statSync(join(settingsDir(), name)).mode & 0o777).toBe(0o600);
  });
});

describe('sallyport rules', () => {
  it('shows, adds and removes rules, and they hold at once', async () => {
    expect(await lines('rules')).toEqual(['Ask before use of all keys: never']);
    const [added = ''] = await lines(
      'rules',
      'add',
      'deny',
      '--purpose',
      'sshsig',
      '--program',
      process.execPath,
    );
    const [, id = ''] = /^Added rule ([0-9a-f]{8})\.$/.exec(added) ?? [];
    expect(await lines('rules')).toEqual([
      `${id}: Deny SSH signatures with any key, by “${process.execPath}”, from anywhere.`,
      'Ask before use of all keys: never',
    ]);
    expect(await use()).toBe(1);
    expect((await run('log')).stdout).toContain(`Your rule ${id} denies this.`);
    const { code, stderr } = await run('rules', 'remove', 'nothing');
    expect([code, stderr]).toEqual([1, 'sallyport: There is no rule nothing.\n']);
    expect(await lines('rules', 'remove', id)).toEqual([`Removed rule ${id}.`]);
    expect(await use()).toBe(0);
  });

  it('moves a rule before another, and to the end', async () => {
    const add = async (action: string) =>
      /rule (\w+)/.exec((await lines('rules', 'add', action, '--user', action))[0] ?? '')?.[1];
    const [first = '', second = ''] = [await add('ask'), await add('deny')];
    const order = async () => (await lines('rules')).slice(0, 2).map((line) => line.split(':')[0]);
    expect(await lines('rules', 'move', second, '--before', first)).toEqual([`Moved rule ${second}.`]);
    expect(await order()).toEqual([second, first]);
    await lines('rules', 'move', second);
    expect(await order()).toEqual([first, second]);
    expect((await run('rules', 'move', first, '--before', first)).code).toBe(1);
    for (const id of [first, second]) await lines('rules', 'remove', id);
  });

  it('puts a rule before another', async () => {
    const [added = ''] = await lines('rules', 'add', 'deny');
    const id = added.slice('Added rule '.length, -1);
    await lines('rules', 'add', 'allow', '--namespace', 'test-sign@sallyport', '--before', id);
    expect((await lines('rules')).map((line) => line.replace(/^\w+: /, ''))).toEqual([
      'Allow signatures for “test-sign@sallyport” with any key, by any program, from this computer.',
      'Deny every use with any key, by any program, from anywhere.',
      'Ask before use of all keys: never',
    ]);
    expect(await use()).toBe(0);
  });

  it('sets when to ask, and an agent without a person then refuses', async () => {
    const { fingerprint } = await theKey();
    expect(await lines('rules', 'ask', 'always', fingerprint)).toEqual([
      `Ask before use of the key ${fingerprint}: always`,
      'Ask before use of all other keys: never',
    ]);
    expect(await use()).toBe(1);
    expect(await lines('rules', 'ask', 'default', fingerprint)).toEqual([
      'Ask before use of all keys: never',
    ]);
    expect(await use()).toBe(0);
    await stop();
    await start();
    const [json] = [JSON.parse((await run('rules', '--json')).stdout)];
    expect(json).toEqual({ version: 1, defaultLevel: 'never', unchosen: true, levels: {}, rules: [] });
  });

  it('obeys a file that was edited by hand, and asks where it is not understood', async () => {
    await lines('rules', 'ask', 'never');
    const path = join(settingsDir(), 'rules.json');
    const written = readFileSync(path, 'utf8');
    writeFileSync(path, written.replace('"rules": []', '"rules": [{ "id": "mine", "action": "forbid" }]'));
    await expect.poll(use).toBe(1);
    expect((await lines('rules'))[0]).toMatch(
      /^mine: This stored rule is not understood: an action is allow, ask or deny\. Whatever .* is asked\.$/,
    );
    writeFileSync(path, 'not JSON');
    await expect
      .poll(async () => (await lines('rules'))[0])
      .toBe('Ask before use of all keys: not understood: always (the log of the agent says why)');
    const { code, stderr } = await run('rules', 'add', 'deny');
    expect([code, stderr]).toEqual([1, expect.stringContaining('nothing in it was changed')]);
    expect(readFileSync(path, 'utf8')).toBe('not JSON');
  });

  it.each([
    ['rules', 'add'],
    ['rules', 'add', 'deny', 'allow'],
    ['rules', 'remove'],
    ['rules', 'move'],
    ['rules', 'move', 'a', '--user', 'git'],
    ['rules', 'ask', 'sometimes'],
    ['rules', 'ask', 'default'],
    ['rules', 'ask', 'always', 'key'],
    ['rules', 'ask', 'always', `SHA256:${'h'.repeat(43)}`],
    ['rules', 'frob'],
    ['rules', '--user', 'git'],
    ['log', '--limit', '0'],
    ['log', 'x'],
  ])('explains wrong usage in one line: %j', async (...args) => {
    const { code, stdout, stderr } = await run(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(oneLine);
  });

  it.each([
    [['perhaps'], /an action is allow, ask or deny\./],
    [['deny', '--key', 'SHA256:abc'], /a key is named by its fingerprint/],
    [['deny', '--program', 'node'], /not the whole path of a program.* You may mean \S*node\S*\./],
    [
      ['deny', '--program', 'no-such-program'],
      /not the whole path of a program.* Name it by its whole path\./,
    ],
    [['deny', '--destination', 'host:2222'], /“\[host\]:2222”/],
    [['deny', '--origin', 'mars'], /an origin is local, forwarded or any/],
    [['deny', '--user', 'root', '--purpose', 'sshsig'], /a user goes with a login/],
    [['deny', '--destination', 'host', '--purpose', 'sshsig'], /a host goes with a login/],
    [['deny', '--program', '/usr/bin/*'], /a program is named by its whole path/],
    [['deny', '--user', ''], /a condition is not empty: leave it out for any/],
    [['deny', '--user', 'root '], /no space at its ends/],
  ])('refuses as a wrong command line what could never hold: %j', async (words, problem) => {
    const { code, stderr } = await run('rules', 'add', ...words);
    expect([code, stderr]).toEqual([2, expect.stringMatching(problem)]);
    expect(stderr).toMatch(/^sallyport: [^\n]+\n$/);
  });
});

async function ruleIds(): Promise<string[]> {
  const { rules } = JSON.parse((await run('rules', '--json')).stdout) as { rules: { id: string }[] };
  return rules.map(({ id }) => id);
}

it('a rule that would never count after another is refused, and one that is in the file so is named', async () => {
  expect(await run('rules', 'add', 'deny', '--destination', '*.example.com')).toMatchObject({ code: 0 });
  const { code, stderr } = await run('rules', 'add', 'allow', '--destination', 'git.example.com');
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /would never count: rule 1 \([0-9a-f]{8}\), before it, decides .* Put it before that/,
  );
  const id = (await ruleIds())[0] as string;
  const first = ['rules', 'add', 'allow', '--destination', 'git.example.com', '--before', id];
  expect(await run(...first)).toMatchObject({ code: 0 });
  expect((await run('rules')).stdout).not.toContain('Never counts');
  expect(await run('rules', 'move', id, '--before', (await ruleIds())[0] as string)).toMatchObject({
    code: 0,
  });
  expect((await run('rules')).stdout).toMatch(
    new RegExp(`Allow .*\\. Never counts: rule ${id}, before it, decides all of this\\.`),
  );
});

describe('a program that can not prove that it runs here', () => {
  it('is told what is missing', async () => {
    rmSync(join(settingsDir(), 'local-secret'));
    for (const verb of ['log', 'rules']) {
      const { code, stderr } = await run(verb);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^sallyport: There is no .*local-secret[^\n]+\n$/);
    }
  });

  it('tells an agent nothing that does not have the same secret', async () => {
    writeFileSync(join(settingsDir(), 'local-secret'), `${'00'.repeat(32)}\n`);
    const { code, stderr } = await run('log');
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^sallyport: What answers is not the Sallyport of this computer and user, [^\n]+ Nothing was told to it\.\n$/,
    );
  });
});

it.skipIf(process.platform === 'win32')(
  'a place that others may write to is named, with what to do',
  async () => {
    chmodSync(settingsDir(), 0o777);
    const { code, stdout, stderr } = await run('log');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(oneLine);
    expect(stderr).toContain(`Close it with “chmod go-w ${settingsDir()}”.`);
  },
);
