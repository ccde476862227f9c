// Where a program says that a key file is.
import type { FileOrigin } from '../../../ipc/contract/get-started.ts';

export interface NamedFile extends FileOrigin {
  readonly path: string;
  /** A certificate that the program uses with it, from a file of another name. */
  readonly certificate?: string;
}

export interface SourceReport {
  readonly files: readonly NamedFile[];
  /** Sentences for the person about what could not be looked at. */
  readonly notes: readonly string[];
}

/** The person's profile, as finders see it. */
export interface Profile {
  readonly platform: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
  /** Of the person; undefined where there is none. */
  readonly registry: UserRegistry | undefined;
}

/** Below HKEY_CURRENT_USER. Reject with the system's error. */
export interface UserRegistry {
  keys(key: string, max: number): Promise<readonly string[]>;
  string(key: string, name: string): Promise<string | undefined>;
  strings(key: string): Promise<readonly { readonly name: string; readonly value: string }[]>;
}

/** So many sessions of one program are looked through: a company may hand out thousands. */
export const maxSessions = 2000;

export const tooManySessions = (program: string) =>
  `${program} has more than ${maxSessions} saved sessions; only these were looked through.`;

/** Undoes `%XX`, of UTF-8; what can't be undone stays. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Lets everything else go on now and again in a long search. */
export async function inTurns<T, R>(all: readonly T[], act: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const [index, one] of all.entries()) {
    if (index % 50 === 49) await new Promise<void>((resolve) => setImmediate(resolve));
    results.push(await act(one));
  }
  return results;
}
