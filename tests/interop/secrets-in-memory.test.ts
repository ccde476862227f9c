// What is left in the memory of an agent of keys and passphrases that it has no use for any more.
import { randomBytes } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findProgram } from './support/installed-programs.ts';
import { copyKeyPair, type KeyPair, makeKeyPair } from './support/key-pairs.ts';
import { secretsOf } from './support/key-secrets.ts';
import { memoryCantBeRead, type Secret, searchMemory } from './support/memory-search.ts';
import { makePpk } from './support/ppk.ts';
import { runOk } from './support/run-program.ts';
import { RunningAgent } from './support/running-agent.ts';
import { openWorkspace } from './support/workspace.ts';

const types = ['ed25519', 'ecdsa-256', 'rsa'];
/** How long what was dropped may stay. */
const forgottenWithinMs = 5_000;

const missing = ['ssh-add', 'ssh-keygen', 'puttygen'].filter((name) => findProgram(name) === undefined);
const obstacle =
  memoryCantBeRead ?? (missing.length > 0 ? `not installed: ${missing.join(', ')}` : undefined);
const name = 'the memory of an agent';

describe.skipIf(obstacle !== undefined)(obstacle ? `${name} (skipped: ${obstacle})` : name, () => {
  const space = openWorkspace();
  const passphrase = `pass-${randomBytes(12).toString('hex')}`;
  let keys: KeyPair[];
  let secrets: Secret[];
  let agent: RunningAgent;

  beforeAll(async () => {
    keys = await Promise.all(types.map((type) => makeKeyPair(space, type, { type })));
    const numbers = keys.map(async ({ path, comment }) => secretsOf(await readFile(path), comment));
    secrets = [
      ...(await Promise.all(numbers)).flat(),
      { name: 'passphrase', bytes: Buffer.from(passphrase) },
    ];
  });

  beforeEach(async () => {
    const askpass = await space.write('askpass', `#!/bin/sh\necho '${passphrase}'\n`, 0o700);
    agent = await RunningAgent.start(space, { args: ['--askpass', askpass] });
  });
  afterEach(() => agent.stop());

  /** Signatures by all keys, and lists, as clients make them all day long. */
  async function signWithAll(): Promise<void> {
    const file = await space.write('signed', 'text');
    for (const { publicPath } of keys) {
      await rm(`${file}.sig`, { force: true });
      await agent.runOk('ssh-keygen', '-Y', 'sign', '-q', '-n', 'file', '-f', publicPath, file);
      await agent.runOk('ssh-add', '-T', publicPath);
      await agent.runOk('ssh-add', '-l');
    }
  }

  /** The keys of which something is there. */
  const found = () =>
    [...new Set(searchMemory(agent.pid, secrets).map((line) => line.split(/[ ,]/)[0]))].sort();
  const expectClean = async () => {
    await delay(forgottenWithinMs);
    expect(searchMemory(agent.pid, secrets)).toEqual([]);
  };

  it('has keys in clear as long as they are held, and none after their removal', async () => {
    await agent.runOk('ssh-add', '-q', ...keys.map(({ path }) => path));
    await signWithAll();
    // So that a search that finds nothing means something.
    expect(found()).toEqual([...types].sort());
    await agent.runOk('ssh-add', '-q', '-D');
    await expectClean();
  });

  it('has no key after its lifetime', async () => {
    const ppks = await Promise.all(keys.map((key) => makePpk(space, key, `${key.comment}.ppk`)));
    await agent.runOk('sallyport', 'add', '--lifetime', '20', ...ppks);
    await signWithAll();
    expect(found()).toEqual([...types].sort());
    await expect
      .poll(async () => agent.runOk('sallyport', 'list'), { timeout: 60_000 })
      .not.toContain('ed25519');
    await expectClean();
  });

  const openssh = (key: KeyPair, file: string) =>
    copyKeyPair(space, key, file, { passphrase, options: ['-a', '2'] });
  const encryptions: Record<string, (key: KeyPair, file: string) => Promise<unknown>> = {
    OpenSSH: openssh,
    'PPK 3': (key, file) => makePpk(space, key, file, { passphrase }),
    'PPK 2': (key, file) => makePpk(space, key, file, { passphrase, version: 2 }),
    'PKCS #8': (key, file) =>
      // Which ssh-keygen can't write for this type.
      key.comment === 'ed25519'
        ? openssh(key, file)
        : copyKeyPair(space, key, file, { passphrase, options: ['-m', 'PKCS8'] }),
  };

  it.each(Object.keys(encryptions))(
    'has no key of a file in %s, and no passphrase, once locked',
    async (format) => {
      const files = keys.map(({ comment }) => `${comment}.${format.replaceAll(' ', '')}`);
      for (const [index, key] of keys.entries()) await encryptions[format]?.(key, files[index] as string);
      await agent.runOk('sallyport', 'add', '--encrypted', ...files.map((file) => space.path(file)));
      await signWithAll();
      expect(found()).toEqual(expect.arrayContaining(types));
      const env = { ...agent.env, SSH_ASKPASS: space.path('askpass'), SSH_ASKPASS_REQUIRE: 'force' };
      await runOk('sallyport', ['lock'], { env });
      await expectClean();
    },
  );
});
