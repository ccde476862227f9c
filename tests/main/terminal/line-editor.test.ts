// One line typed in raw mode.
import { describe, expect, it } from 'vitest';
import { LineEditor, type LineState } from '../../../main/terminal/line-editor.ts';

function typed(...chunks: string[]): { state: LineState; line: string } {
  const editor = new LineEditor();
  let state: LineState = 'open';
  for (const chunk of chunks) state = editor.type(Buffer.from(chunk));
  return { state, line: Buffer.from(editor.line().bytes).toString() };
}

describe('line editor', () => {
  it('collects what is typed until Enter', () => {
    expect(typed('pa', 'ss', '\r')).toEqual({ state: 'entered', line: 'pass' });
    expect(typed('pass\nmore')).toEqual({ state: 'entered', line: 'pass' });
    expect(typed('pass')).toEqual({ state: 'open', line: 'pass' });
  });

  it('is cancelled by Ctrl-D and Escape, and interrupted by Ctrl-C', () => {
    for (const key of ['\u0004', '\u001b']) expect(typed('pass', key).state).toBe('cancelled');
    expect(typed('pass', '\u0003').state).toBe('interrupted');
  });

  it('ignores arrow and function keys', () => {
    expect(typed('pa', '\u001b[A', 'ss')).toEqual({ state: 'open', line: 'pass' });
  });

  it('removes the last character with Backspace, also one of several bytes', () => {
    expect(typed('pas\u007f\u0008').line).toBe('p');
    expect(typed('aé🔑\u007f').line).toBe('aé');
    expect(typed('aé🔑\u007f\u007f').line).toBe('a');
    expect(typed('\u007f\u007f').line).toBe('');
  });

  it('removes all with Ctrl-U', () => {
    expect(typed('wrong\u0015right').line).toBe('right');
  });

  it('takes 4,096 bytes and is cancelled by more', () => {
    expect(typed('x'.repeat(4096)).state).toBe('open');
    expect(typed('x'.repeat(4097)).state).toBe('cancelled');
  });

  it('forgets the line when it is wiped', () => {
    const editor = new LineEditor();
    editor.type(Buffer.from('secret'));
    const copy = editor.line();
    editor.wipe();
    expect(editor.line()).toHaveLength(0);
    expect(Buffer.from(copy.bytes).toString()).toBe('secret');
  });
});
