// What all sessions of one agent share, and how the handlers of their requests get it.
import type { Consent } from '../consent/consent.ts';
import type { KeyOffers } from '../consent/offers/offered-keys.ts';
import { Connection } from '../facts/connection.ts';
import type { LookAheads } from '../facts/look-aheads.ts';
import type { Peer } from '../facts/peer.ts';
import type { AgentPorts } from '../ports/agent-ports.ts';
import type { OwnChannel } from '../protocol/own-channel.ts';
import type { KeyRing } from '../ring/key-ring.ts';
import type { KeyStores } from '../ring/key-stores.ts';
import type { LoadTurns } from '../ring/load-turns.ts';
import type { AgentLock } from './agent-lock.ts';
import type { LockedRequests } from './locked-requests.ts';

export interface AgentState {
  readonly ports: AgentPorts;
  readonly keyRing: KeyRing;
  readonly stores: KeyStores;
  readonly lock: AgentLock;
  readonly lockedRequests: LockedRequests;
  readonly loadTurns: LoadTurns;
  readonly consent: Consent;
  readonly offers: KeyOffers;
  readonly lookAheads: LookAheads;
  /** Aborted when the agent gets locked or stops: whatever waits for a person then ends. */
  readonly sealed: () => AbortSignal;
  /** Aborts `sealed`, closes prompts, drops decrypted keys and remembered answers. */
  readonly seal: (reason: string) => void;
  /** False refuses SHA-1 `ssh-rsa` signatures, ours and those of host keys. */
  readonly allowSha1: boolean;
}

/** A connection together with the agent that serves it. */
export class ServedConnection extends Connection {
  readonly state: AgentState;
  /** Where the client has asked for it: the channel for what only the person's own programs may ask. */
  ownChannel: OwnChannel | undefined;

  constructor(peer: Peer, state: AgentState) {
    super(peer, state.ports, () => state.allowSha1);
    this.state = state;
  }
}
