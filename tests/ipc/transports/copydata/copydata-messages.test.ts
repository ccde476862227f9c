import { expect, test } from 'vitest';
import {
  MAX_NAME_BYTES,
  parseMappingName,
  threadOfMappingName,
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

test('the name tells the calling thread, where it is of PuTTY’s form', () => {
  expect(threadOfMappingName('PageantRequest00000a1c')).toBe(0xa1c);
  expect(threadOfMappingName('PageantRequestFFFFFFFF')).toBe(0xffffffff);
  expect(threadOfMappingName('PageantRequesta1c')).toBeUndefined();
  expect(threadOfMappingName('PageantRequest00000a1c0')).toBeUndefined();
  expect(threadOfMappingName('SomethingElse00000a1c')).toBeUndefined();
});
