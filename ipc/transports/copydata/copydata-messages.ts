// What goes between the door's main thread and the threads that own its windows, and what a client's call looks like.

/** Class and title that clients give to FindWindow. */
export const PAGEANT_WINDOW = 'Pageant';
/** Title of a window that was not in front yet; FindWindow passes it by. */
export const RESERVE_TITLE = 'Pageant (not in front)';
/** `dwData` of a request to an agent. */
export const AGENT_COPYDATA_ID = 0x804e50ba;
/** Calls that one thread answers inside each other; the next one gets a failure at once. */
export const MAX_NESTED_CALLS = 64;
/** Longest request body in bytes that is read, whatever the size of the mapping: four times what pipes carry. */
export const MAX_REQUEST_BYTES = 1024 * 1024;
/** Length of a name that the Win32 calls for named objects are sure to take (MAX_PATH), the NUL included. */
export const MAX_NAME_BYTES = 260;

/** The page of Windows on all its processors: what a mapping's size is rounded up to. */
const PAGE_BYTES = 4096;
const LENGTH_BYTES = 4;
/** Largest message of Pageant before 0.71, length included, and still of most clients that are not PuTTY's. */
const SMALLEST_LIMIT_BYTES = 8192;

/**
 * Longest reply body for a mapping of so many bytes, whole pages. One page more than a power of two is what becomes of
 * that power and room for a length before it: go-pageant and its relatives make their mapping so, and refuse a message
 * (length included) of more than the power, 8,192.
 */
export function maxReplyBytesIn(mappingBytes: number): number {
  const limitBytes = mappingBytes - PAGE_BYTES;
  const isPowerOfTwo = (limitBytes & (limitBytes - 1)) === 0;
  const isOnePageMore = limitBytes >= SMALLEST_LIMIT_BYTES && isPowerOfTwo;
  return (isOnePageMore ? limitBytes : mappingBytes) - LENGTH_BYTES;
}

/** Memory that both threads share, so that neither needs the other's event loop to turn. */
export type WindowSignals = Int32Array<SharedArrayBuffer>;
/** Counts the commands that the main thread has posted. */
export const COMMANDS_SENT = 0;
/** Becomes 1 when the window's message loop is over. */
export const LOOP_ENDED = 1;
/** The window's handle once it exists, of which 32 bits are significant; 0 before. */
export const WINDOW_HANDLE = 2;
export const SIGNAL_COUNT = 3;

/** Given to a window's thread at its start. */
export interface WindowThreadData {
  /** SIDs, as text, whose mappings are accepted. */
  readonly acceptedOwners: readonly string[];
  readonly signals: WindowSignals;
}

/** Main thread → window's thread. */
export type WindowCommand =
  | { readonly kind: 'reply'; readonly id: number; readonly body: Uint8Array }
  /** Be the uppermost window of Pageant's name, so that new clients come to this one, or no longer. */
  | { readonly kind: 'front'; readonly inFront: boolean }
  | { readonly kind: 'stop' };

/**
 * Posted to the window after each command: look for it now. WM_APP, the first number that is a program's own.
 * It carries nothing, since anybody may send it.
 */
export const WM_COMMAND_POSTED = 0x8000;

/** One client's call: it waits in SendMessage until `id` is answered. */
export interface CopydataCall {
  readonly id: number;
  /** The request without its length prefix, copied out of the shared memory. */
  readonly body: Uint8Array;
  /** Longest reply body that the mapping holds. */
  readonly maxReplyBytes: number;
  readonly pid?: number;
}

/** Window's thread → main thread. */
export type WindowEvent =
  | { readonly kind: 'ready' }
  /** Answers a `front` command; with the problem when the system refused. */
  | { readonly kind: 'front'; readonly inFront: boolean; readonly problem?: string }
  | { readonly kind: 'call'; readonly call: CopydataCall }
  /** The client of that call has died; its answer is of no use to anybody. */
  | { readonly kind: 'abandoned'; readonly id: number };

/**
 * The name of the client's mapping: `bytes` up to its first NUL. Undefined for what no client sends:
 * no NUL at the end, nothing before it, characters outside printable ASCII.
 */
export function parseMappingName(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0 || bytes.length > MAX_NAME_BYTES || bytes.at(-1) !== 0) return undefined;
  const name = bytes.subarray(0, bytes.indexOf(0));
  if (name.length === 0 || name.some((byte) => byte < 0x20 || byte > 0x7e)) return undefined;
  return String.fromCharCode(...name);
}

/**
 * Whose the name may be: numbers of a thread or a process that it ends with. Most programs take that of their thread, in
 * 8 hex digits (PuTTY), 16 (KeePassXC), or decimal (JGit); some that of their process, followed by a number of its own
 * (JSch on newer Java) or alone (relays for WSL). Any program can take any name.
 */
export function numbersInMappingName(name: string): number[] {
  const digits = name.split(/[^0-9a-f]/i).at(-1) ?? '';
  const hex = digits.length === 16 ? [digits.slice(0, 8), digits.slice(8)] : [digits];
  const numbers = [
    ...hex.map((part) => Number.parseInt(part, 16)),
    /^\d+$/.test(digits) ? Number(digits) : 0,
  ];
  return [...new Set(numbers)].filter((number) => number > 0 && number <= 0xffff_ffff);
}
