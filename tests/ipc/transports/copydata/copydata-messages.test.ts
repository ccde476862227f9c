import { expect, test } from 'vitest';
import {
  MAX_NAME_BYTES,
  maxReplyBytesIn,
  numbersInMappingName,
  parseMappingName,
} from '../../../../ipc/transports/copydata/copydata-messages.ts';

const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

test('a mapping’s name ends at its first NUL', () => {
  expect(parseMappingName(bytes('PageantRequest00000a1c\0'))).toBe('PageantRequest00000a1c');
  expect(parseMappingName(bytes('Local\\Foo Bar\0rest\0'))).toBe('Local\\Foo Bar');
});

test.each([
  ['nothing', ''],
  ['only a NUL', '\0'],
  ['no NUL', 'Foo'],
  ['a NUL that is not the last byte', 'Foo\0bar'],
  ['a control character', 'Foo\x07\0'],
  ['DEL', 'Foo\x7f\0'],
  ['a byte beyond ASCII', 'Fo\xf6\0'],
])('%s is no name', (_, text) => {
  expect(parseMappingName(bytes(text))).toBeUndefined();
});

test('a name may be as long as Win32 takes one, and no longer', () => {
  expect(parseMappingName(bytes(`${'a'.repeat(MAX_NAME_BYTES - 1)}\0`))).toHaveLength(MAX_NAME_BYTES - 1);
  expect(parseMappingName(bytes(`${'a'.repeat(MAX_NAME_BYTES)}\0`))).toBeUndefined();
});

test.each([
  ['PuTTY', 'PageantRequest00000a1c', [0xa1c]],
  ['a thread with a high number', 'PageantRequestFFFFFFFF', [0xffffffff]],
  ['asyncssh', 'Pageant00000a1c', [0xa1c]],
  ['JSch on older Java', 'JSchPageantRequest00000a1c', [0xa1c]],
  ['JSch on newer Java', 'JSchPageantRequest00000a1c0000001f', [0xa1c, 0x1f]],
  ['KeePassXC', 'SSHAgentRequest0000000000000a1c', [0xa1c]],
  ['JGit', 'PageantConnector2588', [0x2588, 2588]],
  ['a relay for WSL', 'WSLPageantRequest10300', [0x10300, 10300]],
  ['another relay for WSL', 'WSLPageantRequest', []],
  ['russh, by chance', 'PageantRequest17293822569102704639', []],
  ['nothing but a number', '1', [1]],
])('the name tells whose it may be: %s', (_, name, numbers) => {
  expect(numbersInMappingName(name)).toEqual(numbers);
});

test.each([
  ['clients as old as PuTTY 0.70', 8192, 8188],
  ['go-pageant, which asks for 8,196 bytes', 12_288, 8188],
  ['PuTTY', 262_144, 262_140],
  ['PuTTY’s size and room for a length before it', 266_240, 262_140],
  ['the smallest', 4096, 4092],
  ['a page more than the next power of two', 20_480, 16_380],
  ['three pages more than a power of two', 28_672, 28_668],
])('a reply has so many bytes at most for %s', (_, mappingBytes, replyBytes) => {
  expect(maxReplyBytesIn(mappingBytes)).toBe(replyBytes);
});
