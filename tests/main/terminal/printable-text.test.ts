// Text that others chose, made safe to show.
import { describe, expect, it } from 'vitest';
import { printableText } from '../../../main/terminal/printable-text.ts';

describe('printable text', () => {
  it('leaves ordinary text of any script as it is', () => {
    for (const text of ['me@host', 'Schlüssel für Zuhause', '仕事用の鍵', 'مفتاح', 'é', '🔑 key'])
      expect(printableText(text, 100)).toBe(text);
  });

  it('shows control characters, escape sequences and line ends as code points', () => {
    expect(printableText('a\u001b[2Jb', 100)).toBe('a<U+001B>[2Jb');
    expect(printableText('a\nb\rc\u0085d\u2028e', 100)).toBe('a<U+000A>b<U+000D>c<U+0085>d<U+2028>e');
  });

  it('shows bidi overrides, isolates and invisible characters as code points', () => {
    expect(printableText('user\u202Exe.ssh', 100)).toBe('user<U+202E>xe.ssh');
    expect(printableText('a\u2066b\u200Bc\uFEFFd', 100)).toBe('a<U+2066>b<U+200B>c<U+FEFF>d');
  });

  it('keeps a few combining marks and shows a heap of them as code points', () => {
    expect(printableText('e\u0301\u0323', 100)).toBe('e\u0301\u0323');
    expect(printableText(`e${'\u0301'.repeat(4)}`, 100)).toBe(`e${'<U+0301>'.repeat(4)}`);
  });

  it('shows halves of surrogate pairs as code points', () => {
    expect(printableText('a\ud800b', 100)).toBe('a<U+D800>b');
  });

  it('cuts at the bound and says so', () => {
    expect(printableText('x'.repeat(10), 10)).toBe('x'.repeat(10));
    expect(printableText('x'.repeat(11), 10)).toBe(`${'x'.repeat(9)}…`);
    expect([...printableText('\u0007'.repeat(1_000_000), 10)]).toHaveLength(10);
    expect([...printableText('🔑'.repeat(1_000_000), 10)]).toHaveLength(10);
  });
});
