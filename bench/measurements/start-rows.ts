// Starting: the agent until it answers, and the command that lists keys.
import { type Contender, type RunningAgent, startAgent } from '../agents/contender.ts';
import { median } from '../report/statistics.ts';
import { oneKey } from './list-rows.ts';
import type { Means, MeasuredRow, Reference } from './measured-row.ts';

/** The median of as many as fit into the time of a load, as one start is much like another. */
async function medianOf(means: Means, measure: () => Promise<number>): Promise<{ value: number }> {
  const times: number[] = [];
  const sinceMs = performance.now();
  do times.push(await measure());
  while (performance.now() - sinceMs < means.loadMs);
  return { value: median(times) };
}

const bareNode: Reference = {
  name: 'bare node',
  measure: (means) => medianOf(means, () => means.space.time([process.execPath, '-e', '0'])),
};

async function start(contender: Contender): Promise<number> {
  const agent = await startAgent(contender);
  await agent.stop();
  return agent.firstAnswerMs;
}

async function listByCommand({ contender, socketPath }: RunningAgent, means: Means) {
  const { space, listCommand } = contender;
  if (listCommand === undefined) return undefined;
  return await medianOf(means, () => space.time(listCommand, { SSH_AUTH_SOCK: socketPath }));
}

export const startRows: readonly MeasuredRow[] = [
  {
    row: {
      name: 'start to first answer',
      unit: 'ms',
      required: { kind: 'times', reference: bareNode.name, atMost: 1.8 },
    },
    reference: bareNode,
    measureOwn: (contender, means) => medianOf(means, () => start(contender)),
  },
  {
    row: {
      name: '“sallyport list”, “ssh-add -l”',
      unit: 'ms',
      required: { kind: 'times', reference: bareNode.name, atMost: 1.4 },
    },
    reference: bareNode,
    keys: oneKey,
    measure: listByCommand,
  },
];
