// Key files on their way: a new key, or a file that gets another format, passphrase or comment.
import * as v from 'valibot';
import type { KeyFileFormat } from '../../main/keys/files/shared/key-file-format.ts';
import { bounds } from './bounds.ts';
import { dialogSource, fileSource, keyId, nothing, passphrase, text, uuid } from './fields.ts';
import { fromKeys } from './request.ts';

/** A private key file opened to be converted, or to get another passphrase or comment. */
export interface OpenedKeyFile {
  readonly openedId: string;
  readonly name: string;
  readonly format: KeyFileFormat;
  readonly comment: string;
  readonly isEncrypted: boolean;
  /** Left out where the format hides the public half. */
  readonly kind?: string;
  readonly fingerprint?: string;
  /** Present when the key derivation costs unusually much: a phrase that says how much. */
  readonly cost?: string;
  /** There is a file that `target: 'original'` can write to. */
  readonly hasOriginal: boolean;
}

export type OpenOutcome =
  | { readonly kind: 'opened'; readonly file: OpenedKeyFile }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly message: string };

export type SaveOutcome =
  | {
      readonly kind: 'saved';
      readonly path: string;
      readonly publicKeyLine: string;
      readonly fingerprint: string;
      /** Why the public key could not be saved beside it, as sentences. */
      readonly noPublicFile?: string;
      /** Why the agent does not hold the key although that was asked for. */
      readonly notAdded?: string;
    }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'wrong-passphrase'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string };

/** A security key wants its PIN, for the reason that is told. */
export type GenerateOutcome = SaveOutcome | { readonly kind: 'pin-wanted'; readonly message: string };

export type WrittenKeyFile = Extract<SaveOutcome, { kind: 'saved' }>;

const newSecurityKeyType = v.picklist(['sk-ed25519', 'sk-ecdsa-p256']);
export type NewSecurityKeyType = v.InferOutput<typeof newSecurityKeyType>;

const securityKeyWishes = v.strictObject({
  application: text(bounds.applicationCharacters),
  resident: v.boolean(),
  verify: v.boolean(),
  touch: v.boolean(),
});
export type SecurityKeyWishes = v.InferOutput<typeof securityKeyWishes>;

const newKeyType = v.variant('kind', [
  v.strictObject({
    kind: v.picklist(['ed25519', 'ecdsa-p256', 'ecdsa-p384', 'ecdsa-p521', 'mldsa44-ed25519']),
  }),
  v.strictObject({ kind: newSecurityKeyType, ...securityKeyWishes.entries }),
  v.strictObject({ kind: v.literal('rsa'), bits: v.picklist([2048, 3072, 4096, 8192]) }),
]);
export type NewKeyType = v.InferOutput<typeof newKeyType>;

/** What a file can be written as. */
const fileFormat = v.picklist(['openssh', 'ppk']);
export type FileFormat = v.InferOutput<typeof fileFormat>;

/** One line: no control characters, so that it can't forge a second one in a file. */
const comment = v.pipe(text(bounds.commentCharacters), v.regex(/^\P{Cc}*$/u));

/** The encrypted file that the agent keeps of a key. */
const heldSource = v.strictObject({ kind: v.literal('held'), id: keyId });

export const keyFileRequests = {
  'keyFile.generate': fromKeys(
    v.strictObject({
      type: newKeyType,
      comment,
      passphrase,
      /** Of the security key; empty: none was asked for. */
      pin: passphrase,
      format: fileFormat,
      addToAgent: v.boolean(),
    }),
  ).gives<GenerateOutcome>(),
  'keyFile.stopGenerating': fromKeys(nothing).gives<null>(),
  'keyFile.open': fromKeys(
    v.strictObject({ source: v.variant('kind', [dialogSource, fileSource, heldSource]) }),
  ).gives<OpenOutcome>(),
  'keyFile.save': fromKeys(
    v.strictObject({
      openedId: uuid,
      oldPassphrase: passphrase,
      newPassphrase: passphrase,
      format: fileFormat,
      comment,
      target: v.picklist(['original', 'choose']),
    }),
  ).gives<SaveOutcome>(),
  'keyFile.close': fromKeys(v.strictObject({ openedId: uuid })).gives<null>(),
};
