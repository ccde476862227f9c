// What a store lists, read with a bound: it may be wrong, or far too much.
import { nextTurn } from '../../basics/waiting.ts';
import { equalBytes, MalformedMessageError } from '../../keys/encoding/wire.ts';
import { UnsupportedKeyError } from '../../keys/key-errors.ts';
import { parsePublicKey } from '../../keys/kinds/parse-public-key.ts';
import type { PublicKey } from '../../keys/kinds/shared/public-key.ts';
import { limits } from '../limits/limits.ts';
import type { PersonNeed, PinPlace, StoredIdentity } from '../ports/key-store.ts';

/** A key of a store that can be used. */
export interface ListedKey {
  readonly publicKey: PublicKey;
  readonly comment: Uint8Array;
  readonly need: PersonNeed;
  readonly pinPlace?: PinPlace;
}

/** The blob as a key of a Map, to which two arrays of the same bytes are two keys. */
export const blobText = (blob: Uint8Array): string =>
  Buffer.from(blob.buffer, blob.byteOffset, blob.length).toString('latin1');

/** Undefined for what is no key, or one of a kind that is not known here. */
function parse(blob: Uint8Array): PublicKey | undefined {
  if (blob.length > limits.publicKeyBytes) return undefined;
  try {
    return parsePublicKey(blob);
  } catch (error) {
    if (error instanceof MalformedMessageError || error instanceof UnsupportedKeyError) return undefined;
    throw error;
  }
}

export class ListedKeys {
  #known: ReadonlyMap<string, ListedKey> = new Map();
  #leftOut = 0;

  /** How many of the latest list were no keys, of kinds that are not known, too many or there twice. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** The keys of a list, in its order. Others have turns while keys are parsed that were not there before. */
  async read(identities: readonly StoredIdentity[]): Promise<readonly ListedKey[]> {
    const keys = new Map<string, ListedKey>();
    for (const { blob, comment, need, pinPlace } of identities.slice(0, limits.keysPerStore)) {
      const text = blobText(blob);
      if (keys.has(text)) continue;
      const known = this.#known.get(text);
      if (known === undefined) await nextTurn();
      const publicKey = known?.publicKey ?? parse(blob);
      if (publicKey === undefined) continue;
      const shown = comment.slice(0, limits.shortCommentBytes);
      const isSame =
        known &&
        known.need === need &&
        known.pinPlace?.id === pinPlace?.id &&
        known.pinPlace?.title === pinPlace?.title &&
        known.pinPlace?.isNearlyLocked === pinPlace?.isNearlyLocked &&
        equalBytes(known.comment, shown);
      keys.set(text, isSame ? known : { publicKey, comment: shown, need, ...(pinPlace && { pinPlace }) });
    }
    this.#known = keys;
    this.#leftOut = identities.length - keys.size;
    return [...keys.values()];
  }
}
