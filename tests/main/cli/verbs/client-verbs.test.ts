// The client verbs as processes against a running agent: output, exit codes, one-line errors.
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectToAgent } from '../../../../main/client/agent-connection.ts';
import { InstalledCommand, type StartedAgent } from '../../../fakes/installed-command.ts';

const fixturePath = (name: string) =>
  fileURLToPath(new URL(`../../../fixtures/keys/${name}`, import.meta.url));
const oneLine = /^sallyport: [^\n]+\n$/;
let command: InstalledCommand;
let agent: StartedAgent;
let env: Record<string, string>;

beforeAll(async () => {
  command = await InstalledCommand.install();
});
afterAll(() => command.remove());

beforeEach(async () => {
  // Counts its calls and answers with what the test writes into the file `answer`.
  const askpass = join(command.dir, 'askpass');
  writeFileSync(askpass, `#!/bin/sh\necho x >> ${command.dir}/asked\ncat ${command.dir}/answer\n`, {
    mode: 0o700,
  });
  agent = await command.agent(['--socket', join(command.dir, 'agent.sock'), '--askpass', askpass]);
  env = { ...agent.env, SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force' };
  personAnswers('pass phrase');
});
afterEach(async () => {
  agent.child.kill();
  await agent.end;
  rmSync(join(command.dir, 'asked'), { force: true });
});

const personAnswers = (text: string) => writeFileSync(join(command.dir, 'answer'), `${text}\n`);
const timesAsked = () =>
  existsSync(join(command.dir, 'asked')) ? readFileSync(join(command.dir, 'asked'), 'utf8').length / 2 : 0;
const run = (...args: string[]) => command.run(args, { env });

/** A copy in the test's own directory, so that the fixtures' companions are not found beside it. */
function keyFile(fixture: string, name = fixture): string {
  const path = join(command.dir, name);
  copyFileSync(fixturePath(fixture), path);
  chmodSync(path, 0o600);
  return path;
}

describe('a comment that is no UTF-8', () => {
  it('reaches clients as it stands in the file, and people as text', async () => {
    const { code, stdout } = await run('add', keyFile('odd/gbk_comment_openssh.key', 'gbk.key'));
    expect([code, stdout]).toEqual([0, expect.not.stringContaining('\ufffd')]);
    const connection = await connectToAgent(env['SSH_AUTH_SOCK'] ?? '');
    const reply = await connection.request(Uint8Array.of(11));
    connection.close();
    const comment = Buffer.from('737461725f40b2dcc8f1c8f1c8f1b5c4b5e7c4d4', 'hex');
    expect(Buffer.from(reply).includes(comment)).toBe(true);
    expect((await run('list')).stdout).not.toContain('\ufffd');
  });
});

describe('add without files', () => {
  const home = () => join(command.dir, 'home');
  const addAll = (...args: string[]) => command.run(['add', ...args], { env: { ...env, HOME: home() } });
  beforeEach(() => mkdirSync(join(home(), '.ssh'), { recursive: true }));
  afterEach(() => rmSync(home(), { recursive: true }));

  it('adds the default keys in the order of ssh-add, each with its certificate', async () => {
    keyFile('ed25519.openssh', 'home/.ssh/id_ed25519');
    keyFile('rsa2048.openssh', 'home/.ssh/id_rsa');
    keyFile('rsa2048.openssh', 'home/.ssh/other');
    const { code, stdout } = await addAll();
    expect(code).toBe(0);
    expect(stdout.match(/id_\w+/g)).toEqual(['id_rsa', 'id_ed25519']);
    const { stdout: json } = await run('list', '--json');
    expect(JSON.parse(json).map(({ type }: { type: string }) => type)).toEqual(['RSA', 'ED25519']);
  });

  it('adds the others when one is none, and says which', async () => {
    writeFileSync(join(home(), '.ssh/id_rsa'), 'no key');
    keyFile('ed25519.openssh', 'home/.ssh/id_ed25519');
    const { code, stdout, stderr } = await addAll('--lifetime', '1h');
    expect([code, stdout]).toEqual([1, expect.stringContaining('id_ed25519')]);
    expect(stderr).toMatch(oneLine);
    expect(stderr).toContain('id_rsa');
  });

  it('says where it looked and what to do when there is none', async () => {
    const { code, stderr } = await addAll();
    expect(code).toBe(1);
    expect(stderr).toMatch(oneLine);
    expect(stderr).toContain(join(home(), '.ssh'));
    expect(stderr).toContain('sallyport generate ~/.ssh/id_ed25519');
  });

  it('never takes a key of the working directory for one of a home that is not named', async () => {
    keyFile('ed25519.openssh', 'home/.ssh/id_ed25519');
    const { code, stderr } = await command.run(['add'], { env: { ...env, HOME: '' }, cwd: home() });
    expect([code, stderr]).toEqual([1, expect.stringContaining('HOME does not say where your keys are')]);
  });
});

describe('usage', () => {
  it('is explained for the command and each verb on standard output', async () => {
    const verbs = [
      'agent',
      'add',
      'list',
      'remove',
      'lock',
      'unlock',
      'reencrypt',
      'public',
      'generate',
      'test-sign',
    ];
    const help = await run('--help');
    expect([help.code, help.stderr]).toEqual([0, '']);
    for (const verb of verbs) {
      expect(help.stdout).toContain(`\n  ${verb} `);
      const { code, stdout, stderr } = await run(verb, '--help');
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toContain(`usage: sallyport ${verb}`);
    }
  });

  it('is explained by help and the verb, too', async () => {
    expect((await run('help', 'add')).stdout).toBe((await run('add', '--help')).stdout);
    expect((await run('help')).stdout).toBe((await run('--help')).stdout);
  });

  it('has the version of the package', async () => {
    const { version } = JSON.parse(
      readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8'),
    );
    expect((await run('--version')).stdout).toBe(`sallyport ${version}\n`);
    expect(JSON.parse((await run('version', '--json')).stdout)).toMatchObject({ version });
    const told = (await run('version')).stdout.split('\n');
    expect(told[0]).toContain(`sallyport ${version}`);
    expect(told.at(-2)).toMatch(/^Sallyport looks for no updates by itself: newer versions are /);
  });

  it.each([
    ['frobnicate'],
    ['help', 'frobnicate'],
    ['list', '--json', '-L'],
    ['add', '--frob', 'x'],
    ['add', '--lifetime', '-1', 'x'],
    ['list', 'x'],
    ['remove'],
    ['remove', '--all', 'x'],
    ['reencrypt'],
    ['public'],
    ['test-sign', 'a', 'b'],
    ['lock', 'secret'],
  ])('errors have exit code 2 and one line: %j', async (...args) => {
    const { code, stdout, stderr } = await run(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(oneLine);
    expect(stderr).toContain('--help');
  });

  it.each([
    [['add', '--frob', 'x'], "Unknown option '--frob'. See: sallyport add --help"],
    [['list', 'x'], "Unexpected argument 'x'. See: sallyport list --help"],
    [['add', '--lifetime'], "Option '-t, --lifetime <value>' argument missing. See: sallyport add --help"],
  ])('errors are sentences without the advice of Node: %j', async (args, line) => {
    expect((await run(...args)).stderr).toBe(`sallyport: ${line}\n`);
  });
});

describe('no agent', () => {
  it.each([{}, { SSH_AUTH_SOCK: '/nonexistent/socket' }, { XDG_RUNTIME_DIR: '/nonexistent' }])(
    'has exit code 3 and one line: %j',
    async (surroundings: Record<string, string>) => {
      const { code, stdout, stderr } = await command.run(['list'], { env: surroundings });
      expect([code, stdout]).toEqual([3, '']);
      expect(stderr).toMatch(oneLine);
      expect(stderr).toContain('sallyport agent --background');
    },
  );
});

describe('sallyport add', () => {
  it('tries the passphrase that worked on the next files', async () => {
    const names = ['ed25519.openssh-aes256-ctr', 'p256.ppk-argon2id', 'rsa2048.openssh-aes256-ctr'];
    const { code, stdout, stderr } = await run('add', ...names.map((name) => keyFile(name)));
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.match(/^Added key of /gm)).toHaveLength(3);
    expect(timesAsked()).toBe(1);
  });

  it('adds the other files when some can’t be, and says why each', async () => {
    writeFileSync(join(command.dir, 'garbage'), 'garbage');
    const bad = ['no-such-file', 'garbage', fixturePath('ed25519.pub'), 'tmp', agent.socket, 'bad\u001b[2J'];
    writeFileSync(join(command.dir, 'bad\u001b[2J'), 'garbage');
    const { code, stdout, stderr } = await run('add', ...bad, keyFile('ed25519.openssh'));
    expect(code).toBe(1);
    expect(stdout.match(/^Added key of /gm)).toHaveLength(1);
    const reasons = [
      'no such file',
      'not a private key',
      'public key',
      'directory',
      'socket',
      'not a private',
    ];
    expect(stderr.trimEnd().split('\n')).toEqual(
      bad.map((file, index) =>
        expect.stringMatching(
          `^sallyport: ${file.replace('bad\u001b[2J', '"bad<U\\+001B>\\[2J"')}: .*${reasons[index]}`,
        ),
      ),
    );
  });

  it('says why a file whose name is not UTF-8 is not found', async () => {
    const script = `cp ${fixturePath('ed25519.openssh')} "$(printf 'caf\\351')"; $CLI add caf*`;
    const { code, stderr } = await command.shell(script, { env });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^sallyport: "caf\ufffd": no such file [^\n]*rename the file\.\n$/);
  });

  it('says which file the agent refused', async () => {
    await run('lock');
    const path = keyFile('ed25519.openssh');
    expect((await run('add', path)).stderr).toMatch(`sallyport: ${path}: The agent refused the key.`);
  });

  it('ends quietly when nobody reads', async () => {
    const paths = [keyFile('ed25519.openssh'), keyFile('p256.openssh')].join(' ');
    const { stderr } = await command.shell(`{ $CLI add ${paths}; echo $? >&3; } 3>&2 | :`, { env });
    expect(stderr).toMatch(/^[01]\n$/);
  });

  it('adds the certificate beside a key, in clear and encrypted', async () => {
    keyFile('p256-cert.pub', 'id-cert.pub');
    for (const [name, flags] of [
      ['p256.openssh', []],
      ['p256.openssh-aes256-ctr', ['--encrypted']],
    ] as const) {
      expect((await run('add', ...flags, keyFile(name, 'id'))).code).toBe(0);
      expect((await run('list')).stdout).toMatch(/\(ECDSA\).*\n.*\(ECDSA-CERT\)/);
      expect((await run('test-sign', join(command.dir, 'id-cert.pub'))).code).toBe(0);
      expect((await run('remove', '--all')).code).toBe(0);
    }
    rmSync(join(command.dir, 'id-cert.pub'));
  });

  it('keeps a file encrypted until it is used, and after it is re-encrypted', async () => {
    const path = keyFile('ed25519.openssh-aes256-ctr', 'id');
    await run('add', '--encrypted', path);
    expect(timesAsked()).toBe(0);
    expect((await run('list')).stdout).toContain('(ED25519) (encrypted)');
    expect((await run('test-sign', path)).stdout).toMatch(/^ok: SHA256:\S+ signed, ssh-ed25519 verified\n$/);
    expect(timesAsked()).toBe(1);
    expect((await run('list')).stdout).toContain('(ED25519) (re-encryptable)');
    expect((await run('reencrypt', path)).code).toBe(0);
    expect((await run('list')).stdout).toContain('(ED25519) (encrypted)');
  });

  it('asks for the passphrase at once when a file kept encrypted hides its public half', async () => {
    await run('add', '--encrypted', keyFile('p256.pkcs8-aes-128-cbc', 'id'));
    expect(timesAsked()).toBe(1);
    expect((await run('list')).stdout).toContain('(ECDSA) (encrypted)');
  });

  it('says that nobody can be asked for what waits for the person, where that is so', async () => {
    const file = keyFile('ed25519.openssh-aes256-ctr', 'waiting');
    const mute = await command.agent(['--socket', join(command.dir, 'mute.sock'), '--no-prompt']);
    for (const option of ['--encrypted', '--confirm']) {
      const { code, stderr } = await command.run(['add', option, file], { env: { ...env, ...mute.env } });
      expect([code, stderr]).toEqual([0, expect.stringMatching(oneLine)]);
      expect(stderr).toContain('This agent can ask nobody');
      expect(await run('add', option, file)).toMatchObject({ code: 0, stderr: '' });
    }
    expect((await command.run(['add', file], { env: { ...env, ...mute.env } })).stderr).toBe('');
    mute.child.kill();
    await mute.end;
  });

  it('says that a file without a passphrase is added in clear', async () => {
    const { code, stderr } = await run('add', '--encrypted', keyFile('ed25519.openssh'));
    expect(code).toBe(0);
    expect(stderr).toMatch(/has no passphrase, so it is added in clear/);
  });

  it('gives up when the person does, and after ten wrong passphrases', async () => {
    personAnswers('');
    const path = keyFile('ed25519.openssh-aes256-ctr', 'id');
    expect((await run('add', path)).stderr).toMatch(/needs a passphrase and none was given.*SSH_ASKPASS/);
    expect(timesAsked()).toBe(1);
    personAnswers('wrong');
    const { code, stderr } = await run('add', path);
    expect(code).toBe(1);
    expect(stderr).toMatch(oneLine);
    expect(timesAsked()).toBe(11);
  });

  it('takes a key from standard input, and asks for its passphrase elsewhere', async () => {
    for (const name of ['ed25519.openssh', 'p256.openssh-aes256-ctr'])
      expect((await command.shell(`$CLI add - < ${fixturePath(name)}`, { env })).code).toBe(0);
    expect(timesAsked()).toBe(1);
    expect((await run('list')).stdout).toMatch(/\(ED25519\)\n.*\(ECDSA\)\n$/);
    const garbage = await command.shell('yes | $CLI add -', { env });
    expect([garbage.code, garbage.stderr]).toEqual([1, expect.stringContaining('over 1 MiB')]);
  });

  it.each([
    ['--confirm', '--lifetime', '3600'],
    ['-c', '-t', '1h'],
  ])('has the agent ask before each use with %s, and forget after %s %s', async (...options) => {
    const path = keyFile('ed25519.openssh', 'id');
    await run('add', ...options, path);
    const [listed] = JSON.parse((await run('list', '--json')).stdout);
    expect(listed).toMatchObject({ confirm: true, keptAs: 'clear' });
    expect(listed.secondsLeft).toBeGreaterThan(3500);
    expect((await run('list')).stdout).toMatch(/\(confirm\) \(3[56]\d\d s left\)\n$/);
    personAnswers('yes');
    expect((await run('test-sign', path)).code).toBe(0);
    personAnswers('no');
    const refused = await run('test-sign', path);
    expect([refused.code, refused.stdout]).toEqual([1, '']);
    expect(refused.stderr).toMatch(oneLine);
  });
});

