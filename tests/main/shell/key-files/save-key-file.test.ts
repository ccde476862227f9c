// A key written to a file, with its public half and, where that is wished, in the agent.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { RefusedError } from '../../../../main/agent/protocol/errors.ts';
import { inlineCryptoOffload } from '../../../../main/crypto-worker/inline-crypto-offload.ts';
import { generateKey, type NewKeyType } from '../../../../main/keys/files/generate-key.ts';
import { type SaveMeans, saveKeyFile } from '../../../../main/shell/key-files/save-key-file.ts';
import type { KeyWindow } from '../../../../main/shell/windows/key-window.ts';

const electron = vi.hoisted(() => ({ dialog: { showSaveDialog: vi.fn() } }));
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
