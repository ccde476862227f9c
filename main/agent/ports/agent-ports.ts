// What the core needs from outside, gathered once and handed to its parts.

import type { Clock } from '../../basics/clock.ts';
import type { CryptoOffload } from '../../keys/crypto-offload.ts';
import type { PromptQueue } from '../asking/prompt-queue.ts';
import type { HostNames } from '../facts/host-names.ts';
import type { Approver } from './approver.ts';
import type { AgentHost } from './host.ts';

export interface AgentPorts {
  readonly approver: Approver;
  readonly prompts: PromptQueue;
  readonly offload: CryptoOffload;
  readonly clock: Clock;
  /** The time of day, for what the person reads; never for decisions. */
  readonly now: () => Date;
  readonly hostNames: HostNames;
  readonly host: AgentHost;
  /** What a caller shows who may read the activity and change the rules; undefined: nobody may over a connection. */
  readonly localProof: Uint8Array | undefined;
  /**
   * The encodings in which a typed passphrase is tried, likeliest first; fresh arrays, which the caller wipes.
   * On Windows PuTTY encrypts with the system code page's bytes.
   */
  readonly passphraseEncodings: (utf8: Uint8Array) => readonly Uint8Array[];
  /** One line without secrets for the log. */
  readonly log: (line: string) => void;
  /** How long an open prompt waits for the person before it counts as a "no". */
  readonly confirmTimeLimitMs: number;
  readonly passphraseTimeLimitMs: number;
}
