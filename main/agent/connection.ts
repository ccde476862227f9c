// What the handlers of one connection's requests know about it.
import type { AgentState } from './agent-state.ts';
import type { Peer, ProcessFacts } from './peer.ts';
import type { Requester } from './requester.ts';
import type { SessionBindings } from './session-bind.ts';

export interface Connection {
  readonly state: AgentState;
  readonly peer: Peer;
  readonly bindings: SessionBindings;
  /** Aborted when the client has gone. */
  readonly closed: AbortSignal;
}

/** Looking a process up must not hold a request for longer than this. */
const describeLimitMs = 2000;

/** Who asks, as the person is told. Slow or failing look-ups cost facts, never the request. */
export async function requesterOf({ state, peer, bindings }: Connection): Promise<Requester> {
  let stopTimer = () => {};
  const tooLate = new Promise<undefined>((resolve) => {
    stopTimer = state.ports.clock.schedule(describeLimitMs, () => resolve(undefined));
  });
  const process: ProcessFacts | undefined = await Promise.race([
    peer.describe().catch(() => undefined),
    tooLate,
  ]);
  stopTimer();
  return {
    transport: peer.transport,
    forwarded: bindings.isForwarded,
    ...(peer.pid !== undefined && { pid: peer.pid }),
    ...(process && { process }),
  };
}
