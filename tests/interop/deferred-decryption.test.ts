// Keys kept encrypted, asked for through an askpass program while real clients wait.
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Askpass, type AskpassQuestion } from './support/askpass.ts';
import { copyKeyPair, type KeyPair, makeKeyPair } from './support/key-pairs.ts';
import { RunningAgent } from './support/running-agent.ts';
import { openWorkspace } from './support/workspace.ts';

const space = openWorkspace();
const passphrase = 'pass phrase';
const names = ['first', 'second', 'third'];
let askpass: Askpass;
let agent: RunningAgent;
let keys: KeyPair[];
let clearKey: KeyPair;

beforeAll(async () => {
  askpass = await Askpass.install(space, 'askpass');
  agent = await RunningAgent.start(space, { args: ['--askpass', askpass.program] });
  const cheap = ['-a', '1'];
  keys = await Promise.all(names.map((name) => makeKeyPair(space, name, { passphrase, options: cheap })));
  clearKey = await makeKeyPair(space, 'clear');
});

beforeEach(async () => {
  await agent.runOk('ssh-add', '-q', '-D');
  await agent.runOk('ssh-add', '-q', clearKey.path);
  await agent.runOk('sallyport', 'add', '--encrypted', ...keys.map(({ path }) => path));
});

/** A client that lets the agent sign; ssh-add verifies the signature. */
const use = (key: KeyPair) => agent.startClient('ssh-add', '-T', key.publicPath);
const codeOf = async (client: ReturnType<typeof use>) => (await client.result).code;
const [first, second, third] = [() => keys[0] as KeyPair, () => keys[1] as KeyPair, () => keys[2] as KeyPair];

/** How a key is kept now, as `sallyport list` says it. */
async function keptAs({ publicKey }: KeyPair): Promise<string> {
  const listed = JSON.parse(await agent.runOk('sallyport', 'list', '--json')) as {
    readonly publicKey: string;
    readonly keptAs: string;
  }[];
  return listed.find((key) => key.publicKey === publicKey.split(' ')[1])?.keptAs ?? 'absent';
}

/** The best of five: a busy machine may be slow to start a program. */
async function quickestListMs(): Promise<number> {
  const listMs: number[] = [];
  for (let n = 0; n < 5; n++) {
    const startMs = performance.now();
    await agent.runOk('ssh-add', '-l');
    listMs.push(performance.now() - startMs);
  }
  return Math.min(...listMs);
}

