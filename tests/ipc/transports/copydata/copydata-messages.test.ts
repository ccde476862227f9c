import { expect, test } from 'vitest';
import {
  callerOfMappingName,
  MAX_NAME_BYTES,
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
  ['PuTTY', 'PageantRequest00000a1c', { thread: 0xa1c }],
  ['a thread with a high number', 'PageantRequestFFFFFFFF', { thread: 0xffffffff }],
  ['JSch on older Java', 'JSchPageantRequest00000a1c', { thread: 0xa1c }],
  ['JSch on newer Java', 'JSchPageantRequest00000a1c0000001f', { pid: 0xa1c }],
  ['KeePassXC', 'SSHAgentRequest0000000000000a1c', { thread: 0xa1c }],
  ['too few digits', 'PageantRequesta1c', undefined],
  ['neither 8 nor 16 digits', 'PageantRequest00000a1c0', undefined],
  ['another name', 'SomethingElse00000a1c', undefined],
])('the name tells of the caller: %s', (_, name, caller) => {
  expect(callerOfMappingName(name)).toEqual(caller);
});
