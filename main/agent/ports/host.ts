// The program around the agent, as far as the person's own programs may see and steer it.

import type { KeyStore, StoreState } from './key-store.ts';
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

/** One library for tokens, as the person is told of it. */
export interface TokenLibraryReport {
  readonly path: string;
  /** Its own words for itself; empty while it was not loaded. */
  readonly title: string;
  /** `removed`: a client has removed its keys (`ssh-add -e`). */
  readonly state: StoreState | { readonly status: 'removed' };
  readonly tokens: readonly {
    /** For the person, in words of others. */
    readonly title: string;
    readonly maker: string;
    readonly model: string;
    readonly serial: string;
    readonly pin: 'none' | 'typed' | 'at-reader';
    readonly isOpen: boolean;
    readonly keyCount: number;
  }[];
}

/** SSH certificates that a client gives for keys of tokens. */
export interface OfferedCertificates {
  readonly blobs: readonly Uint8Array[];
  /** Their keys are not to be listed without them. */
  readonly only: boolean;
}

/** The libraries for tokens (PKCS#11) that the person has chosen. */
export interface TokenLibraries {
  list(): readonly TokenLibraryReport[];
  /** Rejects with TokenLibraryError for what can't be one. */
  add(path: string): Promise<void>;
  /** False: it is none of them. Rejects with TokenLibraryError where that can't be kept. */
  remove(path: string): Promise<boolean>;
  /** Its keys as a place; undefined: it is none of them. */
  storeOf(path: string, certificates?: OfferedCertificates): Promise<KeyStore | undefined>;
}

/** `message` has sentences for the person. */
export class TokenLibraryError extends Error {
  override readonly name = 'TokenLibraryError';
}

/** `message` is a sentence for the person. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
}

/** A library by which security keys are reached. */
export interface SecurityKeyLibrary {
  readonly path: string;
  /** Why it can't be used, and what to do; left out: it can. */
  readonly reason?: string;
  readonly remedy?: string;
}

/** The libraries for security keys that the person has chosen. Rejects with SecurityKeyError for what can't be one. */
export interface SecurityKeyLibraries {
  /** Looks at each; asks no security key. */
  list(): Promise<readonly SecurityKeyLibrary[]>;
  add(path: string): Promise<void>;
  /** False: it is none of them. */
  remove(path: string): Promise<boolean>;
}

export interface AgentHost {
  doors(): readonly DoorReport[];
  /** Makes the program end soon. Left out where the person at its window ends it. */
  readonly requestStop?: (() => void) | undefined;
  readonly pid?: number;
  /** The program that `sallyport relay` of this installation runs in; undefined where there is none. */
  readonly relayProgram?: string | undefined;
  /** Names this agent among all, for other agents that offer its keys; undefined: it is not told apart. */
  readonly agentId?: Uint8Array;
  readonly upstreams?: Upstreams | undefined;
  /** Left out where the system keeps no keys. */
  readonly windowsKeys?: WindowsKeys | undefined;
  readonly tokens?: TokenLibraries | undefined;
  /** Left out where security keys are reached without libraries, as on Windows. */
  readonly securityKeyLibraries?: SecurityKeyLibraries | undefined;
  /** Keys that a passphrase has opened are kept in clear for one use, whoever added them. */
  readonly unlocksOnce?: boolean;
  /** Whether there is a way to ask the person; left out where a window always is one. */
  readonly canAsk?: (() => boolean) | undefined;
}
