// How much the load can ask for at the most: of a server that does nothing.
import { fileURLToPath } from 'node:url';
import { type RunningAgent, startAgent } from '../agents/contender.ts';
import type { Space } from '../agents/space.ts';
import type { CeilingReport } from '../report/report.ts';
import type { Means } from './measured-row.ts';
import { listLoad, perSecond, withLoad } from './with-load.ts';

/** A list with one Ed25519 key. */
const [requestBytes, replyBytes, reply] = [5, 79, 12];
const path = fileURLToPath(new URL('../load/echo-server.ts', import.meta.url));

const startEcho = (space: Space): Promise<RunningAgent> =>
  startAgent({
    name: 'the echo server',
    version: '',
    space,
    agentCommand: (socket) => [
      ...([process.execPath, path, socket] as const),
      ...[requestBytes, replyBytes, reply].map(String),
    ],
    listCommand: undefined,
  });

/** With as many connections as the rows have. */
export async function measureCeiling(means: Means): Promise<CeilingReport[]> {
  const echo = await startEcho(means.space);
  const measured = async (what: string, load: ReturnType<typeof listLoad>) => {
    await withLoad(echo, means, load, perSecond);
    let p50Us = 0;
    const {
      value,
      loadBusy = 0,
      agentBusy = 0,
    } = await withLoad(echo, means, load, (result) => {
      p50Us = result.p50Us;
      return perSecond(result);
    });
    return { what, perSecond: value, p50Us, loadBusy, serverBusy: agentBusy };
  };
  try {
    return [
      await measured('1 connection', listLoad(1)),
      await measured('1 connection, on one core', listLoad(1, 'together')),
      await measured('64 connections', listLoad(64)),
      await measured('a connection for each', { ...listLoad(1), reconnects: true }),
    ];
  } finally {
    await echo.stop();
  }
}
