// Passphrases behind the chip's keys, as they lie beside the key files: set up, opened, damaged, forgotten.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SecretBytes } from '../../../main/keys/encoding/secret-bytes.ts';
import { fileHash, SealedPassphrases } from '../../../main/sealed-passphrases/sealed-passphrases.ts';
import { FakeChip } from '../../fakes/fake-chip.ts';

const fingerprint = `SHA256:${'a'.repeat(43)}`;
const file = fileHash(new TextEncoder().encode('a key file'));
const otherFile = fileHash(new TextEncoder().encode('another'));
const never = new AbortController().signal;
const dialog = { window: 0x1234n, says: 'Unlock the key' };
const secret = (text: string) => new SecretBytes(new TextEncoder().encode(text));
const path = (name = `${file}.hello`) => join(directory, name);

let directory = '';
let chip = new FakeChip();
let lines: string[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sealed-'));
  chip = new FakeChip();
  lines = [];
});
afterEach(() => rmSync(directory, { recursive: true }));

async function start() {
  let day = 1;
  const now = () => new Date(Date.UTC(2026, 0, day++));
  const sealed = new SealedPassphrases({ directory, chip, now, log: (line) => lines.push(line) });
  const problems = await sealed.load();
  return {
    sealed,
    problems,
    setUp: (passphrase = 'correct horse', forFile = file, signal = never) =>
      sealed.setUp({ fingerprint, file: forFile }, secret(passphrase), dialog, signal),
    async open() {
      const passphrase = await sealed.open(fingerprint, dialog, never);
      return new TextDecoder().decode(passphrase.bytes);
    },
  };
}

/** As it lies on disk, with `change`. */
function change(change: Record<string, unknown>, name?: string) {
  const stored: unknown = JSON.parse(readFileSync(path(), 'utf8'));
  writeFileSync(path(name), JSON.stringify({ ...(stored as object), ...change }));
}

describe('a passphrase behind the chip', () => {
  it('opens with the finger alone, also after a new start', async () => {
    const { setUp, open } = await start();
    await setUp();
    expect(await open()).toBe('correct horse');
    expect(chip.dialogs.map(({ step }) => step)).toEqual(['create', 'sign', 'sign']);
    expect(chip.dialogs.every(({ dialog: shown }) => shown === dialog)).toBe(true);
    expect(await (await start()).open()).toBe('correct horse');
  });

  it('lies beside the key file, for the user alone, and nowhere in clear', async () => {
    const { setUp } = await start();
    await setUp();
    expect(readdirSync(directory)).toEqual([`${file}.hello`]);
    const contents = readFileSync(path());
    for (const encoding of ['latin1', 'base64', 'hex'] as const)
      expect(contents.toString('latin1')).not.toContain(Buffer.from('correct horse').toString(encoding));
    if (process.platform !== 'win32') expect(statSync(path()).mode & 0o777).toBe(0o600);
  });

  it('wipes each signature, of which its key is made', async () => {
    const { setUp, open } = await start();
    await setUp();
    expect(chip.given?.every((byte) => byte === 0)).toBe(true);
    await open();
    expect(chip.given?.every((byte) => byte === 0)).toBe(true);
  });

  it('is none for another key', async () => {
    const { sealed, setUp } = await start();
    await setUp();
    expect(sealed.find(`SHA256:${'b'.repeat(43)}`)).toBeUndefined();
  });

  it('is replaced by the next for the same file, whose old key leaves the chip', async () => {
    const { setUp, open } = await start();
    await setUp();
    const [before] = chip.keys.keys();
    await setUp('battery staple');
    expect(chip.removed).toEqual([before]);
    expect(chip.keys.size).toBe(1);
    expect(await open()).toBe('battery staple');
  });

  it('of the newest file counts', async () => {
    const { setUp, open } = await start();
    await setUp('correct horse');
    await setUp('battery staple', otherFile);
    expect(await open()).toBe('battery staple');
  });
});

