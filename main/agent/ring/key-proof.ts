// Who may use a private key under which limits: an add in clear proves that its adder has the key, a file only by opening.
import { equalBytes } from '../../keys/encoding/wire.ts';
import type { EncryptedKeyFile } from '../../keys/files/shared/key-file.ts';
import { type KeyConstraints, tightened } from './constraints.ts';
import type { DeferredKey } from './deferred-key.ts';
import { type DestinationConstraint, sameDestinations } from './destination-constraints.ts';
import type { EncryptedForm } from './encrypted-forms.ts';
import type { Identity, NewIdentity, PersonalSettings } from './identity.ts';

/** How one identity came to its key, and what was asked for it then. */
export interface Claim {
  /** As whoever added it asked. */
  constraints: KeyConstraints;
  /** Destinations that were asked for the same key while it lived elsewhere; left out: none. */
  readonly inherited?: Identity['restrictions'];
  /** As the person wants it. */
  personal: PersonalSettings;
  /** It was added in clear. */
  cameInClear: boolean;
  /** It was never added by a program of this machine: only over connections that belong to an SSH session. */
  isFromElsewhere: boolean;
  /** The encrypted files that it came with, each with how often it had been opened by then. */
  readonly forms: Map<EncryptedForm, number>;
}

/**
 * Whether whoever added the identity has shown that they have the private key. SECURITY: a file that was opened before
 * shows nothing, as a copy of it is enough to add it again, with a certificate of one's own; nor does one that came from
 * this machine, too, show anything of another.
 */
export function isProved({ cameInClear, forms, isFromElsewhere }: Claim): boolean {
  const shows = (form: EncryptedForm) => form.isFromElsewhere || !isFromElsewhere;
  return cameInClear || [...forms].some(([form, before]) => form.timesOpened > before && shows(form));
}

/**
 * Whether what a claim asks for may count for others that are, or are not, from elsewhere. SECURITY: what another machine
 * adds and does not prove asks nothing of what came from this one: it could have each use held up, or refused.
 */
export function mayBind(claim: Claim, isFromElsewhere: boolean): boolean {
  return isFromElsewhere || !claim.isFromElsewhere || isProved(claim);
}

/**
 * The encrypted files to keep over a restart: one that was opened, else all that the identity came with here, as none of
 * them has shown yet to be the good one. SECURITY: at the next start all count as from here, so what a machine elsewhere
 * has added, and never proved, would fill what is kept for this one.
 */
export function filesToKeep(claim: Claim, forms: readonly EncryptedForm[]): readonly Uint8Array[] {
  if (!mayBind(claim, false)) return [];
  const own = forms.filter((form) => claim.forms.has(form));
  const opened = [...own, ...forms].find(({ isOpened }) => isOpened);
  const kept = opened ? [opened] : own.filter(({ isFromElsewhere }) => !isFromElsewhere);
  return kept.map(({ file }) => file.bytes);
}

type LimitsOfUse = Pick<Identity, 'constraints' | 'personal' | 'restrictions'>;

/** What the claims on one key ask for, gathered once for all of them: a client may add a thousand. */
export interface JointLimits {
  readonly confirm: boolean;
  /** The same, but for what a machine elsewhere has added and not proved. */
  readonly confirmFromHere: boolean;
  /** By what came from this machine. */
  readonly confirmHere: boolean;
  readonly askEachUse: boolean;
  /** Those with destinations; a few at the most. */
  readonly restricted: readonly Claim[];
}

export function jointLimits(claims: readonly Claim[]): JointLimits {
  const confirming = claims.filter(({ constraints }) => constraints.confirm);
  return {
    confirm: confirming.length > 0,
    confirmFromHere: confirming.some((claim) => mayBind(claim, false)),
    confirmHere: confirming.some((claim) => !claim.isFromElsewhere),
    askEachUse: claims.some(({ personal }) => personal.askEachUse),
    restricted: claims.filter(({ constraints }) => constraints.destinations),
  };
}

/** What the person wants for a key holds for a certificate of it that is added later. */
function strictestPersonal(claims: readonly Claim[]): PersonalSettings {
  const settings = claims.map(({ personal }) => personal);
  const expiry = Math.min(...settings.map(({ expiresAtMs: end }) => end ?? Number.POSITIVE_INFINITY));
  const restrictions = [...new Set(settings.flatMap((each) => each.restrictions ?? []))];
  return {
    askEachUse: settings.some(({ askEachUse }) => askEachUse),
    ...(Number.isFinite(expiry) && { expiresAtMs: expiry }),
    ...(restrictions.length > 0 && { restrictions }),
  };
}

/** What the person wants, with one more list of destinations. */
export function restrictedTo(
  personal: PersonalSettings,
  destinations: readonly DestinationConstraint[],
): PersonalSettings {
  const { restrictions = [] } = personal;
  if (restrictions.some((list) => sameDestinations(list, destinations))) return personal;
  return { ...personal, restrictions: [...restrictions, destinations] };
}

/** What the person wants of what is added, after what they want of `before`: the same, or what is there of the key. */
export function personalFor(
  { personalDestinations }: NewIdentity,
  before: readonly Claim[],
  expiresAtMs: number | undefined,
): PersonalSettings {
  const personal = strictestPersonal(before);
  return {
    ...(personalDestinations ? restrictedTo(personal, personalDestinations) : personal),
    ...(expiresAtMs !== undefined && { expiresAtMs }),
  };
}

