// The interface of every door. A door that fails to open fails alone.
import type { OpenSession } from '../../main/agent/agent.ts';

export type TransportState =
  | { readonly status: 'stopped' }
  | { readonly status: 'starting' }
  /** `address` is what a client is told: a path or a pipe name. */
  | { readonly status: 'listening'; readonly address: string }
  /** `reason` and `remedy` are sentences for the person. */
  | {
      readonly status: 'degraded';
      readonly reason: string;
      readonly remedy: string;
      readonly heldBy?: { readonly pid: number; readonly executable?: string };
    };

export interface Transport {
  /** For example `unix-socket`; what prompts, the activity and `sallyport doors` call it. */
  readonly name: string;
  readonly state: TransportState;
  /** Calls back after every change of `state`; returns the way to stop that. */
  onStateChanged(listener: (state: TransportState) => void): () => void;
  /**
   * Opens the door and resolves when clients can come in. Rejects with TransportError when it can't;
   * the state is then `degraded` with the same reason.
   */
  start(openSession: OpenSession): Promise<void>;
  /** Closes the door and all its connections; leaves no file behind. Safe to call in any state. */
  stop(): Promise<void>;
}

/** The door can't be opened. `message` says why, `remedy` what to do. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly remedy: string;
  readonly heldBy?: { readonly pid: number; readonly executable?: string };

  constructor(
    message: string,
    remedy: string,
    options: { heldBy?: { pid: number; executable?: string }; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.remedy = remedy;
    if (options.heldBy) this.heldBy = options.heldBy;
  }
}
