// Who is at the other end of a connection, and how far that can be trusted.
import type { Program } from './program.ts';

/** A process seen by us from the system ("observed"): a convenience, not a boundary. */
export interface ProcessFacts extends Program {
  readonly pid: number;
  /** From the parent up to the shell or IDE, nearest first. */
  readonly parents: readonly ({ readonly pid: number } & Program)[];
  /** Remote ends of the process's live TCP connections to SSH ports. */
  readonly connections: readonly { readonly address: string; readonly port: number }[];
}

/** Who sends, on a door where each message is a conversation of its own: what one has told, the later ones know. */
export interface Sender {
  /** True once it has passed on the start of a forwarded conversation: any message since may belong to one. */
  readonly mayForward: boolean;
  noteForwarding(): void;
}

/** What a transport tells of a new connection. */
export interface Peer {
  /** Name of the transport, as `Transport.name`. */
  readonly transport: string;
  readonly pid?: number;
  /** False: requests that would need a person fail at once, and keys that would are not listed. */
  readonly mayPrompt: boolean;
  /** Largest reply body in bytes that the channel carries (WM_COPYDATA: the mapping's size − 4); default 256 KiB. */
  readonly maxReplyBytes?: number;
  /** WM_COPYDATA: such a conversation can't be bound to an SSH session, but its sender may forward others. */
  readonly sender?: Sender;
  /** Looks the process up, at the first call only; resolves to undefined when it can't be learnt, never rejects. */
  describe(): Promise<ProcessFacts | undefined>;
  /** Reads now what else `describe` would read while the client waits; takes less than a millisecond, never throws. */
  readonly lookAhead?: () => void;
}
