// `Peer.describe()` from a look-up by pid: done at the first call only, and never a reason to fail.
import type { ProcessFacts } from '../../main/agent/peer.ts';

export type DescribeProcess = (pid: number) => Promise<ProcessFacts | undefined>;

/** The `describe` of a peer with this pid; resolves to undefined when there is no pid or the look-up fails. */
export function describeOnce(
  pid: number | undefined,
  describeProcess: DescribeProcess,
): () => Promise<ProcessFacts | undefined> {
  let facts: Promise<ProcessFacts | undefined> | undefined;
  return async () => {
    if (pid === undefined) return undefined;
    facts ??= describeProcess(pid).catch(() => undefined);
    return facts;
  };
}
