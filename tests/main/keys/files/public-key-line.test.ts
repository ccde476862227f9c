// Public keys as text, against what ssh-keygen and puttygen wrote.
import { describe, expect, it } from 'vitest';
import { MalformedMessageError } from '../../../../main/keys/encoding/wire.ts';
import {
  formatPublicKeyFile,
  formatPublicKeyLine,
  formatRfc4716,
  parsePublicKeyLine,
} from '../../../../main/keys/files/public-key-line.ts';
import { fixtureNames, fixtureText, publicLine } from '../fixtures.ts';

describe('a public key line', () => {
  it.each(fixtureNames(/\.pub$/))('%s is read and written back unchanged', (name) => {
    const { publicKey, comment } = parsePublicKeyLine(fixtureText(name));
    expect(formatPublicKeyLine(publicKey, comment)).toBe(fixtureText(name).trim());
  });

  it('may have no comment, and tabs and spaces around its parts', () => {
    const { publicKey } = publicLine('ed25519');
    const bare = formatPublicKeyLine(publicKey, '');
    expect(bare).not.toMatch(/\s$/);
    expect(parsePublicKeyLine(`  ${bare.replace(' ', '\t ')} \r\n`).comment).toBe('');
    expect(parsePublicKeyLine(`${bare}   two words `).comment).toBe('two words');
  });

  it('has the bytes of its comment, whatever they mean', () => {
    const { publicKey } = publicLine('ed25519');
    // In UTF-8 “à” ends in what Latin-1 has as a blank.
    for (const comment of [
      Uint8Array.of(0xa0, 0x4d, 0xfc, 0xa0),
      Buffer.from('voilà'),
      Uint8Array.of(0xef, 0xbb),
    ]) {
      const line = Buffer.concat([
        Buffer.from(formatPublicKeyLine(publicKey, '')),
        Buffer.from(' '),
        comment,
      ]);
      expect(Buffer.from(parsePublicKeyLine(line).rawComment)).toEqual(Buffer.from(comment));
    }
  });

  it('is written with the very bytes of its comment, on one line', () => {
    const { publicKey } = publicLine('ed25519');
    const written = formatPublicKeyFile(publicKey, Buffer.from('M\xfcller\n\xa0', 'latin1'));
    const line = `${formatPublicKeyLine(publicKey, '')} M\xfcller \xa0\n`;
    expect(Buffer.from(written).toString('latin1')).toBe(line);
    expect(Buffer.from(formatPublicKeyFile(publicKey, '')).toString()).toMatch(/[^ ]\n$/);
  });

  it('must say the algorithm that its blob says', () => {
    const line = fixtureText('p256.pub').replace('nistp256', 'nistp384');
    expect(() => parsePublicKeyLine(line)).toThrow(MalformedMessageError);
  });

  it('stays one line whatever the comment', () => {
    const { publicKey } = publicLine('ed25519');
    expect(formatPublicKeyLine(publicKey, 'a\nssh-rsa b\r\nc')).toMatch(/ a ssh-rsa b c$/);
  });
});

describe('the RFC 4716 form', () => {
  it('is what puttygen writes', () => {
    const { publicKey, comment } = publicLine('rsa2048');
    expect(formatRfc4716(publicKey, comment)).toBe(fixtureText('foreign/rfc4716'));
  });

  it('continues a long comment with backslashes, at most 72 bytes a line', () => {
    const comment = `${'ü'.repeat(60)} with "quotes" and\na line end`;
    const written = formatRfc4716(publicLine('ed25519').publicKey, comment);
    const lines = written.split('\n');
    expect(lines.every((line) => Buffer.byteLength(line) <= 72)).toBe(true);
    const header = written.replace(/\\\n/g, '').split('\n')[1];
    expect(header).toBe(`Comment: "${'ü'.repeat(60)} with 'quotes' and a line end"`);
  });

  it('cuts a comment that is too long between two characters', () => {
    const written = formatRfc4716(publicLine('ed25519').publicKey, `${'x'.repeat(339)}😀`);
    expect(written.replace(/\\\n/g, '').split('\n')[1]).toBe(`Comment: "${'x'.repeat(339)}"`);
  });
});
