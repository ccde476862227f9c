import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import {
  formatCygwinSocketFile,
  parseCygwinSocketFile,
  readCygwinSocketFile,
} from '../../../../ipc/transports/cygwin/cygwin-socket-file.ts';

/** Set: what is looked at is this one, as if it had been exchanged for the other just then. */
const looked = vi.hoisted(() => ({ at: undefined as string | undefined }));
vi.mock('node:fs', async (original) => {
  const real = await original<typeof import('node:fs')>();
  const lstatSync = (path: string, options: { throwIfNoEntry: false }) =>
    real.lstatSync(looked.at ?? path, options);
  return { ...real, lstatSync };
});

const secret = Uint8Array.from({ length: 16 }, (_, i) => 0xf0 - i * 15);
const text = '!<socket >50123 s C3D2E1F0-8796A5B4-4B5A6978-0F1E2D3C';

describe('a Cygwin socket file', () => {
  test('has the secret as little-endian words in upper case', () => {
    expect(formatCygwinSocketFile({ port: 50_123, secret })).toBe(text);
  });

  test('keeps leading zeros of a word', () => {
    const small = new Uint8Array(16);
    small[0] = 1;
    expect(formatCygwinSocketFile({ port: 1, secret: small })).toBe(
      '!<socket >1 s 00000001-00000000-00000000-00000000',
    );
  });

  test('is read back, also as Cygwin itself writes it, with a NUL at the end', () => {
    expect(parseCygwinSocketFile(text)).toEqual({ port: 50_123, secret });
    expect(parseCygwinSocketFile(`${text}\0`)).toEqual({ port: 50_123, secret });
    expect(parseCygwinSocketFile(text.toLowerCase())).toEqual({ port: 50_123, secret });
  });

  test.each([
    ['nothing', ''],
    ['a datagram socket', text.replace(' s ', ' d ')],
    ['port 0', text.replace('50123', '0')],
    ['port 65536', text.replace('50123', '65536')],
    ['three words', text.slice(0, -9)],
    ['five words', `${text}-00000000`],
    ['a word that is not hex', text.replace('C3D2', 'G3D2')],
    ['text before', ` ${text}`],
    ['text after', `${text} and more`],
    ['a symbolic link of Cygwin', '!<symlink>/etc/passwd'],
  ])('is not %s', (_what, other) => {
    expect(parseCygwinSocketFile(other)).toBeUndefined();
  });

  test('is told from nothing, folders, links and other files', () => {
    const dir = mkdtempSync(join(tmpdir(), 'sallyport-test-'));
    try {
      const path = (name: string) => join(dir, name);
      mkdirSync(path('folder'));
      writeFileSync(path('socket'), text);
      writeFileSync(path('large'), text.padEnd(129, '\0'));
      symlinkSync(path('socket'), path('link'));
      expect(readCygwinSocketFile(path('none'))).toBe('nothing');
      expect(readCygwinSocketFile(path('folder'))).toBe('something-else');
      expect(readCygwinSocketFile(path('large'))).toBe('something-else');
      expect(readCygwinSocketFile(path('link'))).toBe('something-else');
      expect(readCygwinSocketFile(path('socket'))).toEqual({ port: 50_123, secret });
    } finally {
      rmSync(dir, { recursive: true });
    }
  });

  test.skipIf(process.platform === 'win32')(
    'is neither followed nor waited for when it becomes a link or a fifo as it is looked at',
    () => {
      const dir = mkdtempSync(join(tmpdir(), 'sallyport-test-'));
      try {
        const path = (name: string) => join(dir, name);
        writeFileSync(path('socket'), text);
        symlinkSync(path('socket'), path('link'));
        execFileSync('mkfifo', [path('fifo')]);
        looked.at = path('socket');
        expect(readCygwinSocketFile(path('link'))).toBe('something-else');
        expect(readCygwinSocketFile(path('fifo'))).toBe('something-else');
      } finally {
        looked.at = undefined;
        rmSync(dir, { recursive: true });
      }
    },
  );
});
