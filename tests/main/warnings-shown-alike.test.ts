// A contradiction in what a program said is warned of in the same words at the window and at the terminal.
import { expect, it } from 'vitest';
import { requesterView } from '../../main/shell/views/requester-view.ts';
import { keyUseLines } from '../../main/terminal/key-use-text.ts';

it.each(['bind-refused', 'may-be-forwarded', 'other-session', 'other-host'] as const)('%s', (problem) => {
  const facts = { purpose: { kind: 'unknown' }, forwarded: false, path: [], problem } as const;
  const lines = keyUseLines(facts).filter((line) => line.startsWith('Warning: '));
  expect(lines).toHaveLength(1);
  expect(requesterView({ ...facts, transport: 'unix' }).warning).toContain(
    lines[0]?.slice('Warning: '.length),
  );
  // Its binding may be one that nothing proves.
  if (problem.startsWith('other-')) expect(lines[0]).not.toContain('proved');
});
