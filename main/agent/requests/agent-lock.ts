// Whether the agent is locked, and by whom: by a client's passphrase (RFC 9987 §5.6), or paused by the person.
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../basics/clock.ts';
import { Listeners } from '../../basics/listeners.ts';
import { keyDropped } from '../../keys/dropped-keys.ts';
import { RefusedError, toError } from '../protocol/errors.ts';
import { type Guesser, GuessQueue } from './guess-queue.ts';

/** scrypt with 32 MiB: about 0.1 s, on the thread pool. */
const cost = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 } as const;
const hashBytes = 32;

function slowHash(passphrase: Uint8Array, salt: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    scrypt(passphrase, salt, hashBytes, cost, (error, hash) => {
      // Node.js has a copy of the passphrase until the collector has been.
      keyDropped();
      if (error) reject(error);
      else resolve(hash);
    });
  });
}

/** Whether the agent is locked, and by whom: by the person, a client, or both. */
export interface LockState {
  /** By the person, at the window: no passphrase, and only the window ends it. */
  readonly isPaused: boolean;
  /** Why, as a sentence for the person; present while paused. */
  readonly reason?: string;
  /** By a client's passphrase, which alone ends it. */
  readonly isLockedByClient: boolean;
}

/** Whether the agent is locked, by whom, and with what; keeps a salted hash, never the passphrase. */
export class AgentLock {
  readonly #guesses: GuessQueue;
  #hash: Promise<{ readonly salt: Uint8Array; readonly hash: Uint8Array }> | undefined;
  #pauseReason: string | undefined;
  readonly #listeners: Listeners;

  constructor(clock: Clock, log: (line: string) => void) {
    this.#guesses = new GuessQueue(clock);
    // SECURITY: a listener that throws must not keep whoever locks from sealing the keys, nor be their answer.
    this.#listeners = new Listeners((error) =>
      log(`whoever is told of the lock failed: ${toError(error).name}`),
    );
  }

  /** True from the moment a lock request arrives, before its hash is ready. */
  get isLocked(): boolean {
    return this.#pauseReason !== undefined || this.#hash !== undefined;
  }

  get state(): LockState {
    const reason = this.#pauseReason;
    return {
      isPaused: reason !== undefined,
      ...(reason !== undefined && { reason }),
      isLockedByClient: this.#hash !== undefined,
    };
  }

  /** Calls back when `state` may have changed; returns the way to stop that. */
  onChanged(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  /** The person's own lock; `reason` is a sentence for them. One that holds keeps its first reason. */
  pause(reason = 'Locked by you.'): void {
    if (this.#pauseReason !== undefined) return;
    this.#pauseReason = reason;
    this.#listeners.tell();
  }

  /** Ends the person's own lock; a client's stays. */
  resume(): void {
    if (this.#pauseReason === undefined) return;
    this.#pauseReason = undefined;
    this.#listeners.tell();
  }

  /** Throws RefusedError for an empty passphrase and when locked already. */
  async lock(passphrase: Uint8Array): Promise<void> {
    if (passphrase.length === 0) throw new RefusedError('empty lock passphrase');
    if (this.#hash !== undefined) throw new RefusedError('already locked');
    const salt = randomBytes(16);
    // The message is wiped when it has been answered, and the hash reads it from another thread until then.
    this.#hash = slowHash(passphrase, salt).then((hash) => ({ salt, hash }));
    this.#listeners.tell();
    try {
      await this.#hash;
    } catch (error) {
      this.#hash = undefined;
      this.#listeners.tell();
      throw error;
    }
  }

  /**
   * Throws RefusedError for a wrong passphrase, after 0.1 s more with each failure of the connection up to 10 s. When
   * it closes, its attempt leaves the queue at once.
   */
  async unlock(passphrase: Uint8Array, guesser: Guesser): Promise<void> {
    // An empty passphrase locks nothing, so this is no guess and costs no work.
    if (this.#hash === undefined || passphrase.length === 0) throw new RefusedError('not locked with that');
    const isRight = await this.#guesses.run(guesser, () => this.#tryUnlock(passphrase));
    if (!isRight) throw new RefusedError('wrong lock passphrase');
  }

  async #tryUnlock(passphrase: Uint8Array): Promise<boolean> {
    if (this.#hash === undefined) throw new RefusedError('not locked');
    const { salt, hash } = await this.#hash;
    if (!timingSafeEqual(await slowHash(passphrase, salt), hash)) return false;
    this.#hash = undefined;
    this.#listeners.tell();
    return true;
  }
}