describe('sallyport list', () => {
  it('prints nothing but a note for an empty agent, with exit code 1 as ssh-add', async () => {
    for (const flags of [[], ['-l'], ['-L']])
      expect(await run('list', ...flags)).toEqual({
        code: 1,
        stdout: '',
        stderr: 'sallyport: The agent has no keys, or it is locked.\n',
      });
    expect(await run('list', '--json')).toEqual({ code: 0, stdout: '[]\n', stderr: '' });
  });

  it('prints public keys with -L as "public" does, and fingerprints with -l', async () => {
    const names = ['ed25519.openssh', 'p256.openssh'];
    await run('add', ...names.map((name) => keyFile(name)));
    const lines = await Promise.all(names.map((name) => run('public', join(command.dir, name))));
    expect((await run('list', '-L')).stdout).toBe(lines.map(({ stdout }) => stdout).join(''));
    expect(await run('list', '-l')).toEqual(await run('list'));
  });

  it('prints what ssh-keygen -l prints, and all of it as JSON', async () => {
    await run('add', keyFile('ed25519.openssh'));
    const expected = readFileSync(fixturePath('fingerprints.txt'), 'utf8');
    const [, fingerprint = ''] = /^256 (\S+) /.exec((await run('list')).stdout) ?? [];
    expect(expected).toContain(fingerprint);
    const [listed, ...others] = JSON.parse((await run('list', '--json')).stdout);
    expect(others).toEqual([]);
    const [, publicKey] = readFileSync(fixturePath('ed25519.pub'), 'utf8').split(' ');
    expect(listed).toMatchObject({ fingerprint, type: 'ED25519', algorithm: 'ssh-ed25519', bits: 256 });
    expect(listed).toMatchObject({ publicKey, certificate: false, secondsLeft: null });
  });

  it('ends quietly when nobody reads', async () => {
    await run('add', keyFile('ed25519.openssh'));
    const { code, stderr } = await command.shell('{ $CLI list; echo $? >&3; } 3>&2 | :', { env });
    expect(code).toBe(0);
    expect(stderr).toMatch(/^[01]\n$/);
  });
});

