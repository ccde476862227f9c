import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BrokenBlockError, withBlock, withoutBlock } from '../../../../main/use-with/wsl/shell-block.ts';

describe('our lines in a start-up file', () => {
  it('go as they came, whatever else is there, also when they were exchanged', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '#', ' ', '\n', '\r\n', '\xff', '>>>') }),
        (text) => {
          const set = withBlock(text, 'one');
          expect(withBlock(set, 'one')).toBe(set);
          expect(withoutBlock(withBlock(set, 'two\nthree'))).toBe(text);
        },
      ),
    );
  });

  it('leave what was written before and after them', () => {
    const set = withBlock('before', 'ours');
    expect(withoutBlock(`first\n${set}after`)).toBe('first\nbefore\nafter');
  });

  it.each([
    '# >>> sallyport >>>\n',
    '# <<< sallyport <<<\n',
    '# <<< sallyport <<<\n# >>> sallyport >>>\n',
    '# >>> sallyport >>>\n# >>> sallyport >>>\n# <<< sallyport <<<\n',
  ])('are not guessed at where the marks are not a pair: %j', (text) => {
    expect(() => withBlock(text, 'x')).toThrow(BrokenBlockError);
    expect(() => withoutBlock(text)).toThrow(BrokenBlockError);
  });
});
