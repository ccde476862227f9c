// One PKCS#11 library in a process of its own: its tokens, their PINs, and signatures by them.
import type { Clock } from '../../basics/clock.ts';
import { Listeners } from '../../basics/listeners.ts';
import { MalformedMessageError } from '../../keys/encoding/wire.ts';
import type { StartLibraryProcess } from '../../library-process/library-channel.ts';
import {
  type LibraryCall,
  LibraryProcess,
  LibraryProcessError,
} from '../../library-process/library-process.ts';
import {
  encodeLoad,
  encodeOpen,
  encodeSignature,
  parseTokenList,
  pkcs11Program,
  type Token,
  type TokenList,
  type TokenSignature,
} from './library/token-messages.ts';
import { tokenErrorInWords } from './token-errors.ts';

const timesMs = {
  /** Some libraries look for readers first. */
  load: 15_000,
  list: 10_000,
  open: 30_000,
  lock: 10_000,
  /** Somebody may have to touch it, or to enter a PIN at the reader. */
  sign: 5 * 60_000,
  /** What was begun is left to end, as ending the process would close all that is open. */
  grace: 20_000,
  /** Changes that are told together. */
  changes: 100,
};

export interface TokenLibraryParts {
  readonly start: StartLibraryProcess;
  readonly clock: Clock;
  /** Throws StoreError where the file must not be loaded: looked at before each time that it is. */
  readonly assertLoadable: (path: string) => Promise<void>;
}

export class TokenLibrary {
  readonly path: string;
  readonly #parts: TokenLibraryParts;
  readonly #process: LibraryProcess;
  readonly #changed = new Listeners(() => {});
  #latest: TokenList | undefined;
  #listing: Promise<TokenList> | undefined;
  /** Signatures and PINs under way: the library answers nothing else meanwhile. */
  #busy = 0;
  /** A library may hold up all else while it is to tell of changes. */
  #mayWait = true;
  #isTelling = false;

  constructor(path: string, parts: TokenLibraryParts) {
    this.path = path;
    this.#parts = parts;
    this.#process = new LibraryProcess({
      program: pkcs11Program,
      start: parts.start,
      clock: parts.clock,
      prepare: async (ask) => {
        await parts.assertLoadable(path);
        await ask({ operation: 'load', body: encodeLoad(path, this.#mayWait), limitMs: timesMs.load });
      },
    });
    this.#process.onEvent(() => this.#tellSoon());
    this.#process.onEnded(() => {
      if (this.#latest)
        this.#latest = {
          ...this.#latest,
          tokens: this.#latest.tokens.map((token) => ({ ...token, isOpen: false })),
        };
    });
  }

  /** As it was looked at last. */
  get latest(): TokenList | undefined {
    return this.#latest;
  }

  /** Calls back when its tokens or their keys may be others. */
  onChanged(listener: () => void): () => void {
    return this.#changed.add(listener);
  }

  /**
   * Its tokens now; as they were last while it is busy. One look serves all who want it. Rejects with StoreError, or with the
   * signal's reason.
   */
  async list(signal: AbortSignal): Promise<TokenList> {
    const isBusy = this.#busy > 0 || (this.#process.isBusy && this.#listing === undefined);
    if (isBusy && this.#latest) return this.#latest;
    this.#listing ??= this.#look().finally(() => {
      this.#listing = undefined;
    });
    const listed = await this.#listing;
    signal.throwIfAborted();
    return listed;
  }

  /** One try of a PIN, which is the caller's to wipe. Rejects with StoreError, or with the signal's reason. */
  async open(token: string, pin: Uint8Array, signal: AbortSignal): Promise<void> {
    const body = encodeOpen(token, pin);
    try {
      await this.#whileBusy({
        operation: 'open',
        body,
        limitMs: timesMs.open,
        signal,
        graceMs: timesMs.grace,
      });
    } catch (error) {
      // SECURITY: the try goes on, and nobody waits any more for what it opens.
      if (signal.aborted) this.lock(token);
      signal.throwIfAborted();
      throw tokenErrorInWords(error, await this.#afterFailure(token));
    } finally {
      body.fill(0);
    }
    // Some keys are shown to who has signed in alone.
    this.#changed.tell();
  }

  /** The SSH signature blob. Rejects as `open` does. */
  async sign(signature: TokenSignature, signal: AbortSignal): Promise<Uint8Array> {
    try {
      const body = encodeSignature(signature);
      const call = { operation: 'sign', body, limitMs: timesMs.sign, signal, graceMs: timesMs.grace };
      return (await this.#whileBusy(call)).slice();
    } catch (error) {
      signal.throwIfAborted();
      const words = tokenErrorInWords(error);
      this.#changed.tell();
      throw words;
    }
  }

  /** Signs out of the token. */
  lock(token: string): void {
    if (this.#latest?.tokens.some(({ id, pin }) => id === token && pin === 'none')) return;
    const body = new TextEncoder().encode(token);
    // SECURITY: one that does not take it in time is ended, and what was open with it.
    void this.#process.call({ operation: 'lock', body, limitMs: timesMs.lock }).catch(() => {});
  }

  close(): void {
    this.#process.close();
  }

  /** SECURITY: a library may say it all the time, and each time its keys are listed. */
  #tellSoon(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    this.#parts.clock.schedule(timesMs.changes, () => {
      this.#isTelling = false;
      this.#changed.tell();
    });
  }

  async #whileBusy(call: LibraryCall): Promise<Uint8Array> {
    this.#busy++;
    try {
      return await this.#process.call(call);
    } finally {
      this.#busy--;
    }
  }

  async #look(): Promise<TokenList> {
    const startMs = this.#parts.clock.elapsedMs();
    try {
      const body = await this.#process.call({
        operation: 'list',
        body: new Uint8Array(),
        limitMs: timesMs.list,
      });
      this.#latest = parseTokenList(body);
      return this.#latest;
    } catch (error) {
      const isStuck = error instanceof LibraryProcessError && error.trouble === 'stuck';
      if (isStuck && this.#parts.clock.elapsedMs() > startMs) this.#mayWait = false;
      if (error instanceof MalformedMessageError) {
        this.#process.restart();
        throw tokenErrorInWords(new LibraryProcessError('crashed'));
      }
      throw tokenErrorInWords(error);
    }
  }

  /** How many tries are left. */
  async #afterFailure(id: string): Promise<Token | undefined> {
    try {
      return (await this.list(AbortSignal.timeout(timesMs.list))).tokens.find((token) => token.id === id);
    } catch {
      return undefined;
    }
  }
}
