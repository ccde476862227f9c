// What state things are in, as this shell and its programs have it.
import { isAbsolute } from 'node:path';
import { type AddressEnvironment, agentAddress, defaultSocketPath } from '../../client/find/agent-address.ts';
import { openSetUpRecord } from '../../set-up/set-up-record.ts';
import { quoteForShell } from '../../use-with/quote-for-shell.ts';
import type { CommandIo } from '../parts/command.ts';
import { defaultKeysLeft } from './default-keys-left.ts';
import { hasAnswered, lookAtAgent, type NoAnswer, type SeenAgent } from './look-at-agent.ts';

export interface Status {
  /** SSH_AUTH_SOCK; undefined where it is not set. */
  readonly told: string | undefined;
  /** What the programs of this shell ask; undefined where nothing names an agent. */
  readonly asked: SeenAgent | NoAnswer | undefined;
  /** A Sallyport at the usual place, where the programs of this shell don't ask it. */
  readonly elsewhere: SeenAgent | undefined;
  /** Paths of usual keys that Sallyport does not have; none while it can't be asked. */
  readonly keysLeft: readonly string[];
  /** SSH_AUTH_SOCK where programs were set up for it, and nothing listens: an agent elsewhere would not be asked by them. */
  readonly keptPlace: string | undefined;
}

/** On Windows programs go by the names of pipes, so that whatever the command finds is what they ask. */
async function askedAddress(env: AddressEnvironment): Promise<string | undefined> {
  if (process.platform !== 'win32') return env.SSH_AUTH_SOCK || undefined;
  return await agentAddress(env).catch(() => undefined);
}

/** What can't be read of what was set up is for other verbs to say. */
function isSetUp(place: string, env: NodeJS.ProcessEnv): boolean {
  try {
    const blocks = openSetUpRecord(env)
      .load()
      .flatMap(({ change }) => (change.kind === 'block' ? change.lines : []));
    const ends = [`=${place}`, `=${quoteForShell(place)}`, ` "${place}"`];
    return blocks.some((line) => ends.some((end) => line.endsWith(end)));
  } catch {
    return false;
  }
}

/** Changes nothing, asks nobody, and ends within seconds. Never rejects. */
export async function lookAround(io: CommandIo): Promise<Status> {
  const env: AddressEnvironment = io.env;
  const address = await askedAddress(env);
  const asked = address === undefined ? undefined : await lookAtAgent(address, io);
  const usual = process.platform === 'win32' ? undefined : defaultSocketPath(env);
  const isOurs = hasAnswered(asked) && asked.isSallyport;
  const other = isOurs || usual === undefined || usual === address ? undefined : await lookAtAgent(usual, io);
  const elsewhere = hasAnswered(other) && other.isSallyport ? other : undefined;
  const ours = isOurs ? asked : elsewhere;
  const gone = asked !== undefined && !hasAnswered(asked) && !asked.isThere ? asked.address : undefined;
  return {
    told: env.SSH_AUTH_SOCK || undefined,
    asked,
    elsewhere,
    keysLeft: ours && !ours.isLocked ? await defaultKeysLeft(ours.keys) : [],
    keptPlace: gone !== undefined && isAbsolute(gone) && isSetUp(gone, io.env) ? gone : undefined,
  };
}
