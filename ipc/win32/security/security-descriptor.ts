// Reads self-relative security descriptors ([MS-DTYP] §2.4.6) and says whether one keeps everybody else out.
import { labelAmong, type MandatoryLabel, SYSTEM_MANDATORY_LABEL_ACE_TYPE } from './mandatory-label.ts';
import { formatSid, MalformedSecurityError } from './sid.ts';

const SE_DACL_PRESENT = 0x0004;
const SE_SACL_PRESENT = 0x0010;
const SE_DACL_PROTECTED = 0x1000;
const HEADER_BYTES = 20;
const ACL_HEADER_BYTES = 8;
const ACE_HEADER_BYTES = 8;

export const ACCESS_ALLOWED_ACE_TYPE = 0;
export const ACCESS_DENIED_ACE_TYPE = 1;
/** Entries of these kinds are a mask and a SID. */
const PLAIN_TYPES = [ACCESS_ALLOWED_ACE_TYPE, ACCESS_DENIED_ACE_TYPE, SYSTEM_MANDATORY_LABEL_ACE_TYPE];

export interface Ace {
  readonly type: number;
  readonly flags: number;
  readonly mask: number;
  /** Empty for kinds of entry whose layout is another one. */
  readonly sid: string;
}

export interface SecurityDescriptor {
  readonly ownerSid: string | undefined;
  /** `everyone`: there is no list, which grants all access to all. */
  readonly dacl: readonly Ace[] | 'everyone';
  /** True: entries of parent objects are not inherited. */
  readonly daclProtected: boolean;
  /** Undefined also when the label was not asked for. */
  readonly label: MandatoryLabel | undefined;
}

/** Parses a self-relative descriptor. Throws MalformedSecurityError. */
export function parseSecurityDescriptor(bytes: Uint8Array): SecurityDescriptor {
  if (bytes.length < HEADER_BYTES) throw new MalformedSecurityError('a security descriptor is cut short');
  const view = viewOf(bytes);
  const control = view.getUint16(2, true);
  const ownerOffset = view.getUint32(4, true);
  const saclOffset = view.getUint32(12, true);
  const daclOffset = view.getUint32(16, true);
  const hasSacl = (control & SE_SACL_PRESENT) !== 0 && saclOffset !== 0;
  const hasDacl = (control & SE_DACL_PRESENT) !== 0 && daclOffset !== 0;
  return {
    ownerSid: ownerOffset === 0 ? undefined : formatSid(bytes.subarray(ownerOffset)),
    dacl: hasDacl ? parseAcl(bytes.subarray(daclOffset)) : 'everyone',
    daclProtected: (control & SE_DACL_PROTECTED) !== 0,
    label: hasSacl ? labelAmong(parseAcl(bytes.subarray(saclOffset))) : undefined,
  };
}

function parseAcl(bytes: Uint8Array): Ace[] {
  if (bytes.length < ACL_HEADER_BYTES) throw new MalformedSecurityError('an access list is cut short');
  const length = viewOf(bytes).getUint16(2, true);
  if (length < ACL_HEADER_BYTES || length > bytes.length)
    throw new MalformedSecurityError('an access list has a wrong size');
  const count = viewOf(bytes).getUint16(4, true);
  const entries: Ace[] = [];
  let offset = ACL_HEADER_BYTES;
  for (let index = 0; index < count; index++) {
    const rest = bytes.subarray(offset, length);
    if (rest.length < ACE_HEADER_BYTES) throw new MalformedSecurityError('an access entry is cut short');
    const view = viewOf(rest);
    const size = view.getUint16(2, true);
    if (size < ACE_HEADER_BYTES || size > rest.length)
      throw new MalformedSecurityError('an access entry has a wrong size');
    const type = view.getUint8(0);
    const plain = PLAIN_TYPES.includes(type);
    entries.push({
      type,
      flags: view.getUint8(1),
      mask: view.getUint32(4, true),
      sid: plain ? formatSid(rest.subarray(ACE_HEADER_BYTES, size)) : '',
    });
    offset += size;
  }
  return entries;
}

/**
 * Throws unless `userSid` owns the object and is the only one that its access list lets in, with exactly
 * one of the `masks` (Windows may return generic rights mapped or unmapped).
 */
export function assertOnlyUserMayOpen(
  descriptor: SecurityDescriptor,
  userSid: string,
  masks: readonly number[],
): void {
  if (descriptor.ownerSid !== userSid) {
    throw new MalformedSecurityError(`its owner is ${descriptor.ownerSid ?? 'nobody'}, not this user`);
  }
  if (descriptor.dacl === 'everyone') throw new MalformedSecurityError('it is open to everyone');
  const [entry, ...others] = descriptor.dacl;
  if (!entry || others.length > 0) {
    throw new MalformedSecurityError(`its access list has ${descriptor.dacl.length} entries instead of one`);
  }
  const isOurs = entry.type === ACCESS_ALLOWED_ACE_TYPE && entry.flags === 0 && entry.sid === userSid;
  if (!isOurs || !masks.includes(entry.mask)) {
    throw new MalformedSecurityError('its access list is not the one that was asked for');
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
