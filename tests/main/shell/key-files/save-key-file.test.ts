// A key written to a file, with its public half and, where that is wished, in the agent.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { RefusedError } from '../../../../main/agent/protocol/errors.ts';
import { inlineCryptoOffload } from '../../../../main/crypto-worker/inline-crypto-offload.ts';
import { generateKey, type NewKeyType } from '../../../../main/keys/files/generate-key.ts';
import { type SaveMeans, saveKeyFile } from '../../../../main/shell/key-files/save-key-file.ts';
import type { KeyWindow } from '../../../../main/shell/windows/key-window.ts';

const electron = vi.hoisted(() => ({ dialog: { showSaveDialog: vi.fn(), showMessageBox: vi.fn() } }));
vi.mock('electron', () => electron);

const directory = mkdtempSync(join(tmpdir(), 'sallyport-save-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const addKey = vi.fn();
const offload = inlineCryptoOffload;
const means = { addKey, offload, window: {} as KeyWindow } as unknown as SaveMeans;

async function save(target: string, isForAgent: boolean, type: NewKeyType = { kind: 'ed25519' }) {
  const fields = await generateKey(type, offload);
  const contents = { fields, comment: 'mine', passphrase: new Uint8Array() };
  const format = target.endsWith('.ppk') ? 'ppk' : 'openssh';
  return await saveKeyFile(contents, { format, target: target.replace(/\.ppk$/, ''), isForAgent }, means);
}

it('writes the public half beside it, for the user alone, and adds it where that is wished', async () => {
  const path = join(directory, 'one');
  expect(await save(path, true)).toMatchObject({ kind: 'saved', path });
  expect(readFileSync(path, 'utf8')).toContain('OPENSSH PRIVATE KEY');
  expect(statSync(path).mode & 0o077).toBe(0);
  expect(readFileSync(`${path}.pub`, 'utf8')).toMatch(/^ssh-ed25519 \S+ mine\n$/);
  expect(addKey).toHaveBeenCalledOnce();
});

it('tells that the agent does not hold a key that it refused, which is saved all the same', async () => {
  addKey.mockRejectedValueOnce(new RefusedError('it is locked'));
  const outcome = await save(join(directory, 'two'), true);
  expect(outcome).toMatchObject({ kind: 'saved', notAdded: expect.stringMatching(/\S/) });
});

it('writes nothing when the person chooses no place', async () => {
  electron.dialog.showSaveDialog.mockResolvedValue({ canceled: true, filePath: '' });
  expect(await save('choose', false)).toEqual({ kind: 'cancelled' });
});

it('asks before a public file of another key is replaced, and writes nothing without a yes', async () => {
  const path = join(directory, 'three');
  writeFileSync(`${path}.pub`, 'mine for years');
  electron.dialog.showMessageBox.mockResolvedValue({ response: 0 });
  expect(await save(path, true)).toEqual({ kind: 'cancelled' });
  expect(existsSync(path)).toBe(false);
  expect(readFileSync(`${path}.pub`, 'utf8')).toBe('mine for years');
  electron.dialog.showMessageBox.mockResolvedValue({ response: 1 });
  expect(await save(path, false)).toMatchObject({ kind: 'saved' });
  expect(readFileSync(`${path}.pub`, 'utf8')).toMatch(/^ssh-ed25519 /);
  // A link, which leads to nothing now, is somebody's, too.
  symlinkSync(join(directory, 'nowhere'), join(directory, 'four.pub'));
  electron.dialog.showMessageBox.mockResolvedValue({ response: 0 });
  expect(await save(join(directory, 'four'), false)).toEqual({ kind: 'cancelled' });
});

it('has another place chosen instead, and does not ask where the public file is of the same key', async () => {
  const [taken, free] = [join(directory, 'five'), join(directory, 'six')];
  writeFileSync(`${taken}.pub`, 'mine for years');
  electron.dialog.showMessageBox.mockClear().mockResolvedValue({ response: 0 });
  for (const filePath of [taken, free])
    electron.dialog.showSaveDialog.mockResolvedValueOnce({ canceled: false, filePath });
  const fields = await generateKey({ kind: 'ed25519' }, offload);
  const contents = { fields, comment: 'mine', passphrase: new Uint8Array() };
  const wishes = { format: 'openssh', isForAgent: false } as const;
  expect(await saveKeyFile(contents, { ...wishes, target: 'choose' }, means)).toMatchObject({ path: free });
  expect(readFileSync(`${taken}.pub`, 'utf8')).toBe('mine for years');
  expect(existsSync(taken)).toBe(false);
  expect(electron.dialog.showMessageBox).toHaveBeenCalledOnce();
  const renamed = { ...contents, comment: 'renamed' };
  expect(await saveKeyFile(renamed, { ...wishes, target: free }, means)).toMatchObject({ kind: 'saved' });
  expect(readFileSync(`${free}.pub`, 'utf8')).toMatch(/ renamed\n$/);
  expect(electron.dialog.showMessageBox).toHaveBeenCalledOnce();
});

it('says that PuTTY’s format can’t hold a post-quantum key before it asks for a place', async () => {
  electron.dialog.showSaveDialog.mockClear();
  const postQuantum = { kind: 'mldsa44-ed25519' } as const;
  expect(await save('choose.ppk', true, postQuantum)).toEqual({
    kind: 'failed',
    message: expect.stringContaining('hold keys of the kind ML-DSA-44 + Ed25519. Choose the OpenSSH format.'),
  });
  expect(electron.dialog.showSaveDialog).not.toHaveBeenCalled();
  await save('choose', false, postQuantum);
  expect(electron.dialog.showSaveDialog).toHaveBeenCalledWith(
    expect.objectContaining({ defaultPath: 'id_mldsa44_ed25519' }),
  );
});
