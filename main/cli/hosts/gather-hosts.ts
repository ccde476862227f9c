// All that decides which keys a host is offered: what the person has set, what was used, what the agent has.
import { AgentRefusedError, NoAgentError } from '../../client/agent-errors.ts';
import { localPath } from '../../get-started/files/local-path.ts';
import type { KeysToml } from '../../stored/keys-toml.ts';
import { keysTomlPath, readKeysTomlFile } from '../../stored/keys-toml-file.ts';
import type { CommandIo } from '../parts/command.ts';
import { describeBlob } from '../parts/keys/describe-key.ts';
import { ownSecret } from '../parts/own-secret.ts';
import { readActivity } from '../parts/read-activity.ts';
import { withAgent } from '../parts/with-agent.ts';
import { type LearnedHost, learnedHosts } from './learned-hosts.ts';

/** Of the activity; more than a person looks back. */
const maxEntries = 1000;

/** A key of the agent, with its certificates. */
export interface HeldKey {
  readonly fingerprint: string;
  readonly comment: string;
  readonly isRestricted: boolean;
}

export interface HostsNow {
  readonly file: string;
  readonly set: KeysToml;
  /** In the agent's order; undefined: no agent answers. */
  readonly held: readonly HeldKey[] | undefined;
  readonly learned: readonly LearnedHost[];
}

async function askAgent(io: CommandIo): Promise<Pick<HostsNow, 'held' | 'learned'>> {
  try {
    return await withAgent(io, async (client) => {
      const held = new Map<string, HeldKey>();
      for (const { blob, comment, restrictedToDestinations = false } of await client.list()) {
        const { fingerprint } = describeBlob(blob);
        if (!held.has(fingerprint))
          held.set(fingerprint, { fingerprint, comment, isRestricted: restrictedToDestinations });
      }
      // Another agent has no activity.
      const entries = await readActivity(client, ownSecret(io), '', maxEntries).catch((error: unknown) => {
        if (error instanceof AgentRefusedError) return [];
        throw error;
      });
      return { held: [...held.values()], learned: learnedHosts(entries) };
    });
  } catch (error) {
    if (error instanceof NoAgentError) return { held: undefined, learned: [] };
    throw error;
  }
}

/** Rejects with KeysTomlError, UntrustedPlaceError or the system's error, and as a client does but where no agent runs. */
export async function gatherHosts(io: CommandIo): Promise<HostsNow> {
  const file = keysTomlPath(io.env);
  const set = await readKeysTomlFile(file, (path) => localPath(path));
  return { file, set, ...(await askAgent(io)) };
}