/** Whether the identity came with this very file, or a copy. */
const cameWith = ({ forms }: Claim, file: EncryptedKeyFile): boolean =>
  [...forms.keys()].some((form) => equalBytes(form.file.bytes, file.bytes));

const shareForm = (a: Claim, b: Claim) => [...a.forms.keys()].some((form) => b.forms.has(form));

/**
 * The limits under which an identity may use its key now; `joint` are those of all claims on the key, its own among them.
 * SECURITY: an add in clear counts for itself, but another machine's is confirmed where this one's are. Anybody can make
 * a file, and a certificate, for a key that they don't have: what came so, and has proved nothing, is held to the limits
 * of all that is proved. Also one that is proved is confirmed when another on the key is, and restricted as others that
 * came with the same file.
 */
export function limitsOfUse(claim: Claim, joint: JointLimits): LimitsOfUse {
  const { constraints, personal, cameInClear, isFromElsewhere } = claim;
  const proved = isProved(claim);
  const restricting = joint.restricted.filter(
    (other) =>
      other !== claim &&
      !cameInClear &&
      mayBind(other, isFromElsewhere) &&
      (shareForm(claim, other) || (!proved && isProved(other))),
  );
  const restrictions = [claim, ...restricting]
    .map((restricted) => restricted.constraints.destinations)
    .filter((list): list is readonly DestinationConstraint[] => list !== undefined)
    .concat(claim.inherited ?? [], personal.restrictions ?? []);
  const ofOthers = isFromElsewhere ? joint.confirm : joint.confirmFromHere;
  const mustConfirm = cameInClear ? isFromElsewhere && joint.confirmHere : ofOthers;
  return {
    constraints: { ...constraints, confirm: constraints.confirm || mustConfirm },
    personal: {
      ...personal,
      askEachUse: personal.askEachUse || ((!cameInClear || isFromElsewhere) && joint.askEachUse),
    },
    restrictions: [...new Set(restrictions)],
  };
}

/**
 * Whether a key in clear that is added beside an identity, with constraints until `endMs`, would be free of what holds for
 * that. A passphrase counts as well: in clear the key needs none.
 */
export function isLooser(
  { confirm, endMs }: KeyConstraints & { readonly endMs: number },
  { constraints, clientExpiresAtMs, restrictions, key }: Identity,
): boolean {
  return (
    (constraints.confirm && !confirm) ||
    endMs > (clientExpiresAtMs ?? Number.POSITIVE_INFINITY) ||
    restrictions.length > 0 ||
    key.forms.some((form) => !form.isFromElsewhere)
  );
}

/**
 * Those of `claims` that an identity which is added by a file is held to: `there`, the same identity, alone where it has a
 * say, which is `present` then.
 */
export function holders<T extends Claim>(
  there: T | undefined,
  claims: readonly T[],
  file: EncryptedKeyFile,
  isFromElsewhere: boolean,
): { readonly present?: T; readonly holding: readonly T[] } {
  if (there && mayBind(there, isFromElsewhere)) return { present: there, holding: [there] };
  const holding = claims.filter(
    (claim) =>
      claim !== there && mayBind(claim, isFromElsewhere) && (isProved(claim) || cameWith(claim, file)),
  );
  return { holding };
}

/** What a file is added with, tightened by what holds for identities that it may not free of anything. */
export function heldTo(
  others: readonly (Claim & { readonly identity: Identity })[],
  added: { readonly constraints: KeyConstraints; readonly endMs: number | undefined },
): { readonly constraints: KeyConstraints; readonly endMs: number | undefined } {
  let { constraints, endMs } = added;
  for (const other of others) {
    constraints = tightened(other.constraints, constraints);
    const { clientExpiresAtMs = endMs } = other.identity;
    if (clientExpiresAtMs !== undefined) endMs = Math.min(endMs ?? clientExpiresAtMs, clientExpiresAtMs);
  }
  return { constraints, endMs };
}

/**
 * Of a key, when something about its identities has changed: the files that none came with, and itself in clear. `isOver`
 * are certificates whose time is past.
 */
export function dropWhatNobodyMayUse<T extends Claim>(
  key: DeferredKey,
  claims: readonly T[],
  isOver: (claim: T) => boolean,
): void {
  const someCameInClear = claims.some(({ cameInClear }) => cameInClear);
  key.keepForms((form) => claims.some(({ forms }) => forms.has(form)) || (form.isOpened && someCameInClear));
  // SECURITY: who never proved to have the key must not go on with it when those who did are gone, nor is it held for
  // certificates that nobody takes any more.
  if (!claims.some((claim) => isProved(claim) && !isOver(claim))) key.dropClear();
}

/** Whether the limits are the same, so that answers given under them still hold. */
export function sameLimits(a: LimitsOfUse, b: LimitsOfUse): boolean {
  return (
    a.constraints.confirm === b.constraints.confirm &&
    a.personal.askEachUse === b.personal.askEachUse &&
    a.personal.expiresAtMs === b.personal.expiresAtMs &&
    a.restrictions.length === b.restrictions.length &&
    a.restrictions.every((list, index) => list === b.restrictions[index])
  );
}
