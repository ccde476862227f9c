// Text from elsewhere: what is shown by its number, and what is left alone.
import { foreignText, splitForeignText } from '../../../text/foreign-text.ts';
import { forwardedSsh, passphrasePrompt } from '../fake-main/sample-prompts.ts';
import { expect, test } from '../fake-main/test.ts';

test('shows controls and bidi overrides by their numbers', () => {
  expect(foreignText('exe\u202efdp.key\n\u0007')).toBe('exe<U+202E>fdp.key<U+000A><U+0007>');
  expect(foreignText('\u200bzero\ufeff\u2066\u{e0041}\u00ad')).toBe(
    '<U+200B>zero<U+FEFF><U+2066><U+E0041><U+00AD>',
  );
  expect(foreignText('\ud800')).toBe('<U+D800>');
});

test('leaves emoji, Persian and accents alone', () => {
  const texts = [
    '👩‍💻 ✔️ 🏳️‍🌈 👩🏽‍🚀 1️⃣',
    'می‌خواهم',
    'क्‍ष',
    'Zoë',
    'Zoe\u0308',
    'שָׁלוֹם',
    '鍵',
    '葛\ufe00',
    'مفتاح',
  ];
  for (const text of texts) expect(foreignText(text)).toBe(text);
});

test('shows what makes two names look the same, and towers of marks', () => {
  expect(foreignText('pl\u200dink.exe')).toBe('pl<U+200D>ink.exe');
  expect(foreignText('é\u200cx\u200c\u200d')).toBe('é<U+200C>x<U+200C><U+200D>');
  expect(foreignText('host1\ufe0f.example\ufe00')).toBe('host1<U+FE0F>.example<U+FE00>');
  expect(foreignText(`z${'\u0301'.repeat(6)}!`)).toBe(`z${'\u0301'.repeat(4)}<U+0301><U+0301>!`);
});

test('cuts by whole characters and says so', () => {
  expect(splitForeignText('🔑🔑🔑', 2)).toEqual([{ kind: 'plain', text: '🔑…' }]);
});

test('isolates the direction of a comment from the words around it', async ({ openPrompt, page }) => {
  const key = { ...passphrasePrompt().key, comment: '\u202emoc.elpmaxe\u202c مفتاح' };
  await openPrompt(passphrasePrompt({ key, requesters: [forwardedSsh] }));
  const comment = page.locator('bdi', { hasText: 'moc.elpmaxe' });
  await expect(comment).toHaveText('“U+202Emoc.elpmaxeU+202C مفتاح”');
  await expect(comment.locator('.odd-character')).toHaveCount(2);
});
