// `sallyport upstream`: what it takes, and what it says of another agent.
import { describe, expect, it } from 'vitest';
import type { StoreSummary } from '../../../../main/agent/ports/key-store.ts';
import { type CommandIo, UsageError } from '../../../../main/cli/parts/command.ts';
import { describeUpstream, upstreamCommand } from '../../../../main/cli/verbs/upstream.ts';

const io: CommandIo = {
  env: {},
  print: () => Promise.resolve(),
  printAsIs: () => Promise.resolve(),
  complain: () => {},
};

const store = (change: Partial<StoreSummary> = {}): StoreSummary => ({
  id: 'upstream:/a.sock',
  kind: 'upstream',
  address: '/a.sock',
  title: '/a.sock',
  state: { status: 'ready', leftOut: 0 },
  keyCount: 1,
  pending: [],
  ...change,
});

describe('the command line', () => {
  it.each([
    [['sell', '/a'], /add, list or remove/],
    [['add'], /address of the agent to add/],
    [['remove', ''], /address of the agent to remove/],
    [['add', '/a', '/b'], /One address at a time/],
    [['list', '/a'], /takes no address/],
  ])('is refused: %j', async (args, why) => {
    const run = upstreamCommand.run(args, io);
    await expect(run).rejects.toBeInstanceOf(UsageError);
    await expect(run).rejects.toThrow(why);
  });
});

describe('another agent', () => {
  it('is told of in one line while it answers', () => {
    expect(describeUpstream(store())).toEqual(['/a.sock: 1 key']);
    expect(describeUpstream(store({ keyCount: 2, title: 'gpg-agent' }))).toEqual([
      '/a.sock (gpg-agent): 2 keys',
    ]);
    const odd = store({ keyCount: 0, state: { status: 'ready', leftOut: 3 } });
    expect(describeUpstream(odd)).toEqual(["/a.sock: 0 keys, and 3 that can't be used here"]);
    expect(describeUpstream(store({ state: { status: 'starting' } }))).toEqual(['/a.sock: is being asked']);
  });

  it('is told of with the reason, and what to do, while it does not', () => {
    const state = { status: 'unreachable', reason: 'It is gone.', remedy: 'Start it.' } as const;
    expect(describeUpstream(store({ state }))).toEqual([
      '/a.sock: out of reach',
      '  Why: It is gone.',
      '  What to do: Start it.',
    ]);
  });
});
