// What state things are in, as this shell and its programs have it.
import { type AddressEnvironment, agentAddress, defaultSocketPath } from '../../client/find/agent-address.ts';
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
}

/** On Windows programs go by the names of pipes, so that whatever the command finds is what they ask. */
async function askedAddress(env: AddressEnvironment): Promise<string | undefined> {
  if (process.platform !== 'win32') return env.SSH_AUTH_SOCK || undefined;
  return await agentAddress(env).catch(() => undefined);
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
  return {
    told: env.SSH_AUTH_SOCK || undefined,
    asked,
    elsewhere,
    keysLeft: ours && !ours.isLocked ? await defaultKeysLeft(ours.keys) : [],
  };
}
