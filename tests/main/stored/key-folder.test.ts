// Keys over a restart: encrypted files and an index; nothing in clear, nothing lost by damage.
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RefusedError } from '../../../main/agent/protocol/errors.ts';
import type { DestinationConstraint } from '../../../main/agent/ring/destination-constraints.ts';
import { AgentClient } from '../../../main/client/agent-client.ts';
import { connectToSession } from '../../../main/client/agent-connection.ts';
import { WireWriter } from '../../../main/keys/encoding/wire.ts';
import { loadKeyFile } from '../../../main/keys/files/load-key-file.ts';
import type { EncryptedKeyFile } from '../../../main/keys/files/shared/key-file.ts';
import { keepKeys, restoreKeys } from '../../../main/shell/key-files/keep-keys.ts';
import { KeyFolder } from '../../../main/stored/key-folder.ts';
import { plantedPpk } from '../../fakes/planted-file.ts';
import { typed } from '../../fakes/scripted-approver.ts';
import { bytes, type TestClient, testAgent, testPeer } from '../../fakes/test-agent.ts';
import { madeUpCertificate } from '../../fakes/test-certificate.ts';
import { ed25519Key } from '../../fakes/test-key.ts';
import { secretsOf } from '../../interop/support/key-secrets.ts';

const hostKey = ed25519Key();
const now = new Date('2026-11-22T12:00:00Z');
let parent: string;
let directory: string;
const keepers: ReturnType<typeof keepKeys>[] = [];
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'sallyport-keys-'));
  directory = join(parent, 'keys');
});
afterEach(async () => {
  // What is still to be saved would make the folder anew.
  await Promise.all(keepers.splice(0).map((keeper) => keeper.stop()));
  rmSync(parent, { recursive: true, force: true });
});

function start(isWanted = () => true) {
  const { agent, approver, connect } = testAgent();
  const client = new AgentClient(connectToSession(agent.openSession(testPeer())));
  const folder = new KeyFolder(directory);
  const complaints: string[] = [];
  const keeper = keepKeys({ keys: agent.keys, folder, isWanted, complain: (text) => complaints.push(text) });
  keepers.push(keeper);
  return { agent, approver, connect, client, folder, keeper, complaints };
}

async function add(client: AgentClient, name: string, constraints = {}): Promise<void> {
  const { file, comment } = await loadKeyFile(`tests/fixtures/keys/${name}`);
  if (file.kind !== 'encrypted' || !file.publicKey) throw new Error('not an encrypted file');
  const publicBlob = file.publicKey.blob;
  await client.addKeyFile(
    { bytes: file.bytes, publicBlob, comment, isPpk: file.format === 'ppk' },
    constraints,
  );
}

async function publicBlobOf(name: string): Promise<Uint8Array> {
  const { file } = await loadKeyFile(`tests/fixtures/keys/${name}`);
  return file.publicKey?.blob as Uint8Array;
}

/** No text, and longer than any that always has room. */
const oddComment = new Uint8Array(8192).fill(0xff);

/** Plants a file for the key or certificate. */
async function plant(client: TestClient, blob: Uint8Array, comment = oddComment): Promise<void> {
  const contents = new WireWriter().text(plantedPpk(blob)).string(blob).string(comment);
  expect((await client.extension('add-key-file@sallyport', contents.finish()))[0]).toBe(6);
}

/** The private numbers of a fixture in clear that are in one of the files, as they are, in hexadecimal or in base64. */
async function secretsIn(contents: readonly Buffer[], name: string): Promise<string[]> {
  const secrets = await secretsOf(readFileSync(`tests/fixtures/keys/${name}`), name);
  const texts = contents.map((content) => content.toString('latin1').replace(/\s/g, ''));
  const isThere = (secret: Buffer) =>
    contents.some((content) => content.includes(secret)) ||
    [secret.toString('hex'), ...[0, 1, 2].map((before) => base64Within(secret, before))].some((form) =>
      texts.some((text) => text.includes(form)),
    );
  return secrets.filter((secret) => isThere(Buffer.from(secret.bytes))).map((secret) => secret.name);
}

