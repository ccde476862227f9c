// The hosts of keys as the key window asks for them, with a real agent, keys.toml and known_hosts behind.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inlineCryptoOffload } from '../../../../main/crypto-worker/inline-crypto-offload.ts';
import { KeyAdder } from '../../../../main/shell/key-files/add-keys.ts';
import { keyHostHandlers } from '../../../../main/shell/requests/key-host-handlers.ts';
import { RequestFailure } from '../../../../main/shell/requests/request-failure.ts';
import { destinationsFor } from '../../../../main/stored/hosts/destinations.ts';
import { readKnownHosts } from '../../../../main/stored/hosts/read-known-hosts.ts';
import { addHostsOfKey, hostsOfKey, removeHostOfKey } from '../../../../main/stored/keys-toml-file.ts';
import type { PersonHosts } from '../../../../main/stored/person-hosts.ts';
import { plantedPpk } from '../../../fakes/planted-file.ts';
import { addRequest, bytes, testAgent } from '../../../fakes/test-agent.ts';
import { ed25519Key } from '../../../fakes/test-key.ts';

const from = { webContentsId: 1, role: 'keys' } as never;
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-hosts-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** As `personHosts`, in a folder of the test. */
function hostsIn(folder: string): PersonHosts {
  const file = join(folder, 'keys.toml');
  const knownHosts = join(folder, 'known_hosts');
  const line = `web ssh-ed25519 ${Buffer.from(ed25519Key().blob).toString('base64')}\n`;
  writeFileSync(knownHosts, line, { mode: 0o600 });
  return {
    file,
    setOf: (key) => hostsOfKey(file, key),
    known: async () => ['web'],
    destinationsFor: async (hosts) => destinationsFor(hosts, await readKnownHosts([knownHosts])),
    async setFor(key, name, hosts) {
      const added = await addHostsOfKey(file, key, name, hosts);
      return async () => {
        for (const host of added) await removeHostOfKey(file, key, host);
      };
    },
  };
}

async function shell() {
  const test = testAgent();
  const { keys } = test.agent;
  const key = ed25519Key();
  await test.connect().send(addRequest(key, 'the "key"'));
  const [held] = keys.list();
  if (held === undefined) throw new Error('the key was not added');
  const hosts = hostsIn(dir);
  return { ...test, keys, key, held, hosts, handlers: keyHostHandlers(keys, hosts) };
}

describe('the hosts of a key', () => {
  it('are set and taken out in the file of the person', async () => {
    const { handlers, held, hosts } = await shell();
    const { id } = held;
    expect(await handlers['keyHosts.get']({ id }, from)).toEqual({ hosts: [], file: hosts.file });
    await handlers['keyHosts.add']({ id, host: '*.example.com' }, from);
    const set = await handlers['keyHosts.add']({ id, host: 'git@b' }, from);
    expect(set.hosts).toEqual([
      { host: '*.example.com', isByHand: false },
      { host: 'git@b', isByHand: false },
    ]);
    expect(readFileSync(hosts.file, 'utf8')).toContain(`key = "${held.fingerprint}"`);
    expect((await handlers['keyHosts.remove']({ id, host: '*.example.com' }, from)).hosts).toHaveLength(1);
  });

  it.each(['', 'a b', 'a@b@c', 'SHA256:x', 'x'.repeat(600), 'a\u202eb', '"\n[[key]]'])(
    'are none of what is no host: %j',
    async (host) => {
      const { handlers, held, hosts } = await shell();
      await expect(handlers['keyHosts.add']({ id: held.id, host }, from)).rejects.toThrow('This is no host');
      expect(await handlers['hosts.check']({ use: 'offer', host }, from)).toEqual({
        problem: expect.stringContaining('This is no host'),
      });
      expect(() => readFileSync(hosts.file)).toThrow('ENOENT');
    },
  );

  it('can’t be set for a key that is not there, nor in a file that others could have written', async () => {
    const { handlers, held, hosts } = await shell();
    const gone = handlers['keyHosts.add']({ id: '0'.repeat(64), host: 'a' }, from);
    await expect(gone).rejects.toThrow('does not hold this key any more');
    if (process.platform === 'win32') return;
    writeFileSync(hosts.file, '');
    chmodSync(hosts.file, 0o666);
    const failed = handlers['keyHosts.get']({ id: held.id }, from);
    await expect(failed).rejects.toThrow(RequestFailure);
    await expect(failed).rejects.toThrow('Close it with');
  });

  it('are told in a sentence where the file can’t be written', async () => {
    const { handlers, held, hosts } = await shell();
    mkdirSync(hosts.file);
    const failed = handlers['keyHosts.add']({ id: held.id, host: 'a' }, from);
    await expect(failed).rejects.toThrow(RequestFailure);
  });
});