describe('a key kept encrypted', () => {
  it('is listed like any other and asks nobody until it is used', async () => {
    const listed = await agent.runOk('ssh-add', '-L');
    for (const key of keys) expect(listed).toContain(`${key.publicKey} ${key.comment}\n`);
    expect(askpass.waiting).toBe(0);
    expect(await keptAs(first())).toBe('encrypted');
  });

  it('asks once at its first use, naming key and client, and never again', async () => {
    const client = use(first());
    const question = await askpass.next();
    expect(question.kind).toBe('passphrase');
    expect(question.text).toContain('"first"');
    const fingerprint = (await agent.runOk('ssh-keygen', '-l', '-f', first().publicPath)).split(' ')[1];
    expect(question.text).toContain(fingerprint);
    expect(question.text).toMatch(new RegExp(`ssh-add \\(process ${client.child.pid}\\)`));
    await question.answer(passphrase);
    expect(await codeOf(client)).toBe(0);
    expect(await codeOf(use(first()))).toBe(0);
    expect(askpass.waiting).toBe(0);
    expect(await keptAs(first())).toBe('re-encryptable');
  });

  it('serves four clients that wait by one question', async () => {
    const clients = Array.from({ length: 4 }, () => use(first()));
    await (await questionOf(4)).answer(passphrase);
    expect(await Promise.all(clients.map(codeOf))).toEqual([0, 0, 0, 0]);
    expect(askpass.waiting).toBe(0);
  });

  it('asks again after a wrong passphrase and says so, while all clients go on waiting', async () => {
    const clients = [use(first()), use(first())];
    const question = await askpass.next();
    await question.answer('wrong');
    const again = await askpass.next();
    expect(again.text).toContain('does not open this key');
    expect(question.text).not.toContain('does not open this key');
    expect(clients.map(({ child }) => child.exitCode)).toEqual([null, null]);
    await again.answer(passphrase);
    expect(await Promise.all(clients.map(codeOf))).toEqual([0, 0]);
  });

  it('fails all clients by one cancel, and asks again only for a new request', async () => {
    const clients = [use(first()), use(first()), use(first())];
    await (await questionOf(3)).cancel();
    expect(await Promise.all(clients.map(codeOf))).not.toContain(0);
    expect(askpass.waiting).toBe(0);
    const later = use(first());
    await (await askpass.next()).answer(passphrase);
    expect(await codeOf(later)).toBe(0);
  });

  it('closes the question when the only client is killed', async () => {
    const client = use(first());
    const question = await askpass.next();
    client.child.kill('SIGKILL');
    await question.closed();
    expect(await keptAs(first())).toBe('encrypted');
  });

  it('keeps the question for the clients that are left', async () => {
    const [killed, left] = [use(first()), use(first())];
    const question = await questionOf(2);
    killed.child.kill('SIGKILL');
    await killed.result;
    await agent.runOk('ssh-add', '-l');
    expect(question.isOpen).toBe(true);
    await question.answer(passphrase);
    expect(await codeOf(left)).toBe(0);
  });

  it('closes the question and fails the client when it is removed', async () => {
    const client = use(first());
    const question = await askpass.next();
    await agent.runOk('ssh-add', '-q', '-d', first().publicPath);
    await question.closed();
    expect(await codeOf(client)).not.toBe(0);
    expect(await keptAs(first())).toBe('absent');
    expect(agent.isAlive).toBe(true);
  });

  it('closes the question and serves the client when it is added in clear', async () => {
    const client = use(first());
    const question = await askpass.next();
    const inClear = await copyKeyPair(space, first(), 'in-clear', { oldPassphrase: passphrase });
    await agent.runOk('ssh-add', '-q', inClear.path);
    await question.closed();
    expect(await codeOf(client)).toBe(0);
    expect(await keptAs(first())).toBe('re-encryptable');
  });

  it('asks for three keys one after another', async () => {
    const clients = [use(first()), use(second()), use(third())];
    const asked: string[] = [];
    for (const _ of clients) {
      const question = await askpass.next();
      expect(askpass.waiting).toBe(0);
      asked.push(names.find((name) => question.text.includes(`"${name}"`)) ?? question.text);
      await question.answer(passphrase);
      await question.closed();
    }
    expect(await Promise.all(clients.map(codeOf))).toEqual([0, 0, 0]);
    expect(asked.toSorted()).toEqual(names);
  });

  it('holds up nothing that needs no person while it asks', async () => {
    const atRestMs = await quickestListMs();
    const client = use(first());
    const question = await askpass.next();
    expect(await quickestListMs()).toBeLessThan(Math.max(100, 4 * atRestMs));
    expect(await codeOf(use(clearKey))).toBe(0);
    const added = await makeKeyPair(space, 'added');
    await agent.runOk('ssh-add', '-q', added.path);
    expect(question.isOpen).toBe(true);
    await question.answer(passphrase);
    expect(await codeOf(client)).toBe(0);
  });

  it('is encrypted again by reencrypt and by locking, and asks anew', async () => {
    for (const encryptAgain of [['reencrypt', 'first'], ['lock']]) {
      const client = use(first());
      await (await askpass.next()).answer(passphrase);
      expect(await codeOf(client)).toBe(0);
      await sallyportWithPassphrase(encryptAgain, 'lock', 2);
      if (encryptAgain[0] === 'lock') await sallyportWithPassphrase(['unlock'], 'lock', 1);
      expect(await keptAs(first())).toBe('encrypted');
    }
    const client = use(first());
    await (await askpass.next()).answer(passphrase);
    expect(await codeOf(client)).toBe(0);
  });
});

