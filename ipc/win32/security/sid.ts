// Security identifiers: their bytes and their text form ([MS-DTYP] §2.4.2).

/** The bytes are not what Windows would have given us. */
export class MalformedSecurityError extends Error {
  override readonly name = 'MalformedSecurityError';
}

/** Bytes that a SID takes, from its count of sub-authorities. */
export function sidLength(bytes: Uint8Array): number {
  const count = bytes[1];
  if (count === undefined || count > 15 || bytes.length < 8 + 4 * count) {
    throw new MalformedSecurityError('a security identifier is cut short');
  }
  return 8 + 4 * count;
}

/** `S-1-5-21-…` of the SID at the start of `bytes`; what follows it is ignored. */
export function formatSid(bytes: Uint8Array): string {
  const length = sidLength(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  // 48 bits, big-endian, unlike all other numbers here.
  const authority = view.getUint16(2) * 2 ** 32 + view.getUint32(4);
  const parts = ['S', view.getUint8(0), authority < 2 ** 32 ? authority : `0x${authority.toString(16)}`];
  for (let offset = 8; offset < length; offset += 4) parts.push(view.getUint32(offset, true));
  return parts.join('-');
}