describe('sallyport remove, public and reencrypt', () => {
  it('remove by fingerprint, comment and file, and complain of each that is not there', async () => {
    const paths = ['ed25519.openssh', 'p256.openssh', 'rsa2048.openssh'].map((name) => keyFile(name));
    await run('add', ...paths);
    const [first] = JSON.parse((await run('list', '--json')).stdout);
    const short = await run('remove', first.fingerprint.slice(0, 14));
    expect([short.code, short.stderr]).toEqual([
      1,
      expect.stringContaining('give 8 characters of it, or more'),
    ]);
    const word = first.fingerprint.slice(0, 15);
    const { code, stdout, stderr } = await run('remove', word, 'nothing', paths[1] ?? '');
    expect(code).toBe(1);
    expect(stdout).toContain(`Removed key ${first.fingerprint} ${first.comment}.\n`);
    expect(stderr).toMatch(/^sallyport: The agent has no key "nothing"[^\n]*\n$/);
    expect((await run('list')).stdout).toMatch(/^[^\n]*\(RSA\)\n$/);
    expect((await run('remove', '-D')).code).toBe(0);
    expect((await run('list')).stdout).toBe('');
  });

  it('print the public key as in the .pub file', async () => {
    await run('add', keyFile('p256.openssh', 'id'));
    const [algorithm, base64] = readFileSync(fixturePath('p256.pub'), 'utf8').split(' ');
    expect((await run('public', 'SHA256:')).code).toBe(1);
    const { stdout } = await run('public', join(command.dir, 'id'));
    expect(stdout.startsWith(`${algorithm} ${base64}`)).toBe(true);
    expect(stdout.endsWith('\n')).toBe(true);
  });

  it('re-encrypt all that can be, and count what stays in clear', async () => {
    await run('add', '--encrypted', keyFile('ed25519.openssh-aes256-ctr'), keyFile('p256.openssh'));
    const { code, stderr } = await run('reencrypt', '--all');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^sallyport: 1 in the list stay in clear/m);
  });
});

