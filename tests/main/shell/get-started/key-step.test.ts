// Keys that were found, added and taken away again, with a real agent behind.
import { chmodSync, cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UpstreamError } from '../../../../main/agent/ports/host.ts';
import { inlineCryptoOffload } from '../../../../main/crypto-worker/inline-crypto-offload.ts';
import { whyNotLocal } from '../../../../main/get-started/files/local-path.ts';
import { findKeyFiles } from '../../../../main/get-started/find-key-files.ts';
import { systemPassphraseEncodings } from '../../../../main/process/system-passphrase-encodings.ts';
import { KeyStep } from '../../../../main/shell/get-started/key-step.ts';
import { KeyAdder } from '../../../../main/shell/key-files/add-keys.ts';
import { openGetStartedFile } from '../../../../main/stored/get-started-file.ts';
import { FakeStore } from '../../../fakes/fake-store.ts';
import { settle } from '../../../fakes/settle.ts';
import { bytes, testAgent } from '../../../fakes/test-agent.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'sallyport-step-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const fixture = (name: string, as: string) => {
  cpSync(join('tests/fixtures/keys', name), join(home, '.ssh', as), { recursive: true });
  chmodSync(join(home, '.ssh', as), 0o600);
};

async function step({ looks = () => {} }: { looks?: () => void } = {}) {
  const { agent, approver } = testAgent();
  const record = openGetStartedFile(join(home, 'get-started.json'), () => {});
  const adder: KeyAdder = new KeyAdder({
    addKey: agent.addKey,
    offload: inlineCryptoOffload,
    passphraseEncodings: await systemPassphraseEncodings(),
    log: () => {},
    unlocked: (id, key) => keyStep.noteUnlocked(id, key),
  });
  const agents: string[] = [];
  const offers: boolean[] = [];
  const keyStep: KeyStep = new KeyStep({
    ...{ keys: agent.keys, stores: agent.stores, adder, record, whyNotNow: whyNotLocal },
    upstreams: {
      async add(address) {
        if (agents.includes(address)) throw new UpstreamError('It is used already.');
        agents.push(address);
        agent.stores.add(new FakeStore(address));
      },
      async remove(address) {
        agents.splice(agents.indexOf(address), 1);
        return agent.stores.remove(new FakeStore(address).id);
      },
    },
    windowsKeys: {
      list: async () =>
        ({ certificates: offers.at(-1) ?? false, keys: [{ home: 'certificate' }], homes: [] }) as never,
      offer: async (_, isOffered) => void offers.push(isOffered),
    },
    findFiles() {
      looks();
      return findKeyFiles({ platform: 'linux', env: {}, home, registry: undefined });
    },
    findAgents: async () => [{ address: '/other.sock', title: 'Another' }],
  });
  keyStep.follow();
  const idOf = async (name: string) =>
    (await keyStep.find()).files.find(({ path }) => path.endsWith(`/${name}`))?.id ?? '';
  return { agent, approver, record, adder, keyStep, agents, offers, idOf };
}

const nothing = { files: [], agents: [], certificates: false };

describe('what is ticked', () => {
  it('is added encrypted, asks for nothing, and is taken away with its certificate', async () => {
    fixture('ed25519.openssh-aes256-ctr', 'id');
    fixture('ed25519-cert.pub', 'id-cert.pub');
    const { keyStep, agent, approver, record, idOf } = await step();
    const { files } = await keyStep.add({ ...nothing, files: [await idOf('id')] });
    expect(files).toMatchObject([{ outcome: { kind: 'added', keptEncrypted: true } }]);
    expect(agent.keys.list().map(({ state }) => state)).toContain('encrypted');
    expect(approver.passphrases ?? []).toEqual([]);
    expect(record.current.addedKeys).toHaveLength(agent.keys.list().length);
    await keyStep.undo();
    expect(agent.keys.list()).toEqual([]);
    expect(record.current.addedKeys).toEqual([]);
  });

  it('leaves by Undo what was here before, what another way added, and what was removed and added again', async () => {
    fixture('ed25519.openssh-aes256-ctr', 'before');
    fixture('p256.openssh', 'mine');
    const { keyStep, agent, adder, idOf } = await step();
    await adder.addPath(join(home, '.ssh/before'), { keepEncrypted: true });
    await keyStep.add({ ...nothing, files: [await idOf('before')] });
    await keyStep.add({ ...nothing, files: [await idOf('mine')] });
    expect(agent.keys.list()).toHaveLength(2);
    await keyStep.undo();
    expect(agent.keys.list().map(({ state }) => state)).toEqual(['encrypted']);
    await keyStep.add({ ...nothing, files: [await idOf('mine')] });
    const [added] = agent.keys.list().filter(({ state }) => state === 'clear');
    agent.keys.remove(added?.id ?? '');
    await settle();
    await adder.addPath(join(home, '.ssh/mine'), { keepEncrypted: false });
    await keyStep.undo();
    expect(agent.keys.list()).toHaveLength(2);
  });

  it('is undone, too, where its passphrase was needed to add it', async () => {
    fixture('p256.pkcs8-aes-128-cbc', 'hiding');
    const { keyStep, agent, adder, idOf } = await step();
    const { files } = await keyStep.add({ ...nothing, files: [await idOf('hiding')] });
    const [file] = files;
    if (file?.outcome.kind !== 'needs-passphrase') throw new Error('it was added without');
    await adder.unlockAndAdd(file.outcome.pendingId, bytes('pass phrase'));
    await settle();
    expect(agent.keys.list()).toHaveLength(1);
    await keyStep.undo();
    expect(agent.keys.list()).toEqual([]);
  });

  it('may be another agent and the certificates, of which Undo takes away what this step has added', async () => {
    const { keyStep, agents, offers } = await step();
    const found = await keyStep.find();
    expect(found.certificates).toEqual({ count: 1, areOffered: false });
    await keyStep.add({ files: [], agents: found.agents.map(({ id }) => id), certificates: true });
    expect({ agents, offers }).toEqual({ agents: ['/other.sock'], offers: [true] });
    await keyStep.undo();
    expect({ agents, offers }).toEqual({ agents: [], offers: [true, false] });
  });
});

