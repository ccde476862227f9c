// The keys that the agent holds: what is shown of them, and adding, ordering and removing them.
import * as v from 'valibot';
import { askLevelSchema } from '../../main/agent/consent/rules/ask-level.ts';
import { bounds } from './bounds.ts';
import {
  dialogSource,
  fileSource,
  keyId,
  nothing,
  passphrase,
  someHosts,
  uuid,
  wholeNumber,
} from './fields.ts';
import type { KeyHello } from './hello.ts';
import { fromKeys, typed } from './request.ts';
import type { StoreView } from './stores.ts';

export interface KeyHome {
  readonly kind: StoreView['kind'];
  /** For the person, maybe in words of others. */
  readonly title: string;
  readonly isReachable: boolean;
  /** What it wants of the person at a use, beside their answer here. */
  readonly need: 'nothing' | 'pin' | 'touch' | 'system-dialog';
}

/** Whether the time of a certificate has come, and is over. */
export interface ValidityView {
  readonly state: 'not-yet' | 'valid' | 'expired';
  /** Rest until its end when this was sent; left out where that is past, or never comes. */
  readonly secondsLeft?: number;
}

export interface KeyView {
  /** Hex SHA-256 of the listed blob. */
  readonly id: string;
  /** For example `ssh-ed25519`. */
  readonly algorithm: string;
  /** For the person, for example `Ed25519` or `RSA 3072`. */
  readonly kind: string;
  readonly bits: number;
  readonly comment: string;
  /** `SHA256:…` of the plain key, also for a certificate. */
  readonly fingerprint: string;
  /** `MD5:…` of the same. */
  readonly md5Fingerprint: string;
  /** Only the encrypted file is held; both are; only the decrypted key is; nothing of it is, as it lives elsewhere. */
  readonly state: 'encrypted' | 'unlocked' | 'clear' | 'elsewhere';
  /** Where it lives; present when `elsewhere`. */
  readonly home?: KeyHome;
  readonly confirm: boolean;
  /** A client asked for the confirmation, so that the window can't switch it off. */
  readonly confirmIsConstraint: boolean;
  /** Rest of the lifetime when this was sent. */
  readonly secondsLeft?: number;
  /** Rest of the lifetime that a client set, so that the window can only shorten it. */
  readonly programSecondsLeft?: number;
  /** The client limited the key to some destinations (`ssh-add -h`). */
  readonly restricted: boolean;
  readonly isCertificate: boolean;
  /** Present for a certificate. */
  readonly validity?: ValidityView;
  /** Comes back at the next start. */
  readonly isRestorable: boolean;
  /** Windows Hello in the place of its passphrase; left out where it can't be had for this key. */
  readonly hello?: KeyHello;
}

export interface CertificateView {
  readonly type: 'user' | 'host';
  readonly serial: string;
  readonly keyId: string;
  readonly principals: readonly string[];
  /** ISO 8601; left out where there is no limit. */
  readonly validAfter?: string;
  readonly validBefore?: string;
  readonly criticalOptions: readonly string[];
  readonly extensions: readonly string[];
  /** `SHA256:…` of the key that signed the certificate. */
  readonly signedBy: string;
}

/** Where a client lets a key go (`ssh-add -h`), by the names that the client gave. */
export interface DestinationsView {
  readonly steps: readonly {
    /** Left out: from this computer. */
    readonly from?: string;
    readonly to: string;
    /** May hold `*` and `?`; left out: any. */
    readonly user?: string;
  }[];
  /** How many there are beyond these. */
  readonly more: number;
}

export interface KeyDetails extends KeyView {
  /** Present while the key is restricted. */
  readonly destinations?: DestinationsView;
  /** As in `authorized_keys` and `.pub` files. */
  readonly publicKeyLine: string;
  readonly certificate?: CertificateView;
}

/** One key file after an attempt to add it. */
export interface AddedFile {
  /** The file's name without folders, or "pasted text". */
  readonly name: string;
  readonly outcome: AddOutcome;
  /** Sentences about companions that can't be used. */
  readonly warnings: readonly string[];
}

