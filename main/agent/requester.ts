// One request as a person is told of it: who asks, what for, where to.
import type { Peer, ProcessFacts } from './peer.ts';

export interface Requester {
  readonly transport: Peer['transport'];
  readonly pid?: number;
  readonly process?: ProcessFacts;
  /** True when a verified session-bind says that the request came through agent forwarding. */
  readonly forwarded: boolean;
}
