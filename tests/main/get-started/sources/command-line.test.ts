// Command lines of Windows, as Microsoft documents how its programs take them apart.
import { expect, it } from 'vitest';
import { splitCommandLine } from '../../../../main/get-started/sources/command-line.ts';

it.each([
  ['a b\tc', ['a', 'b', 'c']],
  ['  "C:\\my keys\\a.ppk"  b ', ['C:\\my keys\\a.ppk', 'b']],
  ['"abc" d e', ['abc', 'd', 'e']],
  ['a\\\\b d"e f"g h', ['a\\\\b', 'de fg', 'h']],
  ['a\\\\\\"b c d', ['a\\"b', 'c', 'd']],
  ['a\\\\\\\\"b c" d e', ['a\\\\b c', 'd', 'e']],
  ['"a""b" c', ['a"b', 'c']],
  ['"" x', ['', 'x']],
  ['"C:\\dir\\" x', ['C:\\dir" x']],
  ['', []],
])('%s', (line, words) => {
  expect(splitCommandLine(line)).toEqual(words);
});

it('takes a long line apart in time', () => {
  const startMs = performance.now();
  for (const part of ['\\', '"', ' ', 'a', '\\"']) splitCommandLine(part.repeat(16_384));
  expect(performance.now() - startMs).toBeLessThan(1000);
});