/** Runs one of our own verbs, which asks by the same askpass program, if it asks. */
async function sallyportWithPassphrase(
  args: readonly string[],
  line: string,
  questions: number,
): Promise<void> {
  const asks = args[0] !== 'reencrypt';
  const client = agent.startClient(
    'env',
    `SSH_ASKPASS=${askpass.program}`,
    'SSH_ASKPASS_REQUIRE=force',
    'sallyport',
    ...args,
  );
  for (let n = 0; asks && n < questions; n++) await (await askpass.next()).answer(line);
  expect((await client.result).code).toBe(0);
}

/** The question when it is known that so many clients wait for it: each new attempt names those that wait. */
async function questionOf(clients: number): Promise<AskpassQuestion> {
  for (;;) {
    const question = await askpass.next();
    if (question.text.split('Asked by').length - 1 === clients) return question;
    await question.answer('wrong');
  }
}

describe('a key that asks before each use', () => {
  it.each([
    ['', true],
    ['yes', true],
    ['no', false],
    ['yes please', false],
  ])('added with ssh-add -c signs when askpass answers "%s": %s', async (line, signs) => {
    await agent.runOk('ssh-add', '-q', '-c', clearKey.path);
    const client = use(clearKey);
    const question = await askpass.next();
    expect(question.kind).toBe('confirm');
    expect(question.text).toContain('"clear"');
    await question.answer(line);
    expect((await codeOf(client)) === 0).toBe(signs);
  });

  it('does not sign when askpass is cancelled, and asks at each use', async () => {
    await agent.runOk('ssh-add', '-q', '-c', clearKey.path);
    const refused = use(clearKey);
    await (await askpass.next()).cancel();
    expect(await codeOf(refused)).not.toBe(0);
    for (let n = 0; n < 2; n++) {
      const client = use(clearKey);
      await (await askpass.next()).answer('yes');
      expect(await codeOf(client)).toBe(0);
    }
  });

  it('tells the person what is signed', async () => {
    await agent.runOk('ssh-add', '-q', '-c', clearKey.path);
    const message = await space.write('message', 'text');
    const sign = ['-Y', 'sign', '-n', 'a-namespace', '-f', clearKey.publicPath, message];
    const client = agent.startClient('ssh-keygen', ...sign);
    const question = await askpass.next();
    expect(question.text).toContain('a signature for "a-namespace"');
    await question.cancel();
    expect((await client.result).code).not.toBe(0);
  });

  it('closes the question when the client is killed', async () => {
    await agent.runOk('ssh-add', '-q', '-c', clearKey.path);
    const client = use(clearKey);
    const question = await askpass.next();
    client.child.kill('SIGKILL');
    await question.closed();
  });

  it('asks for consent and passphrase when it is kept encrypted, too', async () => {
    await agent.runOk('sallyport', 'add', '--encrypted', '--confirm', first().path);
    const client = use(first());
    const consent = await askpass.next();
    expect(consent.kind).toBe('confirm');
    await consent.answer('yes');
    const unlock = await askpass.next();
    expect(unlock.kind).toBe('passphrase');
    await unlock.answer(passphrase);
    expect(await codeOf(client)).toBe(0);
  });
});

describe('an agent whose askpass program is missing', () => {
  it('refuses what needs a person, and says why in its log', async () => {
    await using lonely = await RunningAgent.start(space, {
      args: ['--askpass', space.path('no-such-program')],
    });
    await lonely.runOk('ssh-add', '-q', '-c', clearKey.path);
    expect((await lonely.run('ssh-add', '-T', clearKey.publicPath)).code).not.toBe(0);
    // Its words and the client's end come by different ways.
    await expect.poll(lonely.log).toContain("can't be run (no such file or directory)");
    expect((await lonely.run('ssh-add', '-l')).code).toBe(0);
  });
});
