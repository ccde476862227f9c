// A key written to a file, with its public half and, where that is wished, in the agent.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { RefusedError } from '../../../../main/agent/protocol/errors.ts';
import { inlineCryptoOffload } from '../../../../main/crypto-worker/inline-crypto-offload.ts';
import { generateKey } from '../../../../main/keys/files/generate-key.ts';
import { type SaveMeans, saveKeyFile } from '../../../../main/shell/key-files/save-key-file.ts';
import type { KeyWindow } from '../../../../main/shell/windows/key-window.ts';

const electron = vi.hoisted(() => ({ dialog: { showSaveDialog: vi.fn() } }));
vi.mock('electron', () => electron);

const directory = mkdtempSync(join(tmpdir(), 'sallyport-save-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const addKey = vi.fn();
const offload = inlineCryptoOffload;
const means = { addKey, offload, window: {} as KeyWindow } as unknown as SaveMeans;

async function save(target: string, isForAgent: boolean) {
  const fields = await generateKey({ kind: 'ed25519' }, offload);
  const contents = { fields, comment: 'mine', passphrase: new Uint8Array() };
  return await saveKeyFile(contents, { format: 'openssh', target, isForAgent }, means);
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
