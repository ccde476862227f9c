// Shortcuts, whole, damaged and hostile.
import { expect, it } from 'vitest';
import { parseShellLink } from '../../../../main/get-started/sources/shell-link.ts';
import { shortcutBytes } from './shortcut-bytes.ts';

const whole = {
  target: 'C:\\Program Files\\PuTTY\\pageant.exe',
  relativePath: '..\\pageant.exe',
  workingDir: 'C:\\keys',
  arguments: '--encrypted "my key.ppk"',
};

it.each([true, false])('tells program, folder and arguments, in Unicode: %s', (isUnicode) => {
  expect(parseShellLink(shortcutBytes({ ...whole, isUnicode }))).toEqual({
    target: whole.target,
    workingDir: whole.workingDir,
    arguments: whole.arguments,
  });
});

it('has the path from where it is, when there is no other', () => {
  expect(parseShellLink(shortcutBytes({ relativePath: '..\\pageant.exe' }))).toEqual({
    target: '..\\pageant.exe',
    arguments: '',
  });
});

it('is no shortcut when it is cut off anywhere, or is something else', () => {
  const bytes = shortcutBytes(whole);
  const end = bytes.length - 4;
  for (let length = 0; length < end; length++)
    expect(parseShellLink(bytes.subarray(0, length))).toBeUndefined();
  expect(parseShellLink(Buffer.from('[InternetShortcut]\nURL=x'.padEnd(200)))).toBeUndefined();
});

it('reads nothing beyond its end, whatever lengths and places it tells', () => {
  for (let at = 0x4c; at < 0x4c + 60; at++) {
    const bytes = shortcutBytes(whole);
    bytes.fill(0xff, at, at + 4);
    expect(() => parseShellLink(bytes)).not.toThrow();
  }
});