it('adds nothing that was not found, whatever ids the page names', async () => {
  fixture('ed25519.openssh', 'id');
  const { keyStep, agent, agents, idOf } = await step();
  const old = await idOf('id');
  await keyStep.find();
  const other = '7f1c1a52-5d0f-4bb4-8f77-1f1f2d3c4b5a';
  expect(await keyStep.add({ ...nothing, files: [old, other], agents: [other] })).toEqual({
    files: [],
    problems: [],
  });
  expect({ keys: agent.keys.list(), agents }).toEqual({ keys: [], agents: [] });
});

it('opens no file that leads elsewhere by now', async () => {
  fixture('ed25519.openssh', 'id');
  const { keyStep, agent, idOf } = await step();
  const id = await idOf('id');
  rmSync(join(home, '.ssh/id'));
  symlinkSync('id', join(home, '.ssh/id'));
  const { files } = await keyStep.add({ ...nothing, files: [id] });
  expect(files).toMatchObject([
    { outcome: { kind: 'failed', message: 'This file leads round in a circle.' } },
  ]);
  expect(agent.keys.list()).toEqual([]);
});

it('knows after a restart what to take away', async () => {
  fixture('ed25519.openssh-aes256-ctr', 'id');
  const first = await step();
  await first.keyStep.add({ ...nothing, files: [await first.idOf('id')] });
  const record = openGetStartedFile(join(home, 'get-started.json'), () => {});
  expect(record.current.addedKeys).toEqual(first.agent.keys.list().map(({ id }) => id));
});

it('leaves by Undo another agent that was removed, and added again by the person', async () => {
  const { keyStep, agent, agents, record } = await step();
  const { agents: found } = await keyStep.find();
  await keyStep.add({ ...nothing, agents: found.map(({ id }) => id) });
  await settle();
  expect(record.current.addedAgents).toEqual(['/other.sock']);
  agent.stores.remove(new FakeStore('/other.sock').id);
  await settle();
  agent.stores.add(new FakeStore('/other.sock'));
  await keyStep.undo();
  expect({ agents, used: agent.stores.list().length }).toEqual({ agents: ['/other.sock'], used: 1 });
});

it('adds once what a page names twice, again, and after Undo', async () => {
  fixture('ed25519.openssh-aes256-ctr', 'id');
  const { keyStep, agent, agents, record } = await step();
  const found = await keyStep.find();
  const file = found.files[0]?.id ?? '';
  const other = found.agents[0]?.id ?? '';
  const twice = { files: [file, file], agents: [other, other], certificates: true };
  expect(await keyStep.add(twice)).toMatchObject({ files: [{ name: expect.anything() }], problems: [] });
  expect(await keyStep.add(twice)).toMatchObject({ problems: ['It is used already.'] });
  expect(agent.keys.list()).toHaveLength(1);
  expect(agents).toEqual(['/other.sock']);
  expect(record.current.addedKeys).toHaveLength(1);
  await keyStep.undo();
  expect({ keys: agent.keys.list(), agents }).toEqual({ keys: [], agents: [] });
  await keyStep.undo();
  await keyStep.add({ ...nothing, files: [file] });
  await keyStep.undo();
  expect(agent.keys.list()).toEqual([]);
});

it('looks once for 10,000 pages that look at the same time, and holds the ids of the last look only', async () => {
  fixture('ed25519.openssh-aes256-ctr', 'id');
  let looks = 0;
  const { keyStep, agent } = await step({ looks: () => looks++ });
  const all = await Promise.all(Array.from({ length: 10_000 }, () => keyStep.find()));
  expect(looks).toBe(1);
  expect(new Set(all.map(({ files }) => files[0]?.id)).size).toBe(1);
  const old: string[] = [];
  for (let look = 0; look < 20; look++) old.push((await keyStep.find()).files[0]?.id ?? '');
  expect(await keyStep.add({ ...nothing, files: old.slice(0, -1) })).toEqual({ files: [], problems: [] });
  expect(agent.keys.list()).toEqual([]);
});

it('says of a file that has vanished since it was found, and adds the others', async () => {
  fixture('ed25519.openssh-aes256-ctr', 'gone');
  fixture('p256.openssh', 'there');
  const { keyStep, agent } = await step();
  const { files } = await keyStep.find();
  rmSync(join(home, '.ssh/gone'));
  const added = await keyStep.add({ ...nothing, files: files.map(({ id }) => id) });
  expect(added.files).toHaveLength(2);
  expect(added.files.find(({ name }) => name.endsWith('gone'))).toMatchObject({
    outcome: { kind: 'failed' },
  });
  expect(agent.keys.list()).toHaveLength(1);
});
