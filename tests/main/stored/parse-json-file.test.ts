// JSON as people leave it: where it is wrong, and why.
import { describe, expect, it } from 'vitest';
import { parseJsonFile } from '../../../main/stored/parse-json-file.ts';

const good = '{\n  "a": [1, -2.5e3, true, null, "x\\n\\u00e9"],\n  "b": {"c": {}, "d": []}\n}\n';

describe('JSON in a file', () => {
  it('is read after a byte order mark, too', () => {
    expect(parseJsonFile(good)).toEqual(JSON.parse(good));
    expect(parseJsonFile(`\ufeff${good}`)).toEqual(JSON.parse(good));
  });

  it.each([
    ['', 'line 1, column 1: the file ends too early'],
    ['{"a": 1', 'line 1, column 8: the file ends too early'],
    ['{"a": "x', 'line 1, column 9: the file ends too early'],
    ['not JSON', 'line 1, column 2: this is no JSON'],
    ['// mine\n{}', 'line 1, column 1: JSON has no comments'],
    ['{\r\n  "a": 1, # one\r\n  "b": 2\r\n}', 'line 2, column 11: JSON has no comments'],
    ['{"a": 1 /* one */}', 'line 1, column 9: JSON has no comments'],
    ['{\n  "a": [1, 2,],\n}', 'line 2, column 14: there is a comma before it that separates nothing'],
    ['[1,,2]', 'line 1, column 4: there is a comma before it that separates nothing'],
    ['{\n  "a": 1\n  "b": 2\n}', 'line 3, column 3: there is a comma missing before it'],
    ['[{}\n{}]', 'line 2, column 1: there is a comma missing before it'],
    ["{'a': 1}", 'line 1, column 2: JSON has text in double quotation marks only'],
    ['{"a": C:\\x}', 'line 1, column 7: this is no JSON'],
    ['{"a": "C:\\x"}', 'line 1, column 11: this is no JSON'],
    ['{"a": 1} {}', 'line 1, column 10: there is a comma missing before it'],
    ['\0\0\0', 'line 1, column 1: this is no JSON'],
    [`[${'1,'.repeat(30_000)}x]`, 'line 1, column 60002: this is no JSON'],
    [`[\n${'1,'.repeat(50_000)}x]`, 'after line 2: this is no JSON'],
  ])('that is wrong is told where and why: %j', (text, message) => {
    expect(() => parseJsonFile(text)).toThrow(message);
  });

  it('is found wrong at every place where a character is put in that can not stand there', () => {
    for (let place = 0; place < good.length; place++) {
      const isInText = good.slice(0, place).split('"').length % 2 === 0;
      if (isInText) continue;
      const [before, after] = [good.slice(0, place), good.slice(place)];
      const lines = before.split('\n');
      const where = `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}:`;
      expect(() => parseJsonFile(`${before}?${after}`)).toThrow(where);
    }
  });
});
