// The log: redacted, bounded, rotated, and never in the way.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLog } from '../../../main/process/log.ts';
import { redact } from '../../../main/process/redact.ts';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sallyport-log-'));
  path = join(directory, 'log.txt');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const fingerprint = 'SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU';

describe('redact', () => {
  it.each([
    ['a key file', `x ${readFileSync('tests/fixtures/keys/ed25519.openssh', 'utf8')} y`],
    ['half a key file', readFileSync('tests/fixtures/keys/ed25519.openssh', 'utf8').slice(0, 150)],
    ['a PuTTY key file', readFileSync('tests/fixtures/keys/ed25519.ppk', 'utf8')],
    ['a passphrase', 'passphrase=hunter2 b3BlbnNzaC1'],
    ['a password in JSON', '{"password":"hunter2 b3BlbnNzaC1"}'],
    ['a long base64 text', `data ${'b3BlbnNzaC1'.repeat(8)}`],
  ])('takes out %s', (_what, text) => {
    const redacted = redact(text);
    expect(redacted).not.toContain('hunter2');
    expect(redacted).not.toContain('b3BlbnNzaC1');
    expect(redacted).not.toContain('AAAA');
  });

  it('leaves fingerprints readable', () => {
    expect(redact(`denied ${fingerprint}`)).toBe(`denied ${fingerprint}`);
  });

  it('makes one bounded line, with the home directory as ~', () => {
    const redacted = redact(`${homedir()}/x\nforged line\u001b[2J\u2028${'long '.repeat(9999)}`);
    expect(redacted.startsWith('~/x<U+000A>forged line<U+001B>[2J<U+2028>long long ')).toBe(true);
    expect(redacted.length).toBeLessThanOrEqual(2000);
  });
});

describe('the log', () => {
  it('has the latest lines in memory and in a file for the user alone', async () => {
    const log = openLog(path, () => new Date('2026-11-22T12:00:00Z'));
    log.line('first');
    log.line('second');
    await log.flush();
    const lines = ['2026-11-22T12:00:00.000Z first', '2026-11-22T12:00:00.000Z second'];
    expect(log.recent()).toEqual(lines);
    expect(readFileSync(path, 'utf8')).toBe(`${lines.join('\n')}\n`);
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('rotates at 1 MiB and keeps three files', async () => {
    const log = openLog(path);
    for (let line = 0; line < 2200; line++) log.line('word '.repeat(390));
    await log.flush();
    expect(readdirSync(directory).sort()).toEqual(['log.1.txt', 'log.2.txt', 'log.txt']);
    for (const name of readdirSync(directory))
      expect(statSync(join(directory, name)).size).toBeLessThanOrEqual(1024 * 1024);
    expect(log.recent()).toHaveLength(1000);
  });

  it('has the latest of lines that come faster than they are written, and not all of them in memory', async () => {
    const log = openLog(path);
    for (let line = 0; line < 20_000; line++) log.line(`line ${line}`);
    await log.flush();
    const written = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(written.length).toBeLessThanOrEqual(4000);
    expect(written.at(-1)).toMatch(/ line 19999$/);
  });

  it('goes on in memory when the file can not be written', async () => {
    mkdirSync(path);
    const log = openLog(path);
    log.line('one');
    log.line('two');
    await log.flush();
    expect(
      log.recent().filter((line) => line.includes("can't be written (it is a directory, not a file)")),
    ).toHaveLength(1);
    expect(log.recent().some((line) => line.endsWith('two'))).toBe(true);
    expect(existsSync(path)).toBe(true);
  });
});
