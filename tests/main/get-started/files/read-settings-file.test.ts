import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { readSettingsFile, readSettingsText } from '../../../../main/get-started/files/read-settings-file.ts';

let dir: string;
const at = (name: string) => join(dir, name);

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-settings-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
});

describe('settings of other programs', () => {
  it('are read as they are, in the encodings of Windows’ programs', async () => {
    writeFileSync(at('utf8'), '\ufeffZoë');
    writeFileSync(at('utf16'), '\ufeffZoë', 'utf16le');
    expect(await readSettingsText(at('utf8'))).toBe('Zoë');
    expect(await readSettingsText(at('utf16'))).toBe('Zoë');
    const large = Buffer.alloc(3 * 1024 * 1024, 'x');
    writeFileSync(at('large'), large);
    expect(await readSettingsFile(at('large'))).toEqual(large);
  });

  it.each<[string, () => void]>([
    ['a fifo', () => execFileSync('mkfifo', [at('settings')])],
    ['a device', () => symlinkSync('/dev/zero', at('settings'))],
    ['a terminal', () => symlinkSync('/dev/tty', at('settings'))],
    ['links in a circle', () => symlinkSync('settings', at('settings'))],
    ['a link to nothing', () => symlinkSync('nothing', at('settings'))],
    ['a folder', () => symlinkSync('.', at('settings'))],
    [
      '10 GB',
      () => {
        writeFileSync(at('settings'), '');
        truncateSync(at('settings'), 10 * 1024 ** 3);
      },
    ],
  ])('are none where there is %s in their place, which nobody waits for', async (_, plant) => {
    plant();
    expect(await readSettingsFile(at('settings'))).toBeUndefined();
  });

  it.runIf(process.platform === 'linux')(
    'are read to their bound, whatever size the system tells',
    async () => {
      // Made up by the kernel as it is read: of no size, and of several kilobytes.
      expect((await readSettingsFile('/proc/self/maps'))?.length).toBeGreaterThan(100);
      expect(await readSettingsFile('/proc/self/maps', 100)).toBeUndefined();
    },
  );
});
