// The program around the agent, as far as the person's own programs may see and steer it.

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

export interface AgentHost {
  doors(): readonly DoorReport[];
  /** Makes the program end soon. Left out where the person at its window ends it. */
  readonly requestStop?: (() => void) | undefined;
  readonly pid?: number;
  /** Keys that a passphrase has opened are kept in clear for one use, whoever added them. */
  readonly unlocksOnce?: boolean;
}