/** What base64 makes of the bytes, whatever stands around them; `before`: by how many bytes they miss its groups of 3. */
function base64Within(secret: Buffer, before: number): string {
  const encoded = Buffer.concat([Buffer.alloc(before), secret]).toString('base64');
  return encoded.slice(4, -4);
}

/** From here to a host of that name. */
function onlyTo(hostName: string): readonly DestinationConstraint[] {
  const key = { blob: hostKey.blob, isCertificateAuthority: false };
  const from = { user: '', hostName: '', keys: [] };
  return [{ from, to: { user: '', hostName, keys: [key] } }];
}

const storedCount = () => JSON.parse(readFileSync(join(directory, 'index.json'), 'utf8')).keys.length;

async function restart(isWanted?: () => boolean) {
  const started = start(isWanted);
  const problems = await restoreKeys(started.folder, started.agent.addKey, now);
  return { ...started, problems };
}

describe('keys', () => {
  it('come back with a file that never opened, also when somebody has planted another for the same key', async () => {
    const first = start();
    await add(first.client, 'ed25519.openssh-aes256-ctr');
    const [key] = first.agent.keys.list();
    const publicBlob = key?.blob as Uint8Array;
    const planted = Buffer.from(plantedPpk(publicBlob));
    await first.client.addKeyFile({ bytes: planted, publicBlob, comment: '', isPpk: true }, {});
    const before = first.agent.keys.encryptedFiles(key?.id as string);
    expect(before).toHaveLength(2);
    await first.keeper.stop();

    const second = await restart();
    expect(second.problems).toEqual([]);
    expect(second.agent.keys.encryptedFiles(key?.id as string)).toEqual(before);
  });

  it('come back encrypted, in their order, with their comments and confirmations', async () => {
    const first = start();
    await add(first.client, 'ed25519.openssh-aes256-ctr');
    await add(first.client, 'p256.ppk-argon2id', { confirm: true });
    const [ed25519] = first.agent.keys.list();
    first.agent.keys.setConfirm(ed25519?.id ?? '', true);
    first.agent.keys.move(ed25519?.id ?? '', 1);
    const before = first.agent.keys.list();
    await first.keeper.stop();

    const second = await restart();
    expect(second.problems).toEqual([]);
    expect(second.agent.keys.list()).toEqual(before);
    expect(before.map(({ state, confirmIsConstraint }) => [state, confirmIsConstraint])).toEqual([
      ['encrypted', true],
      ['encrypted', false],
    ]);
  });

  it('come back with the hosts that they are restricted to, also a certificate that is held to them by its file', async () => {
    const first = start();
    await add(first.client, 'ed25519.openssh-aes256-ctr', { destinations: onlyTo('web') });
    const file = await loadKeyFile('tests/fixtures/keys/ed25519.openssh-aes256-ctr');
    const certificate = madeUpCertificate(await publicBlobOf('ed25519.openssh-aes256-ctr'));
    const { bytes: fileBytes } = file.file as EncryptedKeyFile;
    await first.client.addKeyFile(
      { bytes: fileBytes, publicBlob: certificate, comment: '', isPpk: false },
      { destinations: onlyTo('web') },
    );
    const before = first.agent.keys.list();
    expect(before.map(({ restrictions }) => restrictions)).toEqual([[onlyTo('web')], [onlyTo('web')]]);
    await first.keeper.stop();

    const second = await restart();
    expect(second.problems).toEqual([]);
    expect(second.agent.keys.list()).toEqual(before);
    // Nor does adding its file again free it.
    await expect(
      add(second.client, 'ed25519.openssh-aes256-ctr', { destinations: onlyTo('other') }),
    ).rejects.toThrow();
    await add(second.client, 'ed25519.openssh-aes256-ctr');
    expect(second.agent.keys.list().map(({ restrictions }) => restrictions)).toEqual([
      [onlyTo('web')],
      [onlyTo('web')],
    ]);
  });

  it.each(['AAAA', 'AAAAAA==', Buffer.alloc(9).toString('base64')])(
    'stay away, and stay stored, where the hosts that they are restricted to are damaged: %s',
    async (damaged) => {
      const first = start();
      await add(first.client, 'ed25519.openssh-aes256-ctr', { destinations: onlyTo('web') });
      await first.keeper.stop();
      const path = join(directory, 'index.json');
      const index = JSON.parse(readFileSync(path, 'utf8'));
      index.keys[0].destinations = damaged;
      writeFileSync(path, JSON.stringify(index));

      const second = await restart();
      expect(second.problems).toHaveLength(1);
      expect(second.agent.keys.list()).toEqual([]);
      second.keeper.save();
      await second.keeper.stop();
      expect(storedCount()).toBe(1);
    },
  );

  it.each([
    ['that is no text', Uint8Array.of(0x4d, 0xfc, 0x6c, 0x6c, 0x65, 0x72)],
    ['with a byte order mark, a NUL and line ends', bytes('\ufeffa\0b\r\nc "\\')],
    ['of half a character', bytes('Müller').subarray(0, 2)],
    ['of 8 KiB that is no text', oddComment],
    ['of 60 KiB', bytes('ü'.repeat(30 * 1024))],
  ])('come back with the very bytes of a comment %s', async (_, comment) => {
    const first = start();
    const blob = await publicBlobOf('ed25519.openssh-aes256-ctr');
    await plant(first.connect(), blob, comment);
    await add(first.client, 'ed25519.openssh-aes256-ctr');
    await first.keeper.stop();

    const second = await restart();
    expect(second.problems).toEqual([]);
    const [{ blob: restored, rawComment } = {}] = second.agent.keys.list();
    expect(restored).toEqual(blob);
    expect(Buffer.compare(rawComment ?? bytes(''), comment)).toBe(0);
  });

  it('come back from an index of an older version, which has all comments as text', async () => {
    const file = readFileSync('tests/fixtures/keys/ed25519.openssh-aes256-ctr');
    const name = `${createHash('sha256').update(file).digest('hex')}.key`;
    const publicBlob = Buffer.from(await publicBlobOf('ed25519.openssh-aes256-ctr')).toString('base64');
    const entry = { publicBlob, comment: 'Büro', confirm: 'no', file: name };
    mkdirSync(directory);
    writeFileSync(join(directory, name), file, { mode: 0o600 });
    const index = JSON.stringify({ version: 1, keys: [entry] });
    writeFileSync(join(directory, 'index.json'), index, { mode: 0o600 });
    const { problems, agent } = await restart();
    expect(problems).toEqual([]);
    expect(agent.keys.list().map(({ rawComment }) => Buffer.from(rawComment).toString())).toEqual(['Büro']);
  });

  it('have comments in the index that a person can read where they are short text', async () => {
    const { client, keeper } = start();
    await add(client, 'p256.ppk-argon2id');
    await keeper.stop();
    expect(readFileSync(join(directory, 'index.json'), 'utf8')).toContain('"comment": "p256 comment"');
  });

  it('keep their file when a planted certificate that is stored with it does not come back', async () => {
    const first = start();
    await add(first.client, 'ed25519.openssh-aes256-ctr');
    const blob = await publicBlobOf('ed25519.openssh-aes256-ctr');
    await plant(first.connect(), madeUpCertificate(blob));
    const signed = first.connect().sign(blob, bytes('x'));
    (await first.approver.passphrasePrompt(0)).answer(typed('pass phrase'));
    expect(await signed).toBeDefined();
    await first.keeper.stop();
    const indexPath = join(directory, 'index.json');
    const index = JSON.parse(readFileSync(indexPath, 'utf8'));
    index.keys[1].publicBlob = Buffer.from('no key').toString('base64');
    writeFileSync(indexPath, JSON.stringify(index));

    // As the tray starts: nothing is saved before there is a change.
    const { agent } = testAgent();
    expect(await restoreKeys(new KeyFolder(directory), agent.addKey, now)).toHaveLength(1);
    const third = await restart();
    expect(third.agent.keys.list().map((key) => key.blob)).toEqual([blob]);
  });

  it('that the agent does not take are told of with the reason', async () => {
    const first = start();
    await add(first.client, 'ed25519.openssh-aes256-ctr');
    await first.keeper.stop();
    const refuse = () => Promise.reject(new RefusedError('too many keys'));
    expect(await restoreKeys(new KeyFolder(directory), refuse, now)).toEqual([
      expect.stringContaining(
        'could not be loaded again. The agent did not take the key: too many keys. Add',
      ),
    ]);
  });

  it('that were removed, have a lifetime or are in clear do not come back', async () => {
    const first = start();
    await add(first.client, 'ed25519.openssh-aes256-ctr');
    await add(first.client, 'p256.ppk-argon2id', { lifetimeSeconds: 3600 });
    first.agent.keys.remove(first.agent.keys.list()[0]?.id ?? '');
    const clear = await loadKeyFile('tests/fixtures/keys/p384.openssh');
    await first.client.addKeyFile(
      { bytes: readFileSync('tests/fixtures/keys/p384.openssh'), comment: clear.comment, isPpk: false },
      {},
    );
    await first.keeper.stop();
    expect(readdirSync(directory)).toEqual(['index.json']);
    expect((await restart()).agent.keys.list()).toEqual([]);
  });

  it('are never written in clear, neither one that was added so nor one that was opened', async () => {
    const { client, connect, approver, agent, keeper } = start();
    const encryptedName = 'ed25519.openssh-aes256-ctr';
    await add(client, encryptedName);
    const signed = connect().sign(await publicBlobOf(encryptedName), bytes('x'));
    (await approver.passphrasePrompt(0)).answer(typed('pass phrase'));
    expect(await signed).toBeDefined();
    const clear = readFileSync('tests/fixtures/keys/p384.openssh');
    await client.addKeyFile({ bytes: clear, comment: 'in clear', isPpk: false }, {});
    expect(agent.keys.list().map(({ state }) => state)).toEqual(['unlocked', 'clear']);
    await keeper.stop();
    const written = readdirSync(directory).map((name) => readFileSync(join(directory, name)));
    expect(written).toContainEqual(readFileSync(`tests/fixtures/keys/${encryptedName}`));
    for (const name of ['p384.openssh', 'ed25519.openssh']) {
      const file = readFileSync(`tests/fixtures/keys/${name}`);
      expect(await secretsIn([file], name)).not.toEqual([]);
      expect(await secretsIn(written, name)).toEqual([]);
    }
  });

  it('are still on disk when the agent has ended', async () => {
    const first = start();
    await add(first.client, 'ed25519.openssh-aes256-ctr');
    await first.keeper.stop();
    first.agent.stop();
    expect((await restart()).agent.keys.list()).toHaveLength(1);
  });

  it('leave nothing on disk when the person wants none to come back', async () => {
    const first = start(() => false);
    await add(first.client, 'ed25519.openssh-aes256-ctr');
    await first.keeper.stop();
    expect(readdirSync(directory)).toEqual(['index.json']);
  });
});

