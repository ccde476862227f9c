// Key files on disk: companions found, mismatched, damaged, absent.
import { execFileSync } from 'node:child_process';
import { chmodSync, closeSync, constants, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inlineCryptoOffload as offload } from '../../../../main/crypto-worker/inline-crypto-offload.ts';
import { loadKeyFile } from '../../../../main/keys/files/load-key-file.ts';
import type { EncryptedKeyFile } from '../../../../main/keys/files/shared/key-file.ts';
import { fixture, fixtureText, passphrase, publicLine } from '../fixtures.ts';

let directory = '';
const place = (name: string, contents: string | Uint8Array): string => {
  const path = join(directory, name);
  writeFileSync(path, contents, { mode: 0o600 });
  return path;
};

/** Ends the waiting of those who have opened a fifo, for which they hold a thread. */
const freeReaders = (path: string) => closeSync(openSync(path, constants.O_RDWR | constants.O_NONBLOCK));

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sallyport-keys-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('loading a key file', () => {
  it('finds the certificate beside it', async () => {
    const path = place('id', fixture('p256.openssh'));
    place('id.pub', fixtureText('p256.pub'));
    place('id-cert.pub', fixtureText('p256-cert.pub'));
    const loaded = await loadKeyFile(path);
    expect(loaded).toMatchObject({ path, comment: 'p256 comment', warnings: [] });
    expect(loaded.certificate?.blob).toEqual(publicLine('p256-cert').publicKey.blob);
  });

  it('leaves out one whose time is over, and says what to do; one that begins later it takes', async () => {
    const path = place('id', fixture('p256.openssh'));
    place('id-cert.pub', fixtureText('p256-cert.pub'));
    const over = await loadKeyFile(path, { now: new Date('2040-01-01T00:00:00Z') });
    expect(over.certificate).toBeUndefined();
    expect(over.warnings).toEqual([
      expect.stringMatching(/id-cert\.pub expired on 2040-01-01 00:00 UTC and was left out\. Get a new/),
    ]);
    const early = await loadKeyFile(path, { now: new Date('2019-12-31T23:59:59Z') });
    expect(early.certificate).toBeDefined();
    expect(early.warnings).toEqual([
      expect.stringMatching(/id-cert\.pub is valid from 2020-01-01 00:00 UTC on; until then programs try/),
    ]);
    expect(await loadKeyFile(path, { now: new Date('2039-12-31T23:59:59Z') })).toMatchObject({
      warnings: [],
    });
  });

  it.skipIf(process.platform === 'win32').each([0o644, 0o640, 0o620, 0o604])(
    'warns of a file that is open to others, and loads it: %o',
    async (mode) => {
      const path = place('id', fixture('p256.openssh'));
      chmodSync(path, mode);
      const { file, warnings } = await loadKeyFile(path);
      expect(file.publicKey?.blob).toEqual(publicLine('p256').publicKey.blob);
      expect(warnings).toEqual([
        expect.stringMatching(`id is open to other users .*\\(0${mode.toString(8)}\\).*chmod 600`),
      ]);
    },
  );

  it('warns of more private keys than the first, and loads that', async () => {
    const both = fixtureText('p256.pem') + fixtureText('rsa2048.pem') + fixtureText('p256.pub');
    const { file, warnings } = await loadKeyFile(place('id', both));
    expect(file.publicKey?.blob).toEqual(publicLine('p256').publicKey.blob);
    expect(warnings).toEqual([expect.stringMatching(/id holds several private keys, of which the first/)]);
  });

  it('needs no companion and names a key without comment after its file', async () => {
    const loaded = await loadKeyFile(place('work.pem', fixture('rsa2048.pem')));
    expect(loaded).toMatchObject({ comment: 'work.pem', warnings: [] });
    expect(loaded.certificate).toBeUndefined();
  });

  it('takes public half and comment of an encrypted PEM from its .pub, and checks them when opening', async () => {
    const path = place('id', fixture('p384.pkcs8-aes-256-cbc'));
    place('id.pub', fixtureText('p384.pub'));
    place('id-cert.pub', fixtureText('p384-cert.pub'));
    const loaded = await loadKeyFile(path);
    expect(loaded.file.publicKey?.blob).toEqual(publicLine('p384').publicKey.blob);
    expect(loaded.comment).toBe('p384 comment');
    expect(loaded.certificate).toBeDefined();
    const key = await (loaded.file as EncryptedKeyFile).decrypt(passphrase, offload);
    expect(key.publicKey.blob).toEqual(publicLine('p384').publicKey.blob);

    place('id.pub', fixtureText('p256.pub'));
    const wrong = (await loadKeyFile(path)).file as EncryptedKeyFile;
    await expect(wrong.decrypt(passphrase, offload)).rejects.toMatchObject({ code: 'inconsistent' });
  });

  it('takes the comment of a .pub as its bytes, in whatever encoding and with a byte order mark before the line', async () => {
    const path = place('id', fixture('p384.pkcs8-aes-256-cbc'));
    const comment = Uint8Array.of(0x4d, 0xfc, 0x6c, 0x6c, 0x65, 0x72, 0x20, 0xa0);
    const line = fixtureText('p384.pub').replace('p384 comment', '').trim();
    place(
      'id.pub',
      Buffer.concat([Buffer.from(`\ufeff# a remark\r\n ${line}\t`), comment, Buffer.from('\r\n')]),
    );
    const loaded = await loadKeyFile(path);
    expect(loaded.warnings).toEqual([]);
    expect(Buffer.from(loaded.rawComment)).toEqual(Buffer.from(comment));
    expect(loaded.comment).toBe('Müller \u00a0');
  });

  it.each([
    ['id.pub', 'p384.pub', /id\.pub belongs to another key/],
    ['id-cert.pub', 'p384-cert.pub', /id-cert\.pub belongs to another key/],
    ['id-cert.pub', 'p256.pub', /id-cert\.pub is no certificate/],
    ['id-cert.pub', 'p256.pem', /id-cert\.pub is damaged/],
  ])('warns and goes on when %s holds %s', async (name, contents, warning) => {
    const path = place('id', fixture('p256.openssh'));
    place(name, fixtureText(contents));
    const loaded = await loadKeyFile(path);
    expect(loaded.warnings).toHaveLength(1);
    expect(loaded.warnings[0]).toMatch(warning);
    expect(loaded.certificate).toBeUndefined();
    expect(loaded.file.kind).toBe('clear');
  });

  it.skipIf(process.platform === 'win32').each(['id.pub', 'id-cert.pub'])(
    'waits for nobody to write to what was put beside it: %s',
    async (name) => {
      const path = place('id', fixture('p256.openssh'));
      execFileSync('mkfifo', [join(directory, name)]);
      try {
        const { file, warnings } = await loadKeyFile(path);
        expect(file.publicKey?.blob).toEqual(publicLine('p256').publicKey.blob);
        expect(warnings).toEqual([expect.stringContaining(`${name} can't be read and was ignored`)]);
      } finally {
        freeReaders(join(directory, name));
      }
    },
  );

  it.skipIf(process.platform === 'win32')(
    'waits for a pipe to be written to where that is wanted',
    async () => {
      const path = join(directory, 'pipe');
      execFileSync('mkfifo', [path]);
      await expect(loadKeyFile(path)).rejects.toThrow(/This is a pipe or a device/);
      const loading = loadKeyFile(path, { mayBePipe: true });
      await writeFile(path, fixture('p256.openssh'));
      expect((await loading).file.publicKey?.blob).toEqual(publicLine('p256').publicKey.blob);
    },
  );

  it('warns about a certificate it cannot match to a hidden public key', async () => {
    const path = place('id', fixture('p384.pkcs8-aes-256-cbc'));
    place('id-cert.pub', fixtureText('p384-cert.pub'));
    const loaded = await loadKeyFile(path);
    expect(loaded.certificate).toBeUndefined();
    expect(loaded.warnings[0]).toMatch(/which key it belongs to/);
  });

  it('refuses a file over 1 MiB, a directory and a missing file', async () => {
    await expect(loadKeyFile(place('big', new Uint8Array(1024 * 1024 + 1)))).rejects.toThrow(/far too large/);
    await expect(loadKeyFile(directory)).rejects.toThrow(/This is a directory/);
    await expect(loadKeyFile(join(directory, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('reports what a .pub is when it is given as the key', async () => {
    const path = place('id.pub', fixtureText('p256.pub'));
    chmodSync(path, 0o600);
    await expect(loadKeyFile(path)).rejects.toMatchObject({ code: 'not-a-key-file' });
  });
});
