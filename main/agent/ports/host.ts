// The program around the agent, as far as the person's own programs may see and steer it.
import type { WindowsKeys } from './windows-keys.ts';

/** What there is to tell of one way in. */
export interface DoorReport {
  /** As `Transport.name`. */
  readonly name: string;
  /** For the person. */
  readonly title: string;
  readonly status: 'stopped' | 'starting' | 'listening' | 'degraded';
  /** What clients connect to, while listening. */
  readonly address?: string;
  /** Sentences for the person, while degraded. */
  readonly reason?: string;
  readonly remedy?: string;
  readonly heldBy?: { readonly pid: number; readonly executable?: string };
}

/** The other agents whose keys ours offers, too: kept by the program, as the core knows no way to them. */
export interface Upstreams {
  /** Rejects with UpstreamError for what can't be one. */
  add(address: string): Promise<void>;
  /** False: it is none of them. Rejects with UpstreamError where that can't be kept. */
  remove(address: string): Promise<boolean>;
}

/** Another agent that was found on this computer. */
export interface FoundUpstream {
  readonly address: string;
  /** For the person. */
  readonly title: string;
}

/** `message` is a sentence for the person. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
}

export interface AgentHost {
  doors(): readonly DoorReport[];
  /** Makes the program end soon. Left out where the person at its window ends it. */
  readonly requestStop?: (() => void) | undefined;
  readonly pid?: number;
  /** Names this agent among all, for other agents that offer its keys; undefined: it is not told apart. */
  readonly agentId?: Uint8Array;
  readonly upstreams?: Upstreams | undefined;
  /** Left out where the system keeps no keys. */
  readonly windowsKeys?: WindowsKeys | undefined;
  /** Keys that a passphrase has opened are kept in clear for one use, whoever added them. */
  readonly unlocksOnce?: boolean;
}