describe('keys that the agent does not take at a start', () => {
  const name = 'ed25519.openssh-aes256-ctr';

  /** Keeps the key, and starts again with an agent that is locked while its keys are brought back. */
  async function startLocked(isWanted?: () => boolean) {
    const first = start();
    await add(first.client, name);
    await first.keeper.stop();
    const locked = start(isWanted);
    const restored = restoreKeys(locked.folder, locked.agent.addKey, now);
    locked.agent.pause('locked meanwhile');
    const problems = await restored;
    locked.agent.resume();
    return { ...locked, problems };
  }

  it('stay for the next start, also when other keys are saved', async () => {
    const { problems, agent, client, keeper } = await startLocked();
    expect(problems).toEqual([expect.stringContaining('the next start tries it')]);
    expect(agent.keys.list()).toEqual([]);
    await add(client, 'p256.ppk-argon2id');
    await keeper.stop();
    const third = await restart();
    expect(third.problems).toEqual([]);
    expect(third.agent.keys.list().map((key) => key.type)).toEqual(['ecdsa-p256', 'ed25519']);
  });

  it('are stored once when they are added again', async () => {
    const { client, keeper } = await startLocked();
    await add(client, name);
    await keeper.stop();
    expect(storedCount()).toBe(1);
  });

  it('stay beside a file of the same key that somebody planted', async () => {
    const { connect, keeper } = await startLocked();
    await plant(connect(), await publicBlobOf(name));
    await keeper.stop();
    const third = await restart();
    expect(third.agent.keys.encryptedFiles(third.agent.keys.list()[0]?.id ?? '')).toHaveLength(2);
  });

  it('do not come back once they were added in another way and removed', async () => {
    const { connect, agent, keeper } = await startLocked();
    await plant(connect(), await publicBlobOf(name));
    await expect.poll(() => readdirSync(directory)).toHaveLength(3);
    await expect.poll(storedCount).toBe(2);
    agent.keys.removeAll();
    await keeper.stop();
    expect(readdirSync(directory)).toEqual(['index.json']);
  });

  it('do not stay when the person wants none to come back', async () => {
    let isWanted = true;
    const { keeper } = await startLocked(() => isWanted);
    isWanted = false;
    keeper.save();
    await keeper.stop();
    expect(readdirSync(directory)).toEqual(['index.json']);
  });
});

