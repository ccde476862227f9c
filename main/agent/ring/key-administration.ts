// What the person at the window may see of the keys and do with them.

import type { Clock } from '../../basics/clock.ts';
import { commentText } from '../../keys/encoding/comment-text.ts';
import { md5Fingerprint } from '../../keys/kinds/shared/fingerprint.ts';
import type { KeyType } from '../../keys/kinds/shared/key-types.ts';
import type { Certificate } from '../../keys/kinds/shared/public-key.ts';
import type { PersonNeed, StoreSummary } from '../ports/key-store.ts';
import {
  type DestinationConstraint,
  type PermittedStep,
  permittedSteps,
  sameDestinations,
} from './destination-constraints.ts';
import { expiresAtMs, fingerprintOf, type Identity, mustConfirm } from './identity.ts';
import { keyId } from './key-id.ts';
import type { KeyRing } from './key-ring.ts';
import { summariseStore } from './key-stores.ts';
import { restrictKey } from './restrict-key.ts';

export interface KeySummary {
  /** Hex SHA-256 of the listed blob. */
  readonly id: string;
  readonly blob: Uint8Array;
  readonly algorithm: string;
  readonly type: KeyType;
  readonly bits: number;
  /** The client's or the file's claim. */
  readonly comment: string;
  /** The same as bytes, as clients get it. */
  readonly rawComment: Uint8Array;
  /** `SHA256:…` of the plain key. */
  readonly fingerprint: string;
  readonly md5Fingerprint: string;
  /** `clear`: in clear, and no file that was ever opened replaces it; `unlocked`: decrypted and re-encryptable;
   * `elsewhere`: in a store. */
  readonly state: 'encrypted' | 'unlocked' | 'clear' | 'elsewhere';
  /** Where it lives, by the title of the very token there; present when `elsewhere`. */
  readonly store?: StoreSummary;
  /** What the place where it lives wants of the person at a use. */
  readonly need: PersonNeed;
  /** Whether `encryptedFiles` has any. */
  readonly hasEncryptedFile: boolean;
  readonly confirm: boolean;
  /** True: a client asked for confirmation, so that the person can't switch it off. */
  readonly confirmIsConstraint: boolean;
  readonly secondsLeft?: number;
  /** Rest of the lifetime that a client set; the person can only shorten it. */
  readonly clientSecondsLeft?: number;
  /** Where the client lets the key go; left out: anywhere. */
  readonly permittedSteps?: readonly PermittedStep[];
  /** The same for those who enforce it: lists that must each permit a use, no two of them the same. */
  readonly restrictions?: Identity['restrictions'];
  readonly certificate?: Certificate;
}

/** All methods that take an id answer whether there was such a key (and the change was possible). */
export interface KeyAdministration {
  list(): readonly KeySummary[];
  onChanged(listener: () => void): () => void;
  remove(id: string): boolean;
  removeAll(): void;
  /** False also when the key has no encrypted form. */
  reencrypt(id: string): boolean;
  /** How many keys stay in clear because they have no encrypted form. */
  reencryptAll(): number;
  /** False when that can't be had: a client's constraint, or one of another identity of the key, asks for it. */
  setConfirm(id: string, confirm: boolean): boolean;
  /** Seconds from now, or none; a client's lifetime goes on beside it. */
  setLifetime(id: string, seconds: number | undefined): boolean;
  /**
   * Lets the key, with its certificates, go to these hosts alone from now on; nothing loosens that but removing it. False
   * also where it lives elsewhere or is restricted already. Throws RefusedError past a limit.
   */
  restrict(id: string, destinations: readonly DestinationConstraint[]): boolean;
  /** `toIndex` counts keys, not certificates, which stay with their key. */
  move(id: string, toIndex: number): boolean;
  /**
   * The encrypted files of the key to keep over a restart, the likeliest to be good first: one that was opened, else all
   * that it came with.
   */
  encryptedFiles(id: string): readonly Uint8Array[];
}

const idOf = (identity: Identity) => keyId(identity.publicKey.blob);

