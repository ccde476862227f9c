// Adding key files at the window, with a real agent behind: what the person wishes holds from the first moment.
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StoredPolicy } from '../../../../main/agent/consent/rules/policy-format.ts';
import { isRestorable } from '../../../../main/agent/ring/is-restorable.ts';
import { AgentClient } from '../../../../main/client/agent-client.ts';
import { connectToSession } from '../../../../main/client/agent-connection.ts';
import { inlineCryptoOffload } from '../../../../main/crypto-worker/inline-crypto-offload.ts';
import { WireWriter } from '../../../../main/keys/encoding/wire.ts';
import { parseKeyFile } from '../../../../main/keys/files/parse-key-file.ts';
import { systemPassphraseEncodings } from '../../../../main/process/system-passphrase-encodings.ts';
import { type AddWishes, KeyAdder } from '../../../../main/shell/key-files/add-keys.ts';
import { OpenKeyFiles } from '../../../../main/shell/key-files/open-key-files.ts';
import { bytes, testAgent, testPeer } from '../../../fakes/test-agent.ts';
import { madeUpCertificate } from '../../../fakes/test-certificate.ts';

const clearFile = readFileSync('tests/fixtures/keys/ed25519.openssh');
const encryptedFile = readFileSync('tests/fixtures/keys/ed25519.ppk2-aes');
const hidingFile = readFileSync('tests/fixtures/keys/p256.pkcs8-aes-128-cbc');
const passphrase = bytes('pass phrase');
const parsed = parseKeyFile(clearFile);
const blob = parsed.publicKey?.blob ?? new Uint8Array();

async function window({ canStore = () => true }: { canStore?: () => boolean } = {}) {
  const policyFile = {
    load: () => undefined,
    save: (_stored: StoredPolicy) => (canStore() ? Promise.resolve() : Promise.reject(new Error('full'))),
    hasChanged: () => false,
  };
  const test = testAgent({ policyFile });
  const { keys, consent } = test.agent;
  const adder = new KeyAdder({
    addKey: test.agent.addKey,
    offload: inlineCryptoOffload,
    passphraseEncodings: await systemPassphraseEncodings(),
    log: () => {},
  });
  /** A program that asks for a signature in the very moment in which there is a key. */
  const atFirstSight = <T>(act: () => T) =>
    new Promise<T>((resolve) => {
      const stop = keys.onChanged(() => {
        if (keys.list().length === 0) return;
        stop();
        resolve(act());
      });
    });
  return { ...test, keys, policies: consent.policies, adder, atFirstSight };
}

const wishes = (change: Partial<AddWishes> = {}): AddWishes => ({ keepEncrypted: false, ...change });

it('a key whose comment would keep it out of every list is refused, and the window says why', async () => {
  const { adder, keys } = await window();
  const stranger = bytes(
    encryptedFile.toString().replace(/^Comment: .*$/m, `Comment: ${'x'.repeat(500_000)}`),
  );
  const { outcome } = await adder.addBytes('k', stranger, wishes({ keepEncrypted: true }));
  const message = 'The agent did not take the key: the comment is too long for a list of keys.';
  expect(outcome).toEqual({ kind: 'failed', message });
  expect(keys.list()).toEqual([]);
});

