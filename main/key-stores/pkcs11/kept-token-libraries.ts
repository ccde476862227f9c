// The libraries for tokens that the person has chosen: no other is ever loaded, whoever asks for it.
import { resolve } from 'node:path';
import { foreignName } from '../../../text/foreign-text.ts';
import type { Agent } from '../../agent/create-agent.ts';
import {
  type OfferedCertificates,
  type TokenLibraries,
  TokenLibraryError,
  type TokenLibraryReport,
} from '../../agent/ports/host.ts';
import { type KeyStore, StoreError } from '../../agent/ports/key-store.ts';
import { RefusedError } from '../../agent/protocol/errors.ts';
import type { Clock } from '../../basics/clock.ts';
import { OneAtATime } from '../../basics/one-at-a-time.ts';
import type { StartLibraryProcess } from '../../library-process/library-channel.ts';
import {
  assertLoadableLibrary,
  canonicalLibraryPath,
  LibraryFileError,
} from '../../library-process/library-file.ts';
import { NamedLibraries } from '../../library-process/named-library.ts';
import { explainWriteError } from '../../stored/explain-file-error.ts';
import type { KeptListFile } from '../../stored/kept-list-file.ts';
import { JsonFileError } from '../../stored/parse-json-file.ts';
import { TokenLibrary } from './token-library.ts';
import { TokenStore, tokenStoreId, tokenTitle } from './token-store.ts';

export interface TokenLibraryParts {
  readonly stores: Agent['stores'];
  /** Left out: they are forgotten at the end. */
  readonly file?: KeptListFile | undefined;
  readonly startLibraryProcess: StartLibraryProcess;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/** The first look at a library, which may search for readers. */
const firstLookMs = 20_000;

async function assertLoadable(path: string): Promise<void> {
  try {
    await assertLoadableLibrary(path);
  } catch (error) {
    if (error instanceof LibraryFileError) throw new StoreError(error.message, error.remedy);
    throw error;
  }
}

const inSentences = ({ message, remedy }: { readonly message: string; readonly remedy: string }) =>
  new TokenLibraryError(`${message} ${remedy}`);

export class KeptTokenLibraries implements TokenLibraries {
  readonly #parts: TokenLibraryParts;
  readonly #turns = new OneAtATime();
  readonly #named: NamedLibraries;
  /** By path. */
  readonly #libraries = new Map<string, TokenLibrary>();

  constructor(parts: TokenLibraryParts) {
    this.#parts = parts;
    this.#named = new NamedLibraries(parts.clock);
  }

  /** Brings back those that are kept. */
  open(): void {
    for (const path of new Set(this.#parts.file?.load() ?? []))
      try {
        this.#bring(path, this.#newLibrary(path));
      } catch (error: unknown) {
        this.#parts.log(`The library ${foreignName(path)} is not used: ${(error as Error).message}`);
      }
  }

  /** Ends the processes of all. */
  close(): void {
    for (const library of this.#libraries.values()) library.close();
    this.#libraries.clear();
  }

  list(): readonly TokenLibraryReport[] {
    const summaries = this.#parts.stores.list();
    return [...this.#libraries].map(([path, library]) => {
      const summary = summaries.find(({ id }) => id === tokenStoreId(path));
      const tokens = (library.latest?.tokens ?? []).map((token) => ({
        title: tokenTitle(token),
        maker: token.maker,
        model: token.model,
        serial: token.serial,
        pin: token.pin,
        isOpen: token.isOpen,
        keyCount: token.keys.length,
      }));
      const title = library.latest?.library ?? '';
      return { path, title, tokens, state: summary?.state ?? { status: 'removed' } };
    });
  }

  add(given: string): Promise<void> {
    return this.#turns.run(async () => {
      const path = await this.#usablePath(given);
      const library = this.#libraries.get(path) ?? this.#newLibrary(path);
      try {
        // What is no library for tokens is said at once; a reader without a token is none of it.
        await library.list(AbortSignal.timeout(firstLookMs));
        this.#bring(path, library);
      } catch (error: unknown) {
        if (!this.#libraries.has(path)) library.close();
        throw error instanceof StoreError ? inSentences(error) : error;
      }
      await this.#keep((kept) => (kept.includes(path) ? kept : [...kept, path]));
    });
  }

  remove(given: string): Promise<boolean> {
    return this.#turns.run(async () => {
      // One that was uninstalled leads nowhere any more. SECURITY: nor may a page have another machine asked where it leads.
      const path = this.#libraries.has(given) ? given : ((await this.#named.target(given)) ?? resolve(given));
      const library = this.#libraries.get(path);
      const wasKept = this.#parts.file?.load().includes(path) ?? false;
      if (library === undefined && !wasKept) return false;
      this.#libraries.delete(path);
      this.#parts.stores.remove(tokenStoreId(path));
      library?.close();
      await this.#keep((kept) => kept.filter((other) => other !== path));
      return true;
    });
  }

  async storeOf(given: string, certificates?: OfferedCertificates): Promise<KeyStore | undefined> {
    const path = this.#libraries.has(given) ? given : await this.#named.target(given);
    const library = path === undefined ? undefined : this.#libraries.get(path);
    return library && new TokenStore(library, certificates);
  }

  async #usablePath(given: string): Promise<string> {
    try {
      const path = await canonicalLibraryPath(resolve(given));
      await assertLoadableLibrary(path);
      return path;
    } catch (error) {
      throw error instanceof LibraryFileError ? inSentences(error) : error;
    }
  }

  #newLibrary(path: string): TokenLibrary {
    const { startLibraryProcess: start, clock } = this.#parts;
    return new TokenLibrary(path, { start, clock, assertLoadable });
  }

  #bring(path: string, library: TokenLibrary): void {
    try {
      this.#parts.stores.add(new TokenStore(library));
    } catch (error: unknown) {
      if (error instanceof RefusedError) throw new TokenLibraryError(`There are ${error.message} already.`);
      throw error;
    }
    this.#libraries.set(path, library);
  }

  async #keep(change: (kept: readonly string[]) => readonly string[]): Promise<void> {
    const { file } = this.#parts;
    if (file === undefined) return;
    try {
      await file.change(change);
    } catch (error: unknown) {
      const why =
        error instanceof JsonFileError
          ? `What is kept can't be understood: ${error.message}.`
          : explainWriteError(error);
      throw new TokenLibraryError(`It holds until this agent ends, but is not kept. ${why}`);
    }
  }
}
