// Key files that are opened to be written again.
import { describe, expect, it } from 'vitest';
import { commentText } from '../../../../main/keys/encoding/comment-text.ts';
import { chosenComment } from '../../../../main/shell/key-files/open-key-files.ts';

describe('the comment of a key file that is written again', () => {
  const ofFile = (rawComment: Uint8Array) => ({ comment: commentText(rawComment), rawComment });

  it.each([
    ['shown', Buffer.from('M\xfcller', 'latin1'), 'Müller'],
    ['cut where it was shown', Buffer.from('x'.repeat(500)), `${'x'.repeat(399)}…`],
    ['never shown', Buffer.from('x'.repeat(500)), ''],
  ])('is that of the file, byte for byte, when it was %s and not changed', (_how, rawComment, wish) => {
    expect(chosenComment(wish, ofFile(rawComment))).toBe(rawComment);
  });

  it('is what the person wrote, else', () => {
    expect(chosenComment('new', ofFile(Buffer.from('old')))).toBe('new');
  });
});
