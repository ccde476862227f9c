// `key-places@sallyport`: where the keys live that are not held here.
import { type WireReader, WireWriter } from '../../keys/encoding/wire.ts';
import type { PersonNeed, StoreKind } from '../ports/key-store.ts';
import { messageNumber } from '../protocol/message-numbers.ts';
import type { ServedConnection } from '../requests/agent-state.ts';
import { keyId } from '../ring/key-id.ts';
import { visibleIdentities } from '../ring/visibility.ts';

/** Where one key lives. */
export interface KeyPlace {
  readonly kind: StoreKind;
  /** For the person, maybe in words of others. */
  readonly title: string;
  readonly need: PersonNeed;
}

/** By the hex SHA-256 of the listed blob. */
export type KeyPlaces = Readonly<Record<string, KeyPlace>>;

const maxTitleCharacters = 200;
/** Leaves room in the largest message for its header. */
const maxReplyCharacters = 80_000;

/**
 * Reply: success, `string` JSON of KeyPlaces; of more than fit into one message the first.
 * SECURITY: a title may be the path of a socket or a library, which is nothing for a machine elsewhere: it can seal no request.
 */
export function tellKeyPlaces(_contents: WireReader, connection: ServedConnection): Uint8Array {
  const places: Record<string, KeyPlace> = {};
  let room = maxReplyCharacters;
  for (const { publicKey, key } of visibleIdentities(connection.state.keyRing, connection)) {
    if (key.store === undefined) continue;
    const { kind } = key.store.store;
    const title = key.store.titleOf(key.pinPlace);
    const place = { kind, title: [...title].slice(0, maxTitleCharacters).join(''), need: key.need };
    room -= JSON.stringify(place).length + 70;
    if (room < 0) break;
    places[keyId(publicKey.blob)] = place;
  }
  return new WireWriter().byte(messageNumber.SSH_AGENT_SUCCESS).text(JSON.stringify(places)).finish();
}