describe('a level chosen while adding', () => {
  it.each([
    ['in clear', clearFile, false],
    ['encrypted', encryptedFile, true],
  ])('is asked for a key %s from its first moment on', async (_how, file, keepEncrypted) => {
    const { adder, atFirstSight, connect, approver } = await window();
    const signed = atFirstSight(() => connect().sign(blob, bytes('x')));
    const added = adder.addBytes('k', file, wishes({ keepEncrypted, askLevel: 'always' }));
    expect((await added).outcome).toMatchObject({ kind: 'added' });
    const prompt = await approver.confirmPrompt(0);
    prompt.answer('deny');
    expect(await await signed).toBeUndefined();
    expect(approver.passphrases).toHaveLength(0);
  });

  it('holds for a file that had to wait for its passphrase', async () => {
    const { adder, atFirstSight, connect, approver, keys } = await window();
    const { outcome } = await adder.addBytes(
      'k',
      hidingFile,
      wishes({ askLevel: 'always', lifetimeSeconds: 60 }),
    );
    if (outcome.kind !== 'needs-passphrase') throw new Error(outcome.kind);
    expect(await adder.unlockAndAdd(outcome.pendingId, bytes('wrong'))).toMatchObject({
      kind: 'wrong-passphrase',
    });
    const signed = atFirstSight(() => connect().sign(keys.list()[0]?.blob ?? blob, bytes('x')));
    expect(await adder.unlockAndAdd(outcome.pendingId, passphrase)).toMatchObject({ kind: 'added' });
    (await approver.confirmPrompt(0)).answer('deny');
    expect(await await signed).toBeUndefined();
    expect(keys.list()).toMatchObject([{ secondsLeft: 60 }]);
  });

  it('adds nothing when it can not be stored, and says so', async () => {
    const { adder, keys } = await window({ canStore: () => false });
    const { outcome } = await adder.addBytes('k', clearFile, wishes({ askLevel: 'always' }));
    expect(outcome).toMatchObject({ kind: 'failed', message: expect.stringContaining('can not be written') });
    expect(keys.list()).toEqual([]);
  });

  it('is as it was before when the agent refuses the key', async () => {
    const { adder, agent, policies } = await window();
    agent.pause('the agent was locked');
    const { outcome } = await adder.addBytes('k', clearFile, wishes({ askLevel: 'never' }));
    expect(outcome.kind).toBe('failed');
    expect([...policies.policy.levels]).toEqual([]);
  });

  it('is as it was before also when it could not be stored any more as it was', async () => {
    let times = 0;
    const { adder, agent, keys, policies } = await window({
      canStore() {
        agent.pause('the agent was locked');
        return ++times === 1;
      },
    });
    const { outcome } = await adder.addBytes('k', clearFile, wishes({ askLevel: 'never' }));
    expect(outcome).toMatchObject({ kind: 'failed', message: expect.stringMatching(/locked.*rules\.json/) });
    expect([keys.list(), [...policies.policy.levels]]).toEqual([[], []]);
  });

  it('takes over from the older wish to confirm each use; none leaves what was chosen before', async () => {
    const { adder, keys, policies } = await window();
    await adder.addBytes('k', encryptedFile, wishes({ keepEncrypted: true }));
    const [held] = keys.list();
    keys.setConfirm(held?.id ?? '', true);
    await adder.addBytes('k', encryptedFile, wishes({ keepEncrypted: true, askLevel: 'forwarded' }));
    expect(keys.list()).toMatchObject([{ confirm: false }]);
    await adder.addBytes('k', encryptedFile, wishes({ keepEncrypted: true }));
    expect([...policies.policy.levels.values()]).toEqual(['forwarded']);
  });
});

describe('a lifetime chosen while adding', () => {
  it.each([
    ['in clear', clearFile, false],
    ['encrypted', encryptedFile, true],
  ])('holds for a key %s from its first moment on, and can be put off', async (_how, file, keepEncrypted) => {
    const { adder, atFirstSight, keys, clock } = await window();
    const first = atFirstSight(() => keys.list().map((key) => [key.secondsLeft, isRestorable(key)]));
    await adder.addBytes('k', file, wishes({ keepEncrypted, lifetimeSeconds: 600 }));
    expect(await first).toEqual([[600, false]]);
    const [held] = keys.list();
    expect(held?.clientSecondsLeft).toBeUndefined();
    keys.setLifetime(held?.id ?? '', 3600);
    clock.advance(600_000);
    expect(keys.list()).toMatchObject([{ secondsLeft: 3000 }]);
    clock.advance(3_000_000);
    expect(keys.list()).toEqual([]);
  });

  it('does not put off the end that a program has set', async () => {
    const { adder, keys, agent } = await window();
    await adder.addBytes('k', encryptedFile, wishes({ keepEncrypted: true }));
    const program = new AgentClient(connectToSession(agent.openSession(testPeer())));
    await program.addKeyFile({ bytes: encryptedFile, isPpk: true }, { lifetimeSeconds: 90 });
    await adder.addBytes('k', encryptedFile, wishes({ keepEncrypted: true, lifetimeSeconds: 3600 }));
    expect(keys.list()).toMatchObject([{ secondsLeft: 90, clientSecondsLeft: 90 }]);
  });
});

