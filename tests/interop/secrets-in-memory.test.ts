// What is left in the memory of an agent, or of a client of one, of keys and passphrases that it has no use for any more.
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { AgentClient } from '../../main/client/agent-client.ts';
import { connectToAgent } from '../../main/client/agent-connection.ts';
import { inlineCryptoOffload as offload } from '../../main/crypto-worker/inline-crypto-offload.ts';
import { generateKey } from '../../main/keys/files/generate-key.ts';
import { writeOpensshKeyFile } from '../../main/keys/files/openssh/write-openssh-key-file.ts';
import { parseKeyFile } from '../../main/keys/files/parse-key-file.ts';
import type { ClearKeyFile, KeyFileContents } from '../../main/keys/files/shared/key-file.ts';
import { nodeHasMldsa44 } from '../../main/keys/kinds/mldsa-ed25519/node-mldsa44.ts';
import { findProgram } from './support/installed-programs.ts';
import { copyKeyPair, type KeyPair, keyTypes, makeKeyPair } from './support/key-pairs.ts';
import { secretsOf } from './support/key-secrets.ts';
import { memoryCantBeRead, type Secret, searchMemory } from './support/memory-search.ts';
import { makePpk } from './support/ppk.ts';
import { PseudoTerminal } from './support/pseudo-terminal.ts';
import { runOk } from './support/run-program.ts';
import { RunningAgent } from './support/running-agent.ts';
import { openWorkspace } from './support/workspace.ts';

/** How long what was dropped may stay. */
const forgottenWithinMs = 5_000;
const lifetimeSeconds = 8;
/** Much more than it takes, which is 10 s each. */
const timeout = 240_000;

const missing = ['ssh-add', 'ssh-keygen', 'puttygen', 'openssl', 'script'].filter(
  (name) => !findProgram(name),
);
const obstacle =
  memoryCantBeRead ?? (missing.length > 0 ? `not installed: ${missing.join(', ')}` : undefined);
const name = 'the memory of an agent or a client';

/** A key that is in use, and all that nobody else may know of it. */
interface WatchedKey {
  readonly name: string;
  /** The file that the agent is given; its public half is beside it. */
  readonly path: string;
  /** The same key in clear. */
  readonly clearPath: string;
  readonly blob: Uint8Array;
  readonly secrets: readonly Secret[];
}

/** Makes the agent's file of a key in clear; answers where it is. */
type Convert = (key: KeyPair, file: string) => Promise<string>;

