// How a door learns of the process at the other end: it takes hold of it when it connects, and lets go with it.
import type { Peer, ProcessFacts } from '../../main/agent/facts/peer.ts';

/** A process from the moment at which it came to the door. */
export interface ObservedProcess {
  /** Looks it up at the first call only; resolves to undefined when nothing is to be learnt. Never rejects. */
  describe(): Promise<ProcessFacts | undefined>;
  /** Reads what else `describe` would read while somebody waits. */
  lookAhead(): void;
  /** Gives back the handles that are held of it. */
  close(): void;
}

/** Takes hold of a process by its number. Must not wait, nor throw. */
export type ObserveProcess = (pid: number) => ObservedProcess;

const unknown: ObservedProcess = {
  describe: () => Promise.resolve(undefined),
  lookAhead: () => {},
  close: () => {},
};

/** As `observe`, for a process whose number may not be known either. */
export function observeIfKnown(pid: number | undefined, observe: ObserveProcess): ObservedProcess {
  return pid === undefined ? unknown : observe(pid);
}

/** What the core may ask of it. */
export function factsOf(client: ObservedProcess): Pick<Peer, 'describe' | 'lookAhead'> {
  return { describe: () => client.describe(), lookAhead: () => client.lookAhead() };
}

/** The program of another agent, for the person. */
export async function executableOf(
  pid: number | undefined,
  observe: ObserveProcess,
): Promise<string | undefined> {
  return (await observeIfKnown(pid, observe).describe())?.executable;
}
