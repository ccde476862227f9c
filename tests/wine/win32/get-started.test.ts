// Keys that are found in a Windows profile: its registry, its Startup folder, its drives.
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { shortcutBytes } from '../../main/get-started/sources/shortcut-bytes.ts';
import { projectDir } from '../lane/paths.ts';
import { bundleForWindows, closedPath, describeWindows, runWindows } from '../lane/windows-program.ts';

describeWindows('keys of a Windows profile', () => {
  test('are found by PuTTY’s and WinSCP’s sessions and by what starts Pageant, and none on another machine', async () => {
    const { unix, windows } = closedPath('key.ppk');
    cpSync(join(projectDir, 'tests/fixtures/keys/ed25519.ppk-argon2id'), unix);
    const link = shortcutBytes({
      target: 'C:\\Program Files\\PuTTY\\pageant.exe',
      arguments: `--encrypted "${windows}"`,
    });
    const script = await bundleForWindows(join(projectDir, 'tests/wine/scripts/get-started.ts'));
    const result = await runWindows(script, [windows, link.toString('base64')]);
    if (result.output === '') throw new Error(result.errorOutput);
    const { before, found } = JSON.parse(result.output);
    expect(before).toEqual({ files: [], notes: [] });
    expect(found.notes).toEqual([]);
    expect(found.files).toHaveLength(2);
    expect(found.files).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          path: windows,
          origins: [
            { source: 'putty', name: 'web 1' },
            { source: 'winscp', name: 'work' },
            { source: 'pageant', name: 'Pageant' },
          ],
          facts: expect.objectContaining({ isEncrypted: true, keyKind: 'Ed25519' }),
        }),
        expect.objectContaining({ problem: 'is on another machine, which is not asked' }),
      ]),
    );
  });
});
