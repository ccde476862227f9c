// The person's own way in, at our window: a key together with what they wish for it, all in one step or not at all.
import { equalBytes } from '../keys/encoding/wire.ts';
import { withPublicKey } from '../keys/files/known-public-key.ts';
import type { EncryptedKeyFile } from '../keys/files/shared/key-file.ts';
import { sha256Fingerprint } from '../keys/kinds/shared/fingerprint.ts';
import type { PrivateKey } from '../keys/kinds/shared/private-key.ts';
import type { PrivateKeyFields } from '../keys/kinds/shared/private-key-fields.ts';
import type { PublicKey } from '../keys/kinds/shared/public-key.ts';
import { dropOwnConfirmation } from './consent/key-level.ts';
import type { AskLevel } from './consent/rules/ask-level.ts';
import type { LoadedResidentKeys } from './ports/resident-keys.ts';
import { RefusedError } from './protocol/errors.ts';
import { assertMayJoin, assertMayReplace, assertNotLocked } from './requests/add-key.ts';
import { type AgentState, ServedConnection } from './requests/agent-state.ts';
import { loadResidentKeys } from './requests/load-resident-keys.ts';
import type { DestinationConstraint } from './ring/destination-constraints.ts';
import type { RewrittenFile } from './ring/encrypted-forms.ts';
import type { NewIdentity } from './ring/identity.ts';

/** What is to hold for a key from its first moment; left out: what holds for it already, or for all keys. */
export interface KeyWishes {
  readonly askLevel?: AskLevel;
  /** 1 at least. The person's own setting, which they may change again. */
  readonly lifetimeSeconds?: number;
  /** Each use is confirmed: for a client that asked for it, which the person can't switch off, or for the person. */
  readonly confirm?: 'constraint' | 'personal';
  /** The hosts that the key may go to, one at the least; left out: all. */
  readonly destinations?: readonly DestinationConstraint[];
}

/** A key to be kept encrypted, in clear, or both. */
export interface KeyToAdd {
  /** What is to be listed of one private key: itself, or certificates of it. */
  readonly identities: readonly [PublicKey, ...PublicKey[]];
  /** As clients get it; where it is empty the file's own. */
  readonly comment: Uint8Array;
  readonly file?: EncryptedKeyFile;
  /** They are not wiped. */
  readonly fields?: PrivateKeyFields;
  readonly wishes: KeyWishes;
  /** `file` takes the place of this one, where that is still held. */
  readonly rewrites?: RewrittenFile;
}

/** Throws RefusedError where what is to be listed belongs to another private key. */
function assertBelongTogether({ identities, file, fields }: KeyToAdd): void {
  for (const { base } of identities)
    for (const half of [file?.publicKey, fields?.publicKey])
      if (half && !equalBytes(half.base.blob, base.blob))
        throw new RefusedError('the public key does not belong to the file');
}

const fingerprintOfKey = ([{ base }]: KeyToAdd['identities']) => sha256Fingerprint(base.blob);

function newIdentities({
  identities,
  comment: given,
  file,
  wishes,
  rewrites,
}: KeyToAdd): readonly NewIdentity[] {
  const { lifetimeSeconds, confirm, destinations } = wishes;
  const comment = given.length === 0 && file ? file.rawComment : given;
  return identities.map((publicKey) => ({
    publicKey,
    comment,
    constraints: { confirm: confirm === 'constraint', ...(destinations && { destinations }) },
    isByPerson: true,
    ...(destinations && { personalDestinations: destinations }),
    ...(rewrites && { rewrites }),
    ...(lifetimeSeconds !== undefined && { personalLifetimeSeconds: lifetimeSeconds }),
  }));
}

export class FrontDoor {
  readonly #state: AgentState;
  /** Nothing forwards to our window, so that keys count as from here. */
  readonly #window: ServedConnection;

  constructor(state: AgentState) {
    this.#state = state;
    const { pid } = state.ports.host;
    const peer = { transport: 'own-window', mayPrompt: false, describe: () => Promise.resolve(undefined) };
    this.#window = new ServedConnection({ ...peer, ...(pid !== undefined && { pid }) }, state);
  }

  /**
   * Adds a key with its wishes: no client ever sees the one without the others. Nothing is left of either when it
   * rejects: with RefusedError for what the agent doesn't take, PolicyError where the level can't be stored, and as
   * `PrivateKeyFields.load`.
   */
  async addKey(key: KeyToAdd): Promise<void> {
    this.#assertMayAdd(key);
    const loaded = await this.#load(key);
    try {
      const add = () => this.#add(key, loaded);
      const { askLevel } = key.wishes;
      if (askLevel === undefined) add();
      else await this.#state.consent.policies.setLevel(fingerprintOfKey(key.identities), askLevel, add);
    } finally {
      for (const left of loaded) left.destroy();
    }
  }

  /** Adds the keys that a security key keeps; as a client's wish, which frees no key that is here already. */
  loadResidentKeys(pin: Uint8Array | undefined, signal: AbortSignal): Promise<LoadedResidentKeys> {
    return loadResidentKeys(this.#window, pin, signal);
  }

  /** What waits for its turn is not added any more. */
  close(): void {
    this.#window.close();
  }

  /** One private key for each identity, as each owns one in turn. */
  async #load({ identities, fields }: KeyToAdd): Promise<PrivateKey[]> {
    if (fields === undefined) return [];
    const { loadTurns, ports } = this.#state;
    const { claimant } = this.#window;
    const loaded: PrivateKey[] = [];
    try {
      for (const identity of identities)
        loaded.push(
          await loadTurns.run(identity, claimant, () => fields.load(ports.offload, ports.authenticators.own)),
        );
      return loaded;
    } catch (error) {
      for (const privateKey of loaded) privateKey.destroy();
      throw error;
    }
  }

  #assertMayAdd(key: KeyToAdd): void {
    this.#window.closed.throwIfAborted();
    assertNotLocked(this.#window);
    assertBelongTogether(key);
    for (const identity of key.identities) {
      if (key.file) assertMayJoin(identity, this.#window);
      if (key.fields) assertMayReplace(identity, this.#window);
    }
    this.#state.keyRing.assertRoomFor(newIdentities(key), {
      file: key.file,
      isInClear: key.fields !== undefined,
    });
  }

  /** In one step: all is checked anew first, as what was true before the waits may not be now. Takes from `loaded`. */
  #add(key: KeyToAdd, loaded: PrivateKey[]): void {
    this.#assertMayAdd(key);
    const { keyRing } = this.#state;
    const { file, wishes } = key;
    const added = newIdentities(key);
    if (file)
      for (const identity of added)
        keyRing.addEncrypted(identity, withPublicKey(file, identity.publicKey.base));
    for (const identity of added) {
      const privateKey = loaded.shift();
      if (privateKey) keyRing.addClear(identity, privateKey);
    }
    this.#settleConfirmation(key.identities, wishes);
  }

  #settleConfirmation(identities: KeyToAdd['identities'], { askLevel, confirm }: KeyWishes): void {
    const { keyRing } = this.#state;
    if (askLevel !== undefined) dropOwnConfirmation(keyRing, fingerprintOfKey(identities));
    if (confirm !== 'personal') return;
    for (const { blob } of identities) {
      const identity = keyRing.find(blob);
      if (identity && !identity.constraints.confirm)
        keyRing.setPersonal(identity, (personal) => ({ ...personal, askEachUse: true }));
    }
  }
}

export type AddKey = FrontDoor['addKey'];
