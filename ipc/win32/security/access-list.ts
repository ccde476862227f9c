// The entries of access lists ([MS-DTYP] §2.4.4, §2.4.5).
import { formatSid, MalformedSecurityError } from './sid.ts';

const ACL_HEADER_BYTES = 8;
const ACE_HEADER_BYTES = 8;

export const ACCESS_ALLOWED_ACE_TYPE = 0;
export const ACCESS_DENIED_ACE_TYPE = 1;
export const SYSTEM_MANDATORY_LABEL_ACE_TYPE = 0x11;
/** Entries of these kinds are a mask and a SID. */
const PLAIN_TYPES = [ACCESS_ALLOWED_ACE_TYPE, ACCESS_DENIED_ACE_TYPE, SYSTEM_MANDATORY_LABEL_ACE_TYPE];

export interface Ace {
  readonly type: number;
  readonly flags: number;
  readonly mask: number;
  /** Empty for kinds of entry whose layout is another one. */
  readonly sid: string;
}

/** The entries of an access list. Throws MalformedSecurityError. */
export function parseAccessList(bytes: Uint8Array): Ace[] {
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

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