function stateOf({ key }: Identity): KeySummary['state'] {
  if (key.store) return 'elsewhere';
  if (key.isEncryptedOnly) return 'encrypted';
  return key.isReencryptable ? 'unlocked' : 'clear';
}

function storeOf({ key: { store, pinPlace } }: Identity): Pick<KeySummary, 'store'> {
  return store ? { store: { ...summariseStore(store), title: store.titleOf(pinPlace) } } : {};
}

const withoutRepeated = (lists: Identity['restrictions']) =>
  lists.filter((list, index) => lists.findIndex((other) => sameDestinations(other, list)) === index);

function summarise(identity: Identity, keyRing: KeyRing, clock: Clock): KeySummary {
  const { publicKey, constraints, restrictions } = identity;
  const secondsUntil = (endMs: number) => Math.max(0, Math.ceil((endMs - clock.elapsedMs()) / 1000));
  const endMs = expiresAtMs(identity);
  const { clientExpiresAtMs } = identity;
  return {
    id: idOf(identity),
    blob: publicKey.blob,
    algorithm: publicKey.algorithm,
    type: publicKey.type,
    bits: publicKey.bits,
    comment: commentText(identity.comment),
    rawComment: identity.comment,
    fingerprint: fingerprintOf(identity),
    md5Fingerprint: md5Fingerprint(publicKey.base.blob),
    state: stateOf(identity),
    ...storeOf(identity),
    need: identity.key.need,
    hasEncryptedFile: keyRing.filesOf(identity).length > 0,
    confirm: mustConfirm(identity),
    confirmIsConstraint: constraints.confirm,
    ...(restrictions.length > 0 && {
      permittedSteps: withoutRepeated(restrictions).flatMap(permittedSteps),
      restrictions: withoutRepeated(restrictions),
    }),
    ...(Number.isFinite(endMs) && { secondsLeft: secondsUntil(endMs) }),
    ...(clientExpiresAtMs !== undefined && { clientSecondsLeft: secondsUntil(clientExpiresAtMs) }),
    ...(publicKey.certificate && { certificate: publicKey.certificate }),
  };
}

/** The window's view of a key ring. */
export function administerKeys(keyRing: KeyRing, clock: Clock): KeyAdministration {
  const find = (id: string) => keyRing.identities.find((identity) => idOf(identity) === id);
  const change = (id: string, act: (identity: Identity) => boolean): boolean => {
    const identity = find(id);
    return identity !== undefined && act(identity);
  };
  const done = (act: (identity: Identity) => void) => (identity: Identity) => {
    act(identity);
    return true;
  };
  return {
    list: () => keyRing.identities.map((identity) => summarise(identity, keyRing, clock)),
    onChanged: (listener) => keyRing.onChanged(listener),
    remove: (id) =>
      change(
        id,
        done((identity) => keyRing.remove(identity)),
      ),
    removeAll: () => keyRing.removeAll(),
    reencrypt: (id) => change(id, ({ key }) => key.reencrypt()),
    reencryptAll: () => keyRing.identities.filter(({ key }) => !key.reencrypt()).length,
    setConfirm: (id, confirm) =>
      change(id, (identity) => {
        if (identity.constraints.confirm) return confirm;
        keyRing.setPersonal(identity, (personal) => ({ ...personal, askEachUse: confirm }));
        const changed = find(id);
        return changed !== undefined && mustConfirm(changed) === confirm;
      }),
    setLifetime: (id, seconds) =>
      change(id, (identity) => {
        const expiry = seconds === undefined ? {} : { expiresAtMs: clock.elapsedMs() + seconds * 1000 };
        keyRing.setPersonal(identity, ({ expiresAtMs: _, ...others }) => ({ ...others, ...expiry }));
        return true;
      }),
    restrict: (id, destinations) => change(id, (identity) => restrictKey(keyRing, identity, destinations)),
    move: (id, toIndex) =>
      change(
        id,
        done((identity) => keyRing.move(identity, toIndex)),
      ),
    encryptedFiles(id) {
      const identity = find(id);
      return identity ? keyRing.filesOf(identity).map((file) => file.slice()) : [];
    },
  };
}
