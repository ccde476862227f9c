// One request as a person is told of it: who asks, what for, where to.
import type { Peer, ProcessFacts } from './peer.ts';
import type { Relayed } from './relayed-program.ts';
import type { UseFacts } from './request-facts.ts';

export interface Requester extends UseFacts {
  readonly transport: Peer['transport'];
  readonly pid?: number;
  /** Observed: seen from the system. */
  readonly process?: ProcessFacts;
  /** Claimed: for whom that process asks, where it is a relay and says so. */
  readonly relayed?: Relayed;
  /** Of a request that has waited for the unlock of the agent: aborted when it has its answer. Not for keeping. */
  readonly over?: AbortSignal;
}

/** False when a session-bind says that the request came from another machine, or leaves it in doubt. */
export function isFromHere({ forwarded, problem }: Requester): boolean {
  return !forwarded && problem === undefined;
}
