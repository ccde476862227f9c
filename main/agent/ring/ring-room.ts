// Whether there is room in the ring for one more identity: past a limit it is refused, and machines elsewhere can't take all.
import { equalBytes } from '../../keys/encoding/wire.ts';
import { limits } from '../limits/limits.ts';
import { RefusedError } from '../protocol/errors.ts';
import { countHostKeys } from './destination-constraints.ts';
import type { Identity, NewIdentity } from './identity.ts';
import { type Claim, mayBind } from './key-proof.ts';

/** An identity that has its place. */
type Resident = Claim & { readonly identity: Identity };

type Newcomer = Pick<Identity, 'publicKey' | 'comment' | 'constraints' | 'isFromElsewhere'>;

/** Throws RefusedError past a limit; `present`, one of `all`, is what the newcomer replaces. */
export function assertRoomFor(
  newcomer: Newcomer,
  all: readonly Resident[],
  present: Resident | undefined,
): void {
  const { isFromElsewhere } = newcomer;
  assertListable(newcomer);
  if (present === undefined && all.length >= limits.keys) throw new RefusedError('too many keys');
  if (present === undefined && isFromElsewhere && fromElsewhere(all).length >= limits.keysFromElsewhere)
    throw new RefusedError('too many keys from other machines');
  const others = all.filter((resident) => resident !== present);
  assertCommentsFit([newcomer.comment], isFromElsewhere, others);
  const hostKeys = countHostKeys(newcomer.constraints.destinations);
  if (hostKeys === 0) return;
  assertFewRestricted(newcomer, others);
  assertHostKeysFit(hostKeys, isFromElsewhere, others);
}

/** In which forms a key is added: as a file first where it is both. */
export interface AddedForms {
  readonly hasFile: boolean;
  readonly isInClear: boolean;
}

/** The same for identities of one private key that are added in one step, from this machine, to `all`. */
export function assertRoomForAll(
  together: readonly Pick<NewIdentity, 'publicKey' | 'comment' | 'rewrites' | 'constraints'>[],
  all: readonly Resident[],
  { hasFile, isInClear }: AddedForms,
): void {
  const isSame = ({ publicKey }: Pick<Newcomer, 'publicKey'>, { identity }: Resident) =>
    equalBytes(publicKey.blob, identity.publicKey.blob);
  const others = all.filter((resident) => !together.some((added) => isSame(added, resident)));
  if (others.length + together.length > limits.keys) throw new RefusedError('too many keys');
  const comments = together.map((added) => {
    const there = all.find((resident) => isSame(added, resident));
    const withFile = hasFile ? commentWithFile(added, there, false) : added.comment;
    // One after the other, and each must find its room.
    return isInClear && added.comment.length > withFile.length ? added.comment : withFile;
  });
  for (const [index, { publicKey, comment }] of together.entries())
    assertListable({ publicKey, comment: comments[index] ?? comment });
  assertCommentsFit(comments, false, others);
  const restricted = together.filter(({ constraints }) => constraints.destinations);
  const [first] = restricted;
  if (first === undefined) return;
  assertFewRestricted({ ...first, isFromElsewhere: false }, others, restricted.length);
  const hostKeys = restricted.reduce((sum, added) => sum + countHostKeys(added.constraints.destinations), 0);
  assertHostKeysFit(hostKeys, false, others);
}

/** What an identity that is added by a file is called; `there`: what is there of the same public key. */
export function commentWithFile(
  { comment, rewrites }: Pick<NewIdentity, 'comment' | 'rewrites'>,
  there: Resident | undefined,
  isFromElsewhere: boolean,
): Uint8Array {
  return there && !rewrites?.isRenamed && mayBind(there, isFromElsewhere) ? there.identity.comment : comment;
}

const fromElsewhere = (residents: readonly Resident[]) =>
  residents.filter((resident) => resident.isFromElsewhere);

/** One that fits no list would be held, and no program would ever see it. */
function assertListable({ publicKey: { blob }, comment }: Pick<Newcomer, 'publicKey' | 'comment'>): void {
  if (blob.length > limits.publicKeyBytes) throw new RefusedError('public key is too long');
  if (blob.length + comment.length > limits.listedBytes)
    throw new RefusedError('the comment is too long for a list of keys');
}

/** Long comments alone count. */
function assertCommentsFit(
  comments: readonly Uint8Array[],
  isFromElsewhere: boolean,
  others: readonly Resident[],
): void {
  const countOf = ({ length }: Uint8Array) => (length > limits.shortCommentBytes ? length : 0);
  const bytes = comments.reduce((total, comment) => total + countOf(comment), 0);
  if (bytes === 0) return;
  const sum = (residents: readonly Resident[]) =>
    residents.reduce((total, { identity }) => total + countOf(identity.comment), bytes);
  if (sum(others) > limits.longCommentBytes) throw new RefusedError('too many long comments');
  if (isFromElsewhere && sum(fromElsewhere(others)) > limits.longCommentBytesFromElsewhere)
    throw new RefusedError('too many long comments from other machines');
}

/** Each identity of a key may be held to the restrictions of all others, at each list and use. */
function assertFewRestricted(
  { publicKey, isFromElsewhere }: Pick<Newcomer, 'publicKey' | 'isFromElsewhere'>,
  others: readonly Resident[],
  newcomers = 1,
): void {
  const { blob } = publicKey.base;
  const restricted = others.filter(
    ({ constraints, identity }) => constraints.destinations && equalBytes(identity.publicKey.base.blob, blob),
  );
  if (
    restricted.length + newcomers > limits.restrictedPerKey ||
    (isFromElsewhere && fromElsewhere(restricted).length >= limits.restrictedPerKeyFromElsewhere)
  )
    throw new RefusedError('too many certificates of one key that are restricted to destinations');
}

/** The lists that restrict it. One that counts as a client's and as the person's, or for several, is in memory once. */
const listsOf = ({ constraints: { destinations }, personal: { restrictions = [] } }: Resident) =>
  destinations ? [destinations, ...restrictions] : restrictions;

function assertHostKeysFit(hostKeys: number, isFromElsewhere: boolean, others: readonly Resident[]): void {
  const sum = (residents: readonly Resident[]) =>
    [...new Set(residents.flatMap(listsOf))].reduce((total, list) => total + countHostKeys(list), hostKeys);
  if (isFromElsewhere && sum(fromElsewhere(others)) > limits.hostKeysFromElsewhere)
    throw new RefusedError('too many host keys in destination constraints of keys from other machines');
  if (sum(others) > limits.hostKeys) throw new RefusedError('too many host keys in destination constraints');
}