describe('damage', () => {
  async function storeOne(): Promise<string> {
    const { client, keeper } = start();
    await add(client, 'ed25519.openssh-aes256-ctr');
    await keeper.stop();
    const [name] = readdirSync(directory).filter((file) => file.endsWith('.key'));
    return join(directory, name ?? '');
  }

  it('of the index keeps everything aside and says so', async () => {
    await storeOne();
    writeFileSync(join(directory, 'index.json'), '{"version":2}');
    const { problems, agent } = await restart();
    expect(agent.keys.list()).toEqual([]);
    expect(problems).toEqual([expect.stringContaining('kept')]);
    expect(readdirSync(`${directory}.kept-2026-11-22T12-00-00-000Z`)).toHaveLength(2);
  });

  /** Stores two keys and damages what the index says of the first; the name of its file. */
  async function damageOneEntry(damage: (entry: Record<string, unknown>) => void): Promise<string> {
    const { client, keeper } = start();
    await add(client, 'ed25519.openssh-aes256-ctr');
    await add(client, 'p256.ppk-argon2id');
    await keeper.stop();
    const indexPath = join(directory, 'index.json');
    const index = JSON.parse(readFileSync(indexPath, 'utf8'));
    const { file } = index.keys[0];
    damage(index.keys[0]);
    writeFileSync(indexPath, JSON.stringify(index));
    return file;
  }
  const aside = () => `${directory}.kept-2026-11-22T12-00-00-000Z`;

  it.each<[string, (entry: Record<string, unknown>) => void]>([
    [
      'a comment that is too long',
      (entry) => Object.assign(entry, { comment: { base64: 'A'.repeat(667_000) } }),
    ],
    ['a file outside the folder', (entry) => Object.assign(entry, { file: '../../.ssh/id_rsa' })],
    ['a part that is not known', (entry) => Object.assign(entry, { shape: 'round' })],
  ])('of one entry of the index, %s, costs only that key, and keeps its file aside', async (_, damage) => {
    const file = await damageOneEntry(damage);
    const whole = readFileSync(join(directory, file));
    const { problems, agent, client, keeper } = await restart();
    expect(agent.keys.list().map(({ type }) => type)).toEqual(['ecdsa-p256']);
    expect(problems).toEqual([expect.stringContaining(`1 of the stored keys can't be read`)]);
    expect(problems[0]).toContain(aside());
    await add(client, 'p384.ppk-argon2id');
    await keeper.stop();
    expect(readdirSync(aside()).sort()).toEqual([file, 'index.json'].sort());
    expect(readFileSync(join(aside(), file))).toEqual(whole);
    const third = await restart();
    expect([third.problems, third.agent.keys.list().length]).toEqual([[], 2]);
  });

  it('of one entry, where its file can not be kept aside, leaves the folder as it is', async () => {
    const file = await damageOneEntry((entry) => delete entry['comment']);
    mkdirSync(aside());
    const { problems, agent, client, keeper, complaints } = await restart();
    expect(agent.keys.list().map(({ type }) => type)).toEqual(['ecdsa-p256']);
    expect(problems).toEqual([expect.stringContaining('could not be moved out of the way')]);
    await add(client, 'p384.ppk-argon2id');
    await keeper.stop();
    expect(complaints).toContainEqual(expect.stringContaining('could not be stored'));
    expect(existsSync(join(directory, file))).toBe(true);
    expect(storedCount()).toBe(2);
  });

  it('of a key file, or another file in its place, is not taken for the key', async () => {
    writeFileSync(await storeOne(), readFileSync('tests/fixtures/keys/p256.ppk-argon2id'));
    const { problems, agent } = await restart();
    expect(agent.keys.list()).toEqual([]);
    expect(problems).toEqual([expect.stringContaining('is damaged')]);
  });

  it('of a key file does not spoil the same key once it is added again', async () => {
    writeFileSync(await storeOne(), 'damaged');
    const second = await restart();
    await add(second.client, 'ed25519.openssh-aes256-ctr');
    await second.keeper.stop();
    const third = await restart();
    expect(third.problems).toEqual([]);
    expect(third.agent.keys.list()).toHaveLength(1);
  });

  it('of a key file removes nothing from the disk', async () => {
    const path = await storeOne();
    writeFileSync(path, 'damaged');
    const { client, keeper } = await restart();
    await add(client, 'p256.ppk-argon2id');
    await keeper.stop();
    expect(readFileSync(path, 'utf8')).toBe('damaged');
  });

  it('that keeps a key file from being read for now loses nothing, also when other keys are saved', async () => {
    const path = await storeOne();
    renameSync(path, `${path}.away`);
    mkdirSync(path);
    const { problems, client, keeper } = await restart();
    expect(problems).toEqual([expect.stringContaining("can't be read (it is a directory, not a file)")]);
    await add(client, 'p256.ppk-argon2id');
    await keeper.stop();
    rmSync(path, { recursive: true });
    renameSync(`${path}.away`, path);
    expect((await restart()).agent.keys.list()).toHaveLength(2);
  });

  it('that is a file which was being written while it was read loses nothing', async () => {
    const path = await storeOne();
    const whole = readFileSync(path);
    writeFileSync(path, whole.subarray(0, 100));
    const { client, keeper } = await restart();
    await add(client, 'p256.ppk-argon2id');
    await keeper.stop();
    writeFileSync(path, whole);
    expect((await restart()).agent.keys.list()).toHaveLength(2);
  });

  it('that has taken the index alone keeps the keys aside', async () => {
    await storeOne();
    rmSync(join(directory, 'index.json'));
    const { problems, client, keeper } = await restart();
    expect(problems).toEqual([expect.stringContaining('kept')]);
    await add(client, 'p256.ppk-argon2id');
    await keeper.stop();
    expect(readdirSync(`${directory}.kept-2026-11-22T12-00-00-000Z`)).toHaveLength(1);
  });

  it('that keeps the index from being read keeps the keys from being replaced', async () => {
    const keyPath = await storeOne();
    const indexPath = join(directory, 'index.json');
    renameSync(indexPath, `${indexPath}.away`);
    mkdirSync(indexPath);
    const { problems, client, keeper, complaints } = await restart();
    expect(problems).toEqual([expect.stringContaining("can't be read (it is a directory, not a file)")]);
    rmSync(indexPath, { recursive: true });
    renameSync(`${indexPath}.away`, indexPath);
    await add(client, 'p256.ppk-argon2id');
    await keeper.stop();
    expect(complaints).toEqual([expect.stringContaining('could not be stored')]);
    expect(existsSync(keyPath)).toBe(true);
    expect((await restart()).agent.keys.list()).toHaveLength(1);
  });

  it('of the index, where the folder can not be kept aside either, leaves the folder as it is', async () => {
    const keyPath = await storeOne();
    writeFileSync(join(directory, 'index.json'), '{"version":2}');
    mkdirSync(aside());
    writeFileSync(join(aside(), 'in the way'), '');
    const { problems, client, keeper, complaints } = await restart();
    expect(problems).toEqual([expect.stringContaining('damaged')]);
    await add(client, 'p256.ppk-argon2id');
    await keeper.stop();
    expect(complaints).toEqual([expect.stringContaining('could not be stored')]);
    expect(existsSync(keyPath)).toBe(true);
  });

  it('of the disk is complained about', async () => {
    writeFileSync(directory, 'a file where the folder must be');
    const { client, keeper, complaints } = start();
    await add(client, 'ed25519.openssh-aes256-ctr');
    await keeper.stop();
    expect(complaints).toEqual([expect.stringContaining('could not be stored')]);
  });
});
