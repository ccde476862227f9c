// What Windows Hello opens, over the removal of its key and its return, with a real agent, folder and seals behind.
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SecretBytes } from '../../../../main/keys/encoding/secret-bytes.ts';
import { fileHash, SealedPassphrases } from '../../../../main/sealed-passphrases/sealed-passphrases.ts';
import { startKeeping } from '../../../../main/shell/key-files/start-keeping.ts';
import { KeyFolder } from '../../../../main/stored/key-folder.ts';
import { addPpk } from '../../../fakes/encrypted-key-agent.ts';
import { FakeChip } from '../../../fakes/fake-chip.ts';
import { ManualClock } from '../../../fakes/manual-clock.ts';
import { encryptedPpk2, encryptedPpk3, pageantPassphrase } from '../../../fakes/pageant-vectors.ts';
import { testAgent } from '../../../fakes/test-agent.ts';

let parent = '';
let directory = '';
const started: { stop(): Promise<void> }[] = [];
beforeEach(() => {
  chip = new FakeChip();
  parent = mkdtempSync(join(tmpdir(), 'keeping-'));
  directory = join(parent, 'keys');
  mkdirSync(directory, { mode: 0o700 });
});
afterEach(async () => {
  // What is still to be saved would make the folder anew.
  await Promise.all(started.splice(0).map((keeping) => keeping.stop()));
  rmSync(parent, { recursive: true, force: true });
});

let chip = new FakeChip();

/** Until then all changes of this turn wait. */
const saveBegun = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A start of the program on that folder. */
async function start() {
  const settings = { restoreKeys: true };
  const sealed = new SealedPassphrases({ directory, chip, now: () => new Date(0), log: () => {} });
  await sealed.load();
  const { agent, connect } = testAgent();
  const clock = new ManualClock();
  const keeping = await startKeeping({
    agent,
    folder: new KeyFolder(directory),
    isWanted: () => settings.restoreKeys,
    notices: { add: () => {} },
    sealed,
    clock,
  });
  started.push(keeping);
  /** Resolves when all that has changed is on disk. */
  const saved = async () => {
    await saveBegun();
    await keeping.keeper.countStored();
  };
  return { agent, connect, clock, keeping, saved, sealed, settings };
}

/** The same with a key that Windows Hello opens. */
async function startWithHello() {
  const test = await start();
  await addPpk(test.connect(), encryptedPpk2);
  const [key] = test.agent.keys.list();
  const { id = '', fingerprint = '' } = key ?? {};
  const [file = new Uint8Array()] = test.agent.keys.encryptedFiles(id);
  await test.saved();
  const passphrase = new SecretBytes(new TextEncoder().encode(pageantPassphrase));
  const signal = new AbortController().signal;
  const dialog = { window: undefined, says: '' };
  await test.sealed.setUp({ fingerprint, file: fileHash(file) }, passphrase, dialog, signal);
  return { ...test, id, fingerprint, open: () => test.sealed.open(fingerprint, dialog, signal) };
}

const sealsOnDisk = () => readdirSync(directory).filter((name) => name.endsWith('.hello'));

describe('the passphrase that Windows Hello opens', () => {
  it.each([true, false])(
    'is there again for a key that was had back (after it was stored so: %s)',
    async (isSaved) => {
      const { keeping, id, saved, sealed, fingerprint, open } = await startWithHello();
      const { undoId = '' } = keeping.removed.remove([id]);
      // Else the key comes back while its removal is being written.
      if (isSaved) await saved();
      else await saveBegun();
      expect(await keeping.removed.restore(undoId)).toEqual([]);
      await saved();
      expect(sealed.find(fingerprint)).toBeDefined();
      using passphrase = await open();
      expect(new TextDecoder().decode(passphrase.bytes)).toBe(pageantPassphrase);
    },
  );

  it('is gone, with the key of the chip, when the time to have the key back is over', async () => {
    const { keeping, clock, id, saved, sealed, fingerprint } = await startWithHello();
    keeping.removed.remove([id]);
    await saved();
    expect([sealsOnDisk().length, chip.keys.size]).toEqual([1, 1]);
    clock.advance(35_000);
    await saved();
    expect(sealed.find(fingerprint)).toBeUndefined();
    expect([sealsOnDisk(), chip.keys.size]).toEqual([[], 0]);
  });

  it.each<[string, (test: Awaited<ReturnType<typeof startWithHello>>) => Promise<unknown> | unknown]>([
    ['the program ends meanwhile', ({ keeping }) => keeping.stop()],
    [
      'another removal takes its place',
      ({ keeping, agent }) => keeping.removed.remove([agent.keys.list()[0]?.id ?? '']),
    ],
    [
      'keys are not kept any more',
      ({ keeping, settings }) => {
        settings.restoreKeys = false;
        keeping.keeper.save();
      },
    ],
  ])('is gone when %s', async (_, happen) => {
    const test = await startWithHello();
    await addPpk(test.connect(), encryptedPpk3);
    test.keeping.removed.remove([test.id]);
    await test.saved();
    expect(sealsOnDisk()).toHaveLength(1);
    await happen(test);
    await test.saved();
    expect([sealsOnDisk(), chip.keys.size]).toEqual([[], 0]);
  });

  it('is gone at the next start where the program broke off meanwhile', async () => {
    const { keeping, id, saved } = await startWithHello();
    keeping.removed.remove([id]);
    await saved();
    const next = await start();
    next.keeping.keeper.save();
    await next.saved();
    expect([sealsOnDisk(), next.agent.keys.list()]).toEqual([[], []]);
  });

  it('is gone at once with a key that can not be had back', async () => {
    const { agent, id, saved } = await startWithHello();
    agent.keys.remove(id);
    await saved();
    expect(sealsOnDisk()).toEqual([]);
  });
});
