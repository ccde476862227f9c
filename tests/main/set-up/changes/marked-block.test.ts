import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MarkedBlock, withBlock, withoutBlock } from '../../../../main/set-up/changes/marked-block.ts';

const block = (at: MarkedBlock['at']): MarkedBlock => ({
  id: 'ssh',
  at,
  lines: ['# Keys come from Sallyport.', 'IdentityAgent "/home/jürgen/agent.sock"'],
});
const marked =
  '# >>> Sallyport ssh >>>\n# Keys come from Sallyport.\nIdentityAgent "/home/jürgen/agent.sock"\n# <<< Sallyport ssh <<<';

/** Files as people have them: any bytes, any line ends in a mixture, with or without a last one, a byte order mark. */
const pieces = fc.oneof(
  fc.constantFrom('\n', '\r\n', '\r', '\t', ' ', 'Host *', '# >>> Sallyport ssh', '\\', '\u00ef\u00bb\u00bf'),
  fc.string({ maxLength: 12 }),
  fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
);
const files = fc
  .tuple(fc.boolean(), fc.array(pieces, { maxLength: 20 }))
  .map(([hasMark, parts]) => Buffer.from((hasMark ? '\u00ef\u00bb\u00bf' : '') + parts.join(''), 'latin1'));

describe('a marked block', () => {
  it.each(['start', 'end'] as const)(
    'put at the %s of any file and taken out leaves the same bytes',
    (at) => {
      fc.assert(
        fc.property(files, (before) => {
          const after = withBlock(before, block(at));
          const removal = withoutBlock(after, block(at));
          expect(removal).toEqual({ outcome: 'removed', bytes: before });
        }),
        { numRuns: 2000 },
      );
    },
  );

  it.each(['start', 'end'] as const)('put at the %s keeps every byte of the file in its order', (at) => {
    fc.assert(
      fc.property(files, (before) => {
        const after = withBlock(before, block(at)).toString('latin1');
        const text = before.toString('latin1');
        const mark = text.startsWith('\u00ef\u00bb\u00bf') && at === 'start' ? 3 : 0;
        expect(after.startsWith(at === 'start' ? text.slice(0, mark) : text)).toBe(true);
        if (at === 'start') expect(after.endsWith(text.slice(mark))).toBe(true);
      }),
    );
  });

  it('comes after a byte order mark, and before all else', () => {
    const after = withBlock(Buffer.from('\ufeffHost a\n'), block('start')).toString();
    expect(after).toBe(`\ufeff${marked}\nHost a\n`);
  });

  it('has the line ends of the file, and leaves a last line that is open open', () => {
    expect(withBlock(Buffer.from('a\r\nb'), block('end')).toString()).toBe(
      `a\r\nb\r\n${marked.replaceAll('\n', '\r\n')}`,
    );
  });

  it('is taken out wherever the person has moved it, and in the line ends that an editor has given it', () => {
    const moved = Buffer.from(`one\r\n${marked.replaceAll('\n', '\r\n')}\r\ntwo\r\n`);
    expect(withoutBlock(moved, block('start'))).toEqual({
      outcome: 'removed',
      bytes: Buffer.from('one\r\ntwo\r\n'),
    });
  });

  it.each([
    ['a line was changed', marked.replace('agent.sock', 'other.sock')],
    ['a line was added', marked.replace('# <<<', 'Port 22\n# <<<')],
    ['a line is gone', marked.replace('# Keys come from Sallyport.\n', '')],
    ['the last mark is gone', marked.replace(/\n# <<<.*/, '')],
    ['the first mark is gone', marked.replace(/^.*\n/, '')],
    ['it is there twice', `${marked}\n${marked}`],
  ])('that is not as it was put there stays: %s', (_, text) => {
    expect(withoutBlock(Buffer.from(`a\n${text}\nb\n`), block('start'))).toEqual({ outcome: 'edited' });
  });

  it('of another program is none', () => {
    expect(withoutBlock(Buffer.from(marked), { id: 'shell', lines: [] })).toEqual({ outcome: 'absent' });
  });
});
