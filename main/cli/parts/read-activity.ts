// The activity of the agent, page by page.
import { type ActivityEntry, readActivityLine } from '../../agent/consent/activity/activity-entry.ts';
import type { AgentClient } from '../../client/agent-client.ts';

/** The latest first. A line that an agent of another version has written differently is left out. */
export async function readActivity(
  client: Pick<AgentClient, 'readLog'>,
  secret: Uint8Array,
  search: string,
  limit: number,
): Promise<ActivityEntry[]> {
  const entries: ActivityEntry[] = [];
  for (let after = 0; entries.length < limit; after = entries.at(-1)?.id ?? 0) {
    const page = (await client.readLog(secret, search, after))
      .split('\n')
      .flatMap((line) => readActivityLine(line) ?? []);
    if (page.length === 0) break;
    entries.push(...page);
  }
  return entries.slice(0, limit);
}
