// What the core needs from outside, gathered once and handed to its parts.

import type { Clock } from '../../basics/clock.ts';
import type { Authenticators } from '../../keys/authenticator.ts';
import type { CryptoOffload } from '../../keys/crypto-offload.ts';
import type { PassphraseEncodings } from '../../keys/files/passphrase-encodings.ts';
import type { HostNames } from '../facts/host-names.ts';
import type { Approver } from './approver.ts';
import type { AgentHost } from './host.ts';

export interface AgentPorts {
  readonly approver: Approver;
  readonly offload: CryptoOffload;
  /** Where security keys are. */
  readonly authenticators: Authenticators;
  readonly clock: Clock;
  /**
   * The time of day, for dates: those that the person reads, and those of certificates. It may be set, so how long
   * anything holds goes by `clock`.
   */
  readonly now: () => Date;
  readonly hostNames: HostNames;
  readonly host: AgentHost;
  /** What a caller has, too, who may read the activity and change the rules; undefined: nobody may over a connection. */
  readonly localSecret: Uint8Array | undefined;
  /** Those of this system, in which a typed passphrase is tried. */
  readonly passphraseEncodings: PassphraseEncodings;
  /** One line without secrets for the log. */
  readonly log: (line: string) => void;
  /** How long an open prompt waits for the person before it counts as a "no". */
  readonly confirmTimeLimitMs: number;
  readonly passphraseTimeLimitMs: number;
}
