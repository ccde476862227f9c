// Keys that were found, added and taken away again, with a real agent behind.
import { chmodSync, cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inlineCryptoOffload } from '../../../../main/crypto-worker/inline-crypto-offload.ts';
import { whyNotLocal } from '../../../../main/get-started/files/local-path.ts';
import { findKeyFiles } from '../../../../main/get-started/find-key-files.ts';
import { systemPassphraseEncodings } from '../../../../main/process/system-passphrase-encodings.ts';
import { KeyStep } from '../../../../main/shell/get-started/key-step.ts';
import { KeyAdder } from '../../../../main/shell/key-files/add-keys.ts';
import { openGetStartedFile } from '../../../../main/stored/get-started-file.ts';
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

async function step() {
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
    ...{ keys: agent.keys, adder, record, whyNotNow: whyNotLocal },
    upstreams: {
      add: async (address) => void agents.push(address),
      remove: async (address) => agents.splice(agents.indexOf(address), 1).length > 0,
    },
    windowsKeys: {
      list: async () =>
        ({ certificates: offers.at(-1) ?? false, keys: [{ home: 'certificate' }], homes: [] }) as never,
      offer: async (_, isOffered) => void offers.push(isOffered),
    },
    findFiles: () => findKeyFiles({ platform: 'linux', env: {}, home, registry: undefined }),
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
