// Text that others chose, made safe to show.
import { describe, expect, it } from 'vitest';
import {
  cut,
  foreignName,
  foreignText,
  insideQuotes,
  printableJson,
  splitForeignText,
} from '../../text/foreign-text.ts';

/** Every code point with a property, by which the tables of this runtime decide. */
function codePointsWith(property: RegExp): string[] {
  const found: string[] = [];
  for (let number = 0; number <= 0x10ffff; number++) {
    const character = String.fromCodePoint(number);
    if (property.test(character)) found.push(character);
  }
  return found;
}

const numberOf = (character: string) =>
  `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`;

describe('text of others', () => {
  it('stays as it is where it is ordinary text of any script', () => {
    const texts = [
      'me@host',
      'Schlüssel für Zuhause',
      '仕事用の鍵',
      'مفتاح',
      'é',
      '🔑 key',
      '👩‍💻 ✔️ 🏳️‍🌈 👩🏽‍🚀 1️⃣',
      'می‌خواهم',
      'क्‍ष',
      'Zoe\u0308',
      'שָׁלוֹם',
      '葛\ufe00',
    ];
    for (const text of texts) expect(foreignText(text, 100)).toBe(text);
  });

  it('is looked at closely beside the marks of our own sentences, too', () => {
    expect(foreignText('“a” ’b… \u202e', 100)).toBe('“a” ’b… <U+202E>');
    // Those alone are read at once; what is cut is not.
    expect(foreignText('“a” ’b…', 100)).toBe('“a” ’b…');
    expect(foreignText('“a” ’b…', 6)).toBe('“a” ’…');
  });

  it('shows control characters, escape sequences and line ends by their numbers', () => {
    expect(foreignText('a\u001b[2Jb', 100)).toBe('a<U+001B>[2Jb');
    expect(foreignText('a\nb\rc\u0085d\u2028e\u2029f', 100)).toBe(
      'a<U+000A>b<U+000D>c<U+0085>d<U+2028>e<U+2029>f',
    );
  });

  it('shows every character that can not be seen by its number', () => {
    // All that the properties name, and what looks blank without having one of them.
    const invisible = /[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\u2800]/u;
    for (const named of '\u3164\u115f\u1160\uffa0\u034f\u17b4\u17b5\u180b\ufe00\u{e0020}\u{e0100}')
      expect(named).toMatch(invisible);
    const wrong = codePointsWith(invisible).filter(
      (character) => foreignText(`a${character}b`, 100) !== `a${numberOf(character)}b`,
    );
    expect(wrong).toEqual([]);
  });

  it('makes one space of any run of white space', () => {
    const spaces = codePointsWith(/\p{Zs}/u).join('');
    expect(spaces.length).toBeGreaterThan(15);
    expect(foreignText(`git${spaces}${' '.repeat(60)}To (verified)`, 100)).toBe('git To (verified)');
  });

  it('keeps four combining marks and shows those of a tower by their numbers', () => {
    expect(foreignText('e\u0301\u0323', 100)).toBe('e\u0301\u0323');
    expect(foreignText(`e${'\u0301'.repeat(6)}`, 100)).toBe(`e${'\u0301'.repeat(4)}<U+0301><U+0301>`);
  });

  it('shows halves of surrogate pairs by their numbers', () => {
    expect(foreignText('a\ud800b\udc00', 100)).toBe('a<U+D800>b<U+DC00>');
  });

  it('is cut at the bound, numbers included, and says so', () => {
    expect(foreignText('x'.repeat(10), 10)).toBe('x'.repeat(10));
    expect(foreignText('x'.repeat(11), 10)).toBe(`${'x'.repeat(9)}…`);
    for (const character of ['\u0007', '🔑', '\u0301', 'ä', ' ', '\u3164'])
      expect([...foreignText(`a${character.repeat(1_000_000)}`, 10)].length).toBeLessThanOrEqual(10);
    expect(foreignText(`a${' '.repeat(1_000_000)}b`, 10)).toBe('a …');
  });

  it('comes as pieces for places that show numbers another way', () => {
    expect(splitForeignText('a\u202eb  c')).toEqual([
      { kind: 'plain', text: 'a' },
      { kind: 'odd', codePoint: 'U+202E' },
      { kind: 'plain', text: 'b c' },
    ]);
  });

  it('can not end the quotation marks that it stands in', () => {
    expect(insideQuotes('git" to "github.com', 100)).toBe('git<U+0022> to <U+0022>github.com');
    expect(insideQuotes('git” to “github.com', 100)).toBe('git<U+201D> to <U+201C>github.com');
  });

  it('can not end them by what only looks like one', () => {
    for (const mark of 'ʺ˝ˮ״″‴‶‷⁗❝❞❠⹂〃〝〞〟＂🙶🙷🙸')
      expect(insideQuotes(`git${mark} to`, 100)).toMatch(/^git<U\+[0-9A-F]+> to$/u);
    expect(insideQuotes("it's ’’ '' ‘‘ `´ ′′", 100)).toBe(
      "it's ’<U+2019> '<U+0027> ‘<U+2018> `<U+00B4> ′<U+2032>",
    );
    expect(foreignText("6′2″ “a” ''", 100)).toBe("6′2″ “a” ''");
  });

  it('is in quotation marks among words of ours unless it is one word', () => {
    for (const name of ['/usr/bin/ssh', 'C:\\PuTTY\\plink.exe', 'host-1.example', '2001:db8::1'])
      expect(foreignName(name, 100)).toBe(name);
    expect(foreignName('/tmp/a (process 1), started by sshd', 100)).toBe(
      '"/tmp/a (process 1), started by sshd"',
    );
    expect(foreignName('', 100)).toBe('""');
  });
});

describe('JSON for eyes', () => {
  it('has nothing in it that can not be seen, and gives back the very same value', () => {
    const value = {
      c1: 'a\u0085b\u009bc',
      bidi: 'x\u202ey\u2066z',
      hidden: '\u3164\u115f\u2800\u034f\u17b4\u{e0041}\u200b\ufeff',
      half: '\ud800',
      spaces: `git${' '.repeat(60)}To \u00a0 (verified)`,
      quotes: '"\\"  \\',
      plain: 'Schlüssel 仕事用の鍵 🔑',
      'odd\u202ename': [1, null, true],
    };
    for (const indent of [undefined, 2]) {
      const json = printableJson(value, indent);
      expect(JSON.parse(json)).toEqual(value);
      expect(json).not.toMatch(/\S {2,}\S/);
      expect(json.replaceAll('\n', '')).not.toMatch(
        /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\u00a0]/u,
      );
      expect(json).toContain('Schlüssel 仕事用の鍵 🔑');
    }
  });

  it('escapes every character that can not be seen', () => {
    const wrong = codePointsWith(/[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u).filter(
      (character) => {
        const json = printableJson(`a${character}b`);
        return character !== ' ' && (!/^"a(\\.+)+b"$/.test(json) || JSON.parse(json) !== `a${character}b`);
      },
    );
    expect(wrong).toEqual([]);
  });
});

describe('cut', () => {
  it.each([
    ['short', 10, 'short'],
    ['exactly10!', 10, 'exactly10!'],
    ['longer than that', 10, 'longer th…'],
    ['😀'.repeat(12), 10, `${'😀'.repeat(9)}…`],
  ])('%j to %i is %j', (text, max, expected) => {
    expect(cut(text, max)).toBe(expected);
  });
});