describe('opening', () => {
  it('that is cancelled says so, and leaves all as it is', async () => {
    const { setUp, open } = await start();
    await setUp();
    chip.person = ['cancel'];
    await expect(open()).rejects.toMatchObject({
      code: 'cancelled',
      message: 'Windows Hello was cancelled. Type the passphrase, or use Windows Hello again.',
    });
    expect(await open()).toBe('correct horse');
  });

  it('says what the chip says', async () => {
    const { setUp, open } = await start();
    await setUp();
    chip.person = ['breaks'];
    await expect(open()).rejects.toMatchObject({
      code: 'failed',
      message: 'Windows Hello did not work. The chip is not ready. Type the passphrase.',
    });
  });

  it('with a chip that has lost its key says that Windows Hello was reset, and keeps what is stored', async () => {
    const { sealed, setUp, open } = await start();
    await setUp();
    chip.keys.clear();
    await expect(open()).rejects.toMatchObject({
      code: 'stale',
      message: expect.stringMatching(/^Windows Hello was set up anew or its key was removed/) as string,
    });
    expect(sealed.find(fingerprint)).toBeDefined();
    expect(readdirSync(directory)).toHaveLength(1);
  });

  it('with another key in its place gives nothing', async () => {
    const { setUp, open } = await start();
    await setUp();
    for (const name of chip.keys.keys()) chip.keys.set(name, 1);
    await expect(open()).rejects.toMatchObject({ code: 'stale' });
  });

  it.each([
    ['its ciphertext', { ciphertext: Buffer.alloc(144, 1).toString('base64') }],
    ['its nonce', { nonce: Buffer.alloc(12, 1).toString('base64') }],
  ])('says that it was changed where %s was', async (_, changed) => {
    await (await start()).setUp();
    change(changed);
    const { open } = await start();
    await expect(open()).rejects.toMatchObject({
      code: 'stale',
      message: expect.stringMatching(/^What was stored for Windows Hello was changed/) as string,
    });
  });

  it('of one that was moved to another key or file gives nothing', async () => {
    await (await start()).setUp();
    const other = `SHA256:${'b'.repeat(43)}`;
    change({ fingerprint: other });
    const { sealed } = await start();
    await expect(sealed.open(other, dialog, never)).rejects.toMatchObject({ code: 'stale' });
    change({ fingerprint, file: otherFile }, `${otherFile}.hello`);
    rmSync(path());
    await expect((await start()).open()).rejects.toMatchObject({ code: 'stale' });
  });

  it('does not wait for a dialog that nobody wants any more', async () => {
    const { sealed, setUp } = await start();
    await setUp();
    chip.person = ['leaves'];
    const ending = new AbortController();
    const opened = sealed.open(fingerprint, dialog, ending.signal);
    ending.abort();
    await expect(opened).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('setting up', () => {
  const nothingLeft = () => {
    expect(readdirSync(directory)).toEqual([]);
    expect(chip.keys.size).toBe(0);
  };

  it('is refused without a chip, before anybody is asked', async () => {
    chip.why = 'This computer has no chip for it.';
    const { setUp } = await start();
    await expect(setUp()).rejects.toMatchObject({ code: 'failed', message: chip.why });
    expect(chip.dialogs).toEqual([]);
    nothingLeft();
  });

  it('is refused to a key whose signatures are not the same each time', async () => {
    chip.alter = (signature) => signature.map((byte, index) => (index === 5 ? byte ^ 1 : byte));
    const { setUp } = await start();
    await expect(setUp()).rejects.toMatchObject({
      code: 'failed',
      message:
        'Windows Hello can’t be used for this key. Its signatures are not the same each time. It goes on being unlocked by its passphrase alone.',
    });
    nothingLeft();
  });

  it.each([[['cancel']], [['finger', 'cancel']]] as const)(
    'that is cancelled leaves nothing: %j',
    async (person) => {
      const { setUp } = await start();
      chip.person = [...person];
      await expect(setUp()).rejects.toMatchObject({ code: 'cancelled' });
      nothingLeft();
    },
  );

  it('that nobody wants any more leaves nothing', async () => {
    const { setUp } = await start();
    const ending = new AbortController();
    chip.alter = (signature) => {
      ending.abort();
      return signature;
    };
    await expect(setUp('correct horse', file, ending.signal)).rejects.toMatchObject({ code: 'cancelled' });
    nothingLeft();
  });

  it('says why nothing can be stored, and leaves no key in the chip', async () => {
    const { setUp } = await start();
    rmSync(directory, { recursive: true });
    writeFileSync(directory, '');
    await expect(setUp()).rejects.toMatchObject({ code: 'failed' });
    expect(chip.keys.size).toBe(0);
  });
});

describe('what is stored', () => {
  it.each([
    ['is no JSON', 'x'],
    ['is empty', ''],
    ['is from another version', '{"version":2}'],
    ['is too long', ' '.repeat(33 * 1024)],
  ])('and %s is told of, and left', async (_, contents) => {
    writeFileSync(path(), contents);
    const { sealed, problems } = await start();
    expect(problems).toEqual([expect.stringContaining(`${path()}, by which Windows Hello unlocks`)]);
    expect(sealed.find(fingerprint)).toBeUndefined();
    expect(readFileSync(path(), 'utf8')).toBe(contents);
  });

  it('under another name than its own is told of', async () => {
    await (await start()).setUp();
    change({}, `${otherFile}.hello`);
    expect((await start()).problems).toHaveLength(1);
  });

  it('is forgotten with the chip’s key when the person says so', async () => {
    const { sealed, setUp } = await start();
    await setUp();
    let changes = 0;
    sealed.onChanged(() => changes++);
    await sealed.forget(fingerprint);
    expect(sealed.find(fingerprint)).toBeUndefined();
    expect(readdirSync(directory)).toEqual([]);
    expect(chip.keys.size).toBe(0);
    expect(changes).toBe(1);
  });

  it('goes with the key file that it is for, and with no other', async () => {
    const { sealed, setUp } = await start();
    await setUp();
    await setUp('battery staple', otherFile);
    await sealed.keepOnly(new Set([otherFile]));
    expect(readdirSync(directory)).toEqual([`${otherFile}.hello`]);
    expect(chip.keys.size).toBe(1);
  });

  it('that names the chip’s key of another, as anybody may write it, takes it from nobody', async () => {
    await (await start()).setUp();
    change({ file: otherFile }, `${otherFile}.hello`);
    const { sealed, setUp, open } = await start();
    await sealed.keepOnly(new Set([file]));
    expect(readdirSync(directory)).toEqual([`${file}.hello`]);
    expect(await open()).toBe('correct horse');
    change({ file: otherFile }, `${otherFile}.hello`);
    await sealed.load();
    await setUp('battery staple', otherFile);
    await sealed.keepOnly(new Set([file]));
    expect(await open()).toBe('correct horse');
  });
});