it('adds no key whose certificate the agent does not take, and says why', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-add-'));
  try {
    const path = join(directory, 'id');
    writeFileSync(path, clearFile);
    const principals = new WireWriter().text('a'.repeat(40_000)).finish();
    const certificate = madeUpCertificate(blob, { principals });
    const line = `ssh-ed25519-cert-v01@openssh.com ${Buffer.from(certificate).toString('base64')}\n`;
    writeFileSync(`${path}-cert.pub`, line);
    const { adder, keys } = await window();
    expect(await adder.addPath(path, wishes())).toMatchObject({
      outcome: { kind: 'failed', message: 'The agent did not take the key: public key is too long.' },
    });
    expect(keys.list()).toEqual([]);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

it('keeps as many files waiting for their passphrases as can be dropped at once', async () => {
  const { adder } = await window();
  const outcomes = [];
  for (let number = 0; number < 200; number++)
    outcomes.push((await adder.addBytes(`k${number}`, encryptedFile, wishes())).outcome);
  const [first] = outcomes;
  if (first?.kind !== 'needs-passphrase') throw new Error(first?.kind);
  expect(await adder.unlockAndAdd(first.pendingId, passphrase)).toMatchObject({ kind: 'added' });
});

it('tries a passphrase that fits on the other files, too, and on none when it does not', async () => {
  const { adder, keys } = await window();
  const wait = async (file: Uint8Array) => {
    const { outcome } = await adder.addBytes('k', file, wishes());
    if (outcome.kind !== 'needs-passphrase') throw new Error(outcome.kind);
    return outcome.pendingId;
  };
  const first = await wait(hidingFile);
  const second = await wait(encryptedFile);
  // It has another passphrase.
  const third = await wait(readFileSync('tests/fixtures/keys/p256.pkcs8-unicode'));
  expect(await adder.unlockAndAdd(first, bytes('wrong'), [second, third])).toMatchObject({
    kind: 'wrong-passphrase',
  });
  expect(keys.list()).toEqual([]);
  expect(await adder.unlockAndAdd(first, passphrase, [second, third])).toMatchObject({
    kind: 'added',
    alsoAdded: [{ kind: 'added', pendingId: second }],
  });
  expect(keys.list()).toHaveLength(2);
  expect(await adder.unlockAndAdd(second, passphrase)).toMatchObject({ kind: 'failed' });
  expect(await adder.unlockAndAdd(third, passphrase)).toMatchObject({ kind: 'wrong-passphrase' });
});

describe('a file that can not be read', () => {
  const addPath = async (path: string) => {
    const { adder } = await window();
    return (await adder.addPath(path, wishes())).outcome;
  };

  it('is told of when it has vanished since it was chosen', async () => {
    expect(await addPath('/no/such/id_ed25519')).toMatchObject({
      kind: 'failed',
      message: "The file can't be read or written: no such file or directory. Choose another one.",
    });
  });

  it.skipIf(process.platform === 'win32')(
    'is waited for by nobody: a fifo, whether it is added or opened',
    async () => {
      const directory = mkdtempSync(join(tmpdir(), 'sallyport-add-'));
      const path = join(directory, 'id');
      execFileSync('mkfifo', [path]);
      try {
        const message = expect.stringMatching(/^This is .*Choose a private key file\.$/);
        expect(await addPath(path)).toMatchObject({ kind: 'failed', message });
        expect(await new OpenKeyFiles().openPath(path)).toMatchObject({ kind: 'failed', message });
      } finally {
        closeSync(openSync(path, constants.O_RDWR | constants.O_NONBLOCK));
        rmSync(directory, { recursive: true });
      }
    },
  );

  it.skipIf(process.platform === 'win32')('is told of with what to do when the system says no', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'sallyport-add-'));
    try {
      symlinkSync('loop', join(directory, 'loop'));
      expect(await addPath(join(directory, 'loop'))).toMatchObject({
        kind: 'failed',
        message: expect.stringMatching(/: too many symbolic links\. .* try again\.$/),
      });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
