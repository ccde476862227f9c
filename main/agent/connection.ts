// What the handlers of one connection's requests know about it.
import type { Claimant } from '../basics/fair-queue.ts';
import type { AgentState } from './agent-state.ts';
import { noHostNames } from './facts/host-names.ts';
import type { Peer, ProcessFacts } from './facts/peer.ts';
import { nameFacts, readSignedFacts } from './facts/request-facts.ts';
import type { Requester } from './facts/requester.ts';
import type { SessionBindings } from './facts/session-bind.ts';
import type { SignPurpose } from './facts/sign-purpose.ts';

export interface Connection {
  readonly state: AgentState;
  readonly peer: Peer;
  readonly bindings: SessionBindings;
  /** Aborted when the client has gone, or sends nothing more, which may be the same: nobody is asked for it then. */
  readonly closed: AbortSignal;
  /** The connection among those that wait for a turn. Its signal is aborted when the client has gone for sure. */
  readonly claimant: Claimant;
}

/** Looking up a process, or the names of hosts, must not hold a request for longer than this. */
const lookUpLimitMs = 2000;

/** The result of `lookUp`, or `otherwise` when it takes too long or fails. */
export async function withinLimit<T, F>(
  { state }: Connection,
  lookUp: Promise<T>,
  otherwise: F,
  limitMs = lookUpLimitMs,
): Promise<T | F> {
  let stopTimer = () => {};
  const tooLate = new Promise<F>((resolve) => {
    stopTimer = state.ports.clock.schedule(limitMs, () => resolve(otherwise));
  });
  try {
    return await Promise.race([lookUp.catch(() => otherwise), tooLate]);
  } finally {
    stopTimer();
  }
}

/** The process that asks, as far as it can be seen within the time. */
export function processOf(connection: Connection, limitMs?: number): Promise<ProcessFacts | undefined> {
  return withinLimit(connection, connection.peer.describe(), undefined, limitMs);
}

/** Who asks and what for, as the person is told. Slow or failing look-ups cost facts, never the request. */
export async function requesterOf(connection: Connection, purpose: SignPurpose): Promise<Requester> {
  const { state, peer, bindings } = connection;
  const signed = readSignedFacts(purpose, bindings);
  const process = await processOf(connection);
  const named = await withinLimit(connection, nameFacts(signed, process, state.ports.hostNames), undefined);
  return {
    ...(named ?? (await nameFacts(signed, undefined, noHostNames))),
    transport: peer.transport,
    ...(peer.pid !== undefined && { pid: peer.pid }),
    ...(process && { process }),
  };
}
