// When the keys that clients add are checked and imported: so that who adds one after another takes little of others.

import type { Claimant } from '../../basics/fair-queue.ts';
import { Turns } from '../../basics/turns.ts';
import { nextTurn } from '../../basics/waiting.ts';
import { parseKeyFile } from '../../keys/files/parse-key-file.ts';
import type { KeyFile } from '../../keys/files/shared/key-file.ts';
import type { PublicKey } from '../../keys/kinds/shared/public-key.ts';

const quickRsaBits = 4096;

/** Of RSA keys of 16,384 bits one takes as long as hundreds of others. */
function isSlow(key: PublicKey): boolean {
  return key.type === 'rsa' && key.bits > quickRsaBits;
}

/** Whatever else has come in meanwhile goes first. */
async function afterOthers(claimant: Claimant): Promise<void> {
  claimant.signal().throwIfAborted();
  await nextTurn();
}

/**
 * SECURITY: a key costs milliseconds of the event loop, and a trial signature where others sign. Any number may be
 * sent at once, over as many connections.
 */
export class LoadTurns {
  readonly #quick = new Turns({ places: 1, dearPlaces: 0 });
  readonly #slow = new Turns({ places: 1, dearPlaces: 1 });

  /** Runs `load` when its turn comes; rejects when the client has gone by then. Slow keys hold up none but each other. */
  run<T>(key: PublicKey, claimant: Claimant, load: () => Promise<T>): Promise<T> {
    const isDear = isSlow(key);
    const turns = isDear ? this.#slow : this.#quick;
    return turns.run({ key, isDear, claimant }, async () => {
      await afterOthers(claimant);
      return load();
    });
  }

  /** Parses a key file as a quick key is loaded: those that hide their public key have it computed. */
  parse(bytes: Uint8Array, claimant: Claimant): Promise<KeyFile> {
    return this.#quick.run({ key: bytes, isDear: false, claimant }, async () => {
      await afterOthers(claimant);
      return parseKeyFile(bytes);
    });
  }
}