export type AddOutcome =
  | { readonly kind: 'added'; readonly id: string; readonly keptEncrypted: boolean }
  /** Go on with `keys.unlockAndAdd`, or give up with `keys.forgetPending`. */
  | {
      readonly kind: 'needs-passphrase';
      readonly pendingId: string;
      readonly comment: string;
      /** Left out where the format hides the public half. */
      readonly fingerprint?: string;
      /** Why a passphrase is needed, as a sentence. */
      readonly why: string;
      /** Present when the key derivation costs unusually much: a phrase that says how much. */
      readonly cost?: string;
    }
  | { readonly kind: 'failed'; readonly message: string };

/** The one that was added. */
export type AddedKey = Extract<AddOutcome, { kind: 'added' }>;

export type UnlockOutcome =
  /** `alsoAdded`: those of the others that had the same passphrase. */
  | (AddedKey & { readonly alsoAdded: readonly (AddedKey & { readonly pendingId: string })[] })
  | { readonly kind: 'wrong-passphrase'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string };

const oneKey = v.strictObject({ id: keyId });
const someKeys = v.strictObject({ ids: v.pipe(v.array(keyId), v.minLength(1), v.maxLength(bounds.keys)) });
const publicKeyFormat = v.picklist(['authorized-keys', 'rfc4716']);
export type PublicKeyFormat = v.InferOutput<typeof publicKeyFormat>;
const lifetimeSeconds = wholeNumber(1, bounds.lifetimeSeconds);
/** How many of them stay in clear, for want of an encrypted form. */
interface Reencrypted {
  readonly leftInClear: number;
}

/** What was removed: how many of it can be had back by `undoId`, for some seconds. */
export interface RemovedKeysView {
  readonly undoId?: string;
  readonly restorable: number;
}

export const keyRequests = {
  /** One entry for each file; empty when the person chose none. */
  'keys.add': fromKeys(
    v.strictObject({
      source: v.variant('kind', [dialogSource, fileSource]),
      keepEncrypted: v.boolean(),
      /** Both hold from the first moment. Left out: as for all keys, and until it is removed. */
      askLevel: v.exactOptional(askLevelSchema),
      lifetimeSeconds: v.exactOptional(lifetimeSeconds),
      /** Hosts that are offered the keys, and others that are set for them, alone. */
      hosts: v.exactOptional(someHosts),
      /** Hosts that the keys are restricted to. */
      onlyTo: v.exactOptional(someHosts),
    }),
  ).gives<readonly AddedFile[]>(),
  'keys.unlockAndAdd': fromKeys(
    v.strictObject({
      pendingId: uuid,
      passphrase,
      /** Files added with it, which may have the same passphrase. */
      alsoTry: v.pipe(v.array(uuid), v.maxLength(bounds.pendingFiles)),
    }),
  ).gives<UnlockOutcome>(),
  'keys.forgetPending': fromKeys(v.strictObject({ pendingId: uuid })).gives<null>(),
  'keys.remove': fromKeys(someKeys).gives<RemovedKeysView>(),
  /** Adds what was removed again, encrypted. Fails with a sentence for the person when that can't be. */
  'keys.undoRemove': fromKeys(v.strictObject({ undoId: uuid })).gives<null>(),
  'keys.reencrypt': fromKeys(someKeys).gives<Reencrypted>(),
  'keys.reencryptAll': fromKeys(nothing).gives<Reencrypted>(),
  'keys.setLifetime': fromKeys(
    v.strictObject({ id: keyId, seconds: v.optional(lifetimeSeconds) }),
  ).gives<null>(),
  'keys.move': fromKeys(v.strictObject({ id: keyId, toIndex: wholeNumber(0, bounds.keys) })).gives<null>(),
  'keys.details': fromKeys(oneKey).gives<KeyDetails>(),
  /** The main process has put it on the clipboard. */
  'keys.copyPublicKey': fromKeys(v.strictObject({ id: keyId, format: publicKeyFormat })).gives<null>(),
};

export const keyEvents = { 'keys.changed': typed<readonly KeyView[]>() };
