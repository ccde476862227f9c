// Reads self-relative security descriptors ([MS-DTYP] §2.4.6) and says whether one keeps everybody else out.
import { ACCESS_ALLOWED_ACE_TYPE, type Ace, parseAccessList } from './access-list.ts';
import { labelAmong, type MandatoryLabel } from './mandatory-label.ts';
import { formatSid, MalformedSecurityError } from './sid.ts';

const SE_DACL_PRESENT = 0x0004;
const SE_SACL_PRESENT = 0x0010;
const SE_DACL_PROTECTED = 0x1000;
const HEADER_BYTES = 20;

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
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const control = view.getUint16(2, true);
  const ownerOffset = view.getUint32(4, true);
  const saclOffset = view.getUint32(12, true);
  const daclOffset = view.getUint32(16, true);
  const hasSacl = (control & SE_SACL_PRESENT) !== 0 && saclOffset !== 0;
  const hasDacl = (control & SE_DACL_PRESENT) !== 0 && daclOffset !== 0;
  return {
    ownerSid: ownerOffset === 0 ? undefined : formatSid(bytes.subarray(ownerOffset)),
    dacl: hasDacl ? parseAccessList(bytes.subarray(daclOffset)) : 'everyone',
    daclProtected: (control & SE_DACL_PROTECTED) !== 0,
    label: hasSacl ? labelAmong(parseAccessList(bytes.subarray(saclOffset))) : undefined,
  };
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