describe('sallyport generate', () => {
  it.each([
    ['ed25519', '256', 'ED25519'],
    ['mldsa44-ed25519', '512', 'MLDSA44-ED25519'],
    ['ecdsa-p384', '384', 'ECDSA'],
    ['rsa', '2048', 'RSA'],
  ])(
    'makes a key of type %s in a file with a passphrase, which the agent takes',
    async (type, bits, name) => {
      const path = join(command.dir, `made-${type}`);
      const size = type === 'rsa' ? ['-b', bits] : [];
      const made = await run('generate', '-t', type, ...size, '-C', 'a comment', path);
      const [, fingerprint = ''] = /^Made key \S+: (SHA256:\S+)\n$/.exec(made.stdout) ?? [];
      expect([made.code, timesAsked(), statSync(path).mode & 0o777]).toEqual([0, 2, 0o600]);
      expect((await run('add', '--encrypted', path)).code).toBe(0);
      expect((await run('list')).stdout).toContain(
        `${bits} ${fingerprint} a comment (${name}) (encrypted)\n`,
      );
      expect((await run('public', path)).stdout).toBe(readFileSync(`${path}.pub`, 'utf8'));
      expect((await run('test-sign', path)).code).toBe(0);
      await run('remove', path);
    },
  );

  it('replaces no file, and asks nobody before it says so', async () => {
    const path = join(command.dir, 'made-once');
    expect((await run('generate', '--no-passphrase', path)).code).toBe(0);
    const contents = readFileSync(path, 'utf8');
    for (const removed of [`${path}.none`, path]) {
      rmSync(removed, { force: true });
      const again = await run('generate', path);
      expect([again.code, again.stderr]).toEqual([1, expect.stringMatching(/is there already/)]);
      expect([again.stderr, timesAsked()]).toEqual([expect.stringMatching(oneLine), 0]);
      if (existsSync(path)) expect(readFileSync(path, 'utf8')).toBe(contents);
    }
  });

  it.runIf(process.platform !== 'win32')(
    'leaves nothing where the public half can’t be written',
    async () => {
      const path = join(command.dir, 'half');
      symlinkSync(join(command.dir, 'nowhere'), `${path}.pub`);
      const taken = await command.run(['generate', '--no-passphrase', path], { env, cwd: command.dir });
      expect([taken.code, taken.stderr]).toEqual([1, expect.stringMatching(/half\.pub is there already/)]);
      rmSync(`${path}.pub`);
      // Another program takes the name while the passphrase is asked for.
      const meddler = join(command.dir, 'meddler');
      writeFileSync(meddler, `#!/bin/sh\n: > ${path}.pub\necho passphrase\n`, { mode: 0o755 });
      const result = await command.run(['generate', path], {
        env: { ...env, SSH_ASKPASS: meddler },
        cwd: command.dir,
      });
      expect([result.code, result.stderr]).toEqual([1, expect.stringMatching(/half\.pub/)]);
      expect(existsSync(path)).toBe(false);
      expect(readFileSync(`${path}.pub`, 'utf8')).toBe('');
    },
  );

  it.each([
    [2, /--type takes ed25519, mldsa44/, ['-t', 'dsa', 'x']],
    [2, /--bits takes 2048/, ['-t', 'rsa', '-b', '1024', 'x']],
    [2, /--bits is for RSA/, ['-b', '256', 'x']],
    [2, /Name one file/, []],
    [2, /PPK\) hold no post-quantum keys/, ['-t', 'mldsa44-ed25519', '--ppk', 'x']],
    [2, /PPK\) hold no keys of security keys/, ['-t', 'sk-ed25519', '--ppk', 'x']],
    [2, /--resident is for keys in a security key/, ['--resident', 'x']],
    [2, /--bits is for RSA/, ['-t', 'sk-ecdsa', '-b', '256', 'x']],
    [2, /An application begins with “ssh:”/, ['-t', 'sk-ed25519', '--application', 'example.org', 'x']],
    [2, /An application has no control/, ['-t', 'sk-ed25519', '--application', 'ssh:\n', 'x']],
  ])('ends with %i and makes nothing: %s', async (code, words, args) => {
    const result = await command.run(['generate', ...args], { env, cwd: command.dir });
    expect([result.code, result.stderr]).toEqual([code, expect.stringMatching(words)]);
    expect([result.stderr, existsSync(join(command.dir, 'x'))]).toEqual([
      expect.stringMatching(oneLine),
      false,
    ]);
  });
});

describe('sallyport lock and unlock', () => {
  it('ask for a passphrase, twice to lock', async () => {
    await run('add', keyFile('ed25519.openssh'));
    personAnswers('lock phrase');
    expect((await run('lock')).stdout).toBe('The agent is locked.\n');
    expect(timesAsked()).toBe(2);
    expect((await run('list')).stdout).toBe('');
    personAnswers('wrong');
    expect((await run('unlock')).code).toBe(1);
    personAnswers('lock phrase');
    expect((await run('unlock')).code).toBe(0);
    expect((await run('list')).stdout).toContain('(ED25519)');
  });

  it('do nothing without a passphrase', async () => {
    personAnswers('');
    expect((await run('lock')).code).toBe(1);
    const nobody = { ...agent.env };
    const { code, stderr } = await command.run(['lock'], { env: nobody });
    expect(code).toBe(1);
    expect(stderr).toMatch(oneLine);
  });
});
