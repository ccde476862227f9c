// One listed public key: what the client asked for it, and what the person set on top.

import { WireWriter } from '../../keys/encoding/wire.ts';
import { sha256Fingerprint } from '../../keys/kinds/shared/fingerprint.ts';
import type { PublicKey } from '../../keys/kinds/shared/public-key.ts';
import type { KeyConstraints } from './constraints.ts';
import type { DestinationConstraint } from './destination-constraints.ts';
import type { RewrittenFile } from './encrypted-forms.ts';
import type { RingKey } from './ring-key.ts';

/** The person's own settings for a key; they tighten what the client asked for and survive its replacement. */
export interface PersonalSettings {
  readonly askEachUse: boolean;
  /** On the clock's scale. */
  readonly expiresAtMs?: number;
  /** Lists of destinations, each of which must permit a use. They only ever become more. */
  readonly restrictions?: Identity['restrictions'];
}

/** One public key or certificate as it is listed. Frozen: a change makes a new one. */
export interface Identity {
  readonly publicKey: PublicKey;
  /** As the client or the file gave it; often but not always UTF-8. */
  readonly comment: Uint8Array;
  /** As the client set them, with the confirmation that other identities of the key ask for (key-proof.ts). */
  readonly constraints: KeyConstraints;
  /** When the client's lifetime constraint ends, on the clock's scale. */
  readonly clientExpiresAtMs?: number;
  readonly personal: PersonalSettings;
  /** It was never added by a program of this machine. */
  readonly isFromElsewhere: boolean;
  /** Lists of destinations, each of which must permit a use: its own, and those of others that it is held to. */
  readonly restrictions: readonly (readonly DestinationConstraint[])[];
  /** Shared with the other identities of the same private key. */
  readonly key: RingKey;
  /** `string` blob, `string` comment: the identity as it stands in a list reply. */
  readonly listEntry: Uint8Array;
  /** Aborted when the identity leaves the ring (not when it is replaced). */
  readonly removed: AbortSignal;
}

/** What is to be added. */
export interface NewIdentity {
  readonly publicKey: PublicKey;
  readonly comment: Uint8Array;
  readonly constraints: KeyConstraints;
  /** The person's wish at the time of adding; left out: what they want of it already stays. */
  readonly personalLifetimeSeconds?: number;
  /** The same, beside what `constraints` has: it stays when the key is added again without. */
  readonly personalDestinations?: readonly DestinationConstraint[];
  /** It came over a connection that belongs to an SSH session; such keys have a bound of their own. */
  readonly isFromElsewhere?: boolean;
  /** By the person, at our window. */
  readonly isByPerson?: boolean;
  readonly rewrites?: RewrittenFile;
}

/** Makes an identity; copies the comment. */
export function makeIdentity(parts: Omit<Identity, 'listEntry'>): Identity {
  const comment = parts.comment.slice();
  const listEntry = new WireWriter().string(parts.publicKey.blob).string(comment).finish();
  return Object.freeze({ ...parts, comment, listEntry });
}

const fingerprints = new WeakMap<PublicKey, string>();

/** `SHA256:…` of the plain key. Computed once: lists ask for it again and again, and a public key's never changes. */
export function fingerprintOf({ publicKey: { base } }: Identity): string {
  let fingerprint = fingerprints.get(base);
  if (fingerprint === undefined) {
    fingerprint = sha256Fingerprint(base.blob);
    fingerprints.set(base, fingerprint);
  }
  return fingerprint;
}

/** When the identity leaves the ring by itself, on the clock's scale; Infinity: never. */
export function expiresAtMs({ clientExpiresAtMs, personal }: Identity): number {
  return Math.min(
    clientExpiresAtMs ?? Number.POSITIVE_INFINITY,
    personal.expiresAtMs ?? Number.POSITIVE_INFINITY,
  );
}

/** Whether each use must be confirmed, for the client's reason or the person's. */
export function mustConfirm({ constraints, personal }: Identity): boolean {
  return constraints.confirm || personal.askEachUse;
}