describe.skipIf(obstacle !== undefined)(obstacle ? `${name} (skipped: ${obstacle})` : name, () => {
  const space = openWorkspace();
  // Nothing but chance: a few letters of a word are in the memory of every program.
  const passphrase = randomBytes(24).toString('base64').replaceAll(/[+/]/g, 'x');
  const passphraseSecret = { name: 'passphrase', bytes: Buffer.from(passphrase) };
  let askpass: string;
  let made = 0;

  /** Writes a key that the OpenSSH of most systems does not know yet. */
  async function writeOwn({ fields }: Pick<KeyFileContents, 'fields'>, path: string, secret = '') {
    const contents = { fields, comment: 'post-quantum', passphrase: Buffer.from(secret) };
    await writeFile(path, (await writeOpensshKeyFile(contents, offload)).bytes);
  }

  /** `type` is one of OpenSSH's, `openssl`: Ed25519 in PKCS #8, or `mldsa44`, which we make. */
  async function makeWatched(name: string, type: string, convert?: Convert): Promise<WatchedKey> {
    const fileName = `${name.replaceAll(' ', '-')}-${++made}`;
    const path = space.path(fileName);
    const { env } = space;
    if (type === 'mldsa44') {
      await writeOwn({ fields: await generateKey({ kind: 'mldsa44-ed25519' }, offload) }, path);
    } else if (type === 'openssl') {
      await runOk('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', path], { env });
    } else {
      await makeKeyPair(space, fileName, { type });
    }
    const file = await readFile(path);
    const { publicKey } = parseKeyFile(file) as ClearKeyFile;
    const line = `${publicKey.algorithm} ${Buffer.from(publicKey.blob).toString('base64')} ${name}\n`;
    const publicPath = await space.write(`${fileName}.pub`, line);
    const key = { path, publicPath, comment: name, publicKey: line, blob: publicKey.blob };
    const given = convert ? await convert(key, `${fileName}-encrypted`) : path;
    await writeFile(`${given}.pub`, line);
    return { name, path: given, clearPath: path, blob: publicKey.blob, secrets: await secretsOf(file, name) };
  }

  async function start(...args: string[]): Promise<RunningAgent> {
    return RunningAgent.start(space, { args: ['--askpass', askpass, ...args] });
  }

  beforeAll(async () => {
    askpass = await space.write('askpass', `#!/bin/sh\necho '${passphrase}'\n`, 0o700);
  });

  /** A signature by each key, as clients make them all day long. */
  async function signWithAll(agent: RunningAgent, keys: readonly WatchedKey[]): Promise<void> {
    const client = new AgentClient(await connectToAgent(agent.socketPath));
    // As RSA keys sign today, by SHA-512; others take no notice.
    for (const { blob } of keys) await client.sign(blob, randomBytes(32), 4);
    client.close();
  }

  const namesOf = (keys: readonly WatchedKey[]) => keys.map((key) => key.name).sort();
  /** The keys of which something is there. */
  function found(agent: RunningAgent, keys: readonly WatchedKey[]): string[] {
    const lines = searchMemory(
      agent.pid,
      keys.flatMap(({ secrets }) => secrets),
    );
    return namesOf(keys.filter((key) => lines.some((line) => line.startsWith(`${key.name} `))));
  }
  async function expectClean(agent: RunningAgent, keys: readonly WatchedKey[]): Promise<void> {
    await delay(forgottenWithinMs);
    expect(searchMemory(agent.pid, [...keys.flatMap(({ secrets }) => secrets), passphraseSecret])).toEqual(
      [],
    );
  }

  const copyWith =
    (...options: readonly string[]): Convert =>
    async (key, file) =>
      (await copyKeyPair(space, key, file, { passphrase, options: ['-a', '2', ...options] })).path;
  const ppk =
    (version: 2 | 3): Convert =>
    (key, file) =>
      makePpk(space, key, file, { passphrase, version });
  const pkcs8: Convert = async ({ path }, file) => {
    const args = ['-topk8', '-v2', 'aes-256-cbc', '-in', path, '-out', space.path(file)];
    await runOk('openssl', ['pkcs8', ...args, '-passout', `pass:${passphrase}`], { env: space.env });
    return space.path(file);
  };
  const ours: Convert = async ({ path }, file) => {
    const parsed = parseKeyFile(await readFile(path)) as ClearKeyFile;
    await writeOwn({ fields: await parsed.fields(offload) }, space.path(file), passphrase);
    return space.path(file);
  };
  /** Those whose cryptography is not node:crypto's come last: what comes later could overwrite what they leave. */
  const encrypted: readonly (readonly [format: string, type: string, convert: Convert])[] = [
    ['OpenSSH', 'rsa', copyWith()],
    ['PEM', 'rsa', copyWith('-m', 'PEM')],
    ['PPK 2', 'ecdsa-256', ppk(2)],
    ['PKCS #8', 'openssl', pkcs8],
    ['AES-GCM', 'ecdsa-521', copyWith('-Z', 'aes256-gcm@openssh.com')],
    ['PPK 3', 'ecdsa-384', ppk(3)],
    ...(nodeHasMldsa44() ? [['post-quantum', 'mldsa44', ours] as const] : []),
    ['ChaCha20', 'rsa', copyWith('-Z', 'chacha20-poly1305@openssh.com')],
    ['ChaCha20 too', 'ed25519', copyWith('-Z', 'chacha20-poly1305@openssh.com')],
  ];
  const makeEncrypted = () =>
    Promise.all(encrypted.map(([format, type, convert]) => makeWatched(format, type, convert)));

  it('has keys in clear as long as they are held, and none after their removal or lifetime', {
    timeout,
  }, async () => {
    // Not DSA and Ed448, whose worker leaves its heap to V8.
    const types = Object.keys(keyTypes).filter((type) => type !== 'dsa');
    if (nodeHasMldsa44()) types.push('mldsa44');
    const keys = await Promise.all(types.map((type) => makeWatched(type, type)));
    const shortLived = await Promise.all(types.map((type) => makeWatched(`short-lived-${type}`, type)));
    await using agent = await start();
    await agent.runOk('sallyport', 'add', ...keys.map(({ path }) => path));
    await signWithAll(agent, keys);
    // So that a search that finds nothing means something.
    expect(found(agent, keys)).toEqual(namesOf(keys));
    const paths = shortLived.map(({ path }) => path);
    await agent.runOk('sallyport', 'add', '--lifetime', String(lifetimeSeconds), ...paths);
    await signWithAll(agent, shortLived.slice(-2));
    // The ssh-add of most systems does not know all of them.
    await agent.runOk('sallyport', 'remove', ...keys.map(({ path }) => path));
    await expect.poll(async () => (await agent.run('sallyport', 'list')).stdout).toBe('');
    await expectClean(agent, [...keys, ...shortLived]);
  });

  it('has no key of an encrypted file, and no passphrase, once locked', { timeout }, async () => {
    const keys = await makeEncrypted();
    await using agent = await start();
    await agent.runOk('sallyport', 'add', '--encrypted', ...keys.map(({ path }) => path));
    await signWithAll(agent, keys);
    expect(found(agent, keys)).toEqual(namesOf(keys));
    const env = { ...agent.env, SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force' };
    // The passphrase of the lock is the same, and comes in messages.
    await runOk('sallyport', ['lock'], { env });
    await runOk('sallyport', ['unlock'], { env });
    await expectClean(agent, keys);
  });

  it('has no key of an encrypted file, and no passphrase, after its one use', { timeout }, async () => {
    const keys = await makeEncrypted();
    await using agent = await start('--unlock-once');
    await agent.runOk('sallyport', 'add', '--encrypted', ...keys.map(({ path }) => path));
    await signWithAll(agent, keys);
    await expectClean(agent, keys);
    // So that this means something: what is held is found by the same search, and the passphrase where it is.
    await agent.runOk('sallyport', 'add', ...keys.map(({ clearPath }) => clearPath));
    expect(found(agent, keys)).toEqual(namesOf(keys));
    expect(searchMemory(process.pid, [passphraseSecret])).not.toEqual([]);
  });

  it('has no passphrase that was typed on its terminal, once the key is encrypted again', {
    timeout,
  }, async () => {
    const key = await makeWatched('typed', 'ed25519', copyWith());
    const socketPath = space.path('terminal.sock');
    const command = `sallyport agent --socket ${socketPath} --encrypted ${key.path}`;
    const terminal = new PseudoTerminal(space, command, space.env);
    const pid = Number(/\d+$/.exec(await terminal.shows(/SSH_AGENT_PID=\d+/))?.[0]);
    await terminal.shows(/Added key/);
    const client = new AgentClient(await connectToAgent(socketPath));
    const signing = client.sign(key.blob, randomBytes(32), 0);
    await terminal.shows(/Passphrase: $/);
    terminal.type(`${passphrase}\n`);
    await signing;
    await client.reencrypt(key.blob);
    client.close();
    await delay(forgottenWithinMs);
    expect(searchMemory(pid, [...key.secrets, passphraseSecret])).toEqual([]);
    process.kill(pid, 'SIGTERM');
    await terminal.ended();
  });

  it.each([
    ['lock', 22],
    ['unlock', 23],
    ['add', 17],
  ])(
    'has no passphrase that was typed at “sallyport %s”, while that waits for an answer',
    {
      timeout,
    },
    async (verb, messageNumber) => {
      const options = { type: 'ed25519', passphrase, options: ['-a', '2'] };
      const file = verb === 'add' ? (await makeKeyPair(space, 'to-add', options)).path : '';
      const address = space.path(`silent-${verb}.sock`);
      const received = new Set<number | undefined>();
      const silent = createServer((socket) => {
        // After the four bytes of the length.
        socket.on('data', (chunk) => received.add(chunk[4]));
      }).listen(address);
      const env = { ...space.env, SSH_AUTH_SOCK: address };
      const terminal = new PseudoTerminal(space, `echo pid $$; exec sallyport ${verb} ${file}`, env);
      const pid = Number(/\d+$/.exec(await terminal.shows(/pid \d+/))?.[0]);
      await terminal.shows(/assphrase[^:]*: $/);
      terminal.type(`${passphrase}\n`);
      if (verb === 'lock') {
        await terminal.shows(/passphrase again: $/);
        terminal.type(`${passphrase}\n`);
      }
      await expect.poll(() => received).toContain(messageNumber);
      await delay(forgottenWithinMs);
      expect(searchMemory(pid, [passphraseSecret])).toEqual([]);
      process.kill(pid, 'SIGTERM');
      await terminal.ended();
      silent.close();
    },
  );
});