describe('restricting a key that is held', () => {
  it('is to hosts that are known, once', async () => {
    const { handlers, keys, held } = await shell();
    const { id } = held;
    expect(await handlers['hosts.check']({ use: 'restrict', host: 'web' }, from)).toEqual({});
    expect((await handlers['hosts.check']({ use: 'restrict', host: 'other' }, from)).problem).toMatch(
      /“other” is not in known_hosts.* Log in there once/,
    );
    await expect(handlers['keyHosts.restrict']({ id, hosts: ['web', 'other'] }, from)).rejects.toThrow(
      'is not in known_hosts',
    );
    expect(keys.list()[0]?.permittedSteps).toBeUndefined();
    await handlers['keyHosts.restrict']({ id, hosts: ['git@web'] }, from);
    expect(keys.list()[0]?.permittedSteps).toEqual([{ to: 'web', user: 'git' }]);
    await expect(handlers['keyHosts.restrict']({ id, hosts: ['web'] }, from)).rejects.toThrow(
      'Remove it and add it again.',
    );
    expect(keys.list()[0]?.permittedSteps).toEqual([{ to: 'web', user: 'git' }]);
  });
});

describe('a key that is added with hosts', () => {
  const adderOf = ({ agent, hosts }: Awaited<ReturnType<typeof shell>>) =>
    new KeyAdder({
      addKey: agent.addKey,
      setHosts: hosts.setFor,
      offload: inlineCryptoOffload,
      passphraseEncodings: (utf8) => [utf8.slice()],
      log: () => undefined,
    });

  it('has them, and its restriction, from its first moment', async () => {
    const test = await shell();
    const file = bytes(plantedPpk(ed25519Key().blob));
    const destinations = await test.hosts.destinationsFor(['web']);
    const wishes = { keepEncrypted: true, hosts: ['web', '*.example.com'], destinations };
    const { outcome } = await adderOf(test).addBytes('k', file, wishes);
    if (outcome.kind !== 'added') throw new Error(outcome.kind);
    const { hosts } = await test.handlers['keyHosts.get']({ id: outcome.id }, from);
    expect(hosts.map(({ host }) => host)).toEqual(['web', '*.example.com']);
    expect(test.keys.list().find(({ id }) => id === outcome.id)?.permittedSteps).toEqual([{ to: 'web' }]);
  });

  it('leaves none of them where the agent does not take it', async () => {
    const test = await shell();
    await addHostsOfKey(test.hosts.file, test.held.fingerprint, 'k', ['kept']);
    const before = readFileSync(test.hosts.file, 'utf8');
    test.agent.pause();
    const file = bytes(plantedPpk(ed25519Key().blob));
    const { outcome } = await adderOf(test).addBytes('k', file, { keepEncrypted: true, hosts: ['web'] });
    expect(outcome.kind).toBe('failed');
    expect(readFileSync(test.hosts.file, 'utf8')).toBe(before);
  });

  it('is not added where its hosts can’t be kept, which is told', async () => {
    const test = await shell();
    writeFileSync(test.hosts.file, 'key = [', { mode: 0o600 });
    const file = bytes(plantedPpk(ed25519Key().blob));
    const { outcome } = await adderOf(test).addBytes('k', file, { keepEncrypted: true, hosts: ['web'] });
    expect(outcome).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('Change it in the file'),
    });
    expect(test.keys.list()).toHaveLength(1);
  });
});
