// Shortcuts of Windows (.lnk files, MS-SHLLINK): which program they start, where, and with what.

export interface ShellLink {
  /** As far as it is told by a path: of this computer, or from where the shortcut is. */
  readonly target?: string;
  readonly workingDir?: string;
  readonly arguments: string;
}

const headerBytes = 0x4c;
const clsid = '0114020000000000c000000000000046';

/** LinkFlags (2.1.1). */
const flag = {
  idList: 0x01,
  linkInfo: 0x02,
  name: 0x04,
  relativePath: 0x08,
  workingDir: 0x10,
  arguments: 0x20,
  unicode: 0x80,
} as const;

/** LinkInfoFlags (2.3). */
const VOLUME_ID_AND_LOCAL_BASE_PATH = 1;
const LOCAL_BASE_PATH_OFFSET = 16;

function localBasePath(info: Buffer): string | undefined {
  if (info.length < LOCAL_BASE_PATH_OFFSET + 4) return undefined;
  if ((info.readUInt32LE(8) & VOLUME_ID_AND_LOCAL_BASE_PATH) === 0) return undefined;
  const begin = info.readUInt32LE(LOCAL_BASE_PATH_OFFSET);
  const end = info.indexOf(0, begin);
  return begin < info.length && end > begin ? info.toString('latin1', begin, end) : undefined;
}

/** Undefined for what is no shortcut, or a damaged one. */
export function parseShellLink(bytes: Buffer): ShellLink | undefined {
  try {
    return readShellLink(bytes);
  } catch (error: unknown) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readShellLink(bytes: Buffer): ShellLink | undefined {
  if (bytes.readUInt32LE(0) !== headerBytes || bytes.toString('hex', 4, 20) !== clsid) return undefined;
  const flags = bytes.readUInt32LE(20);
  const has = (one: number) => (flags & one) !== 0;
  let at = headerBytes;
  if (has(flag.idList)) at += 2 + bytes.readUInt16LE(at);
  let target: string | undefined;
  if (has(flag.linkInfo)) {
    const size = bytes.readUInt32LE(at);
    target = localBasePath(bytes.subarray(at, at + size));
    at += size;
  }
  /** StringData (2.4): a number of characters, and these. */
  const text = (one: number) => {
    if (!has(one)) return undefined;
    const length = bytes.readUInt16LE(at) * (has(flag.unicode) ? 2 : 1);
    const begin = at + 2;
    at = begin + length;
    if (at > bytes.length) throw new RangeError('it ends too early');
    return bytes.toString(has(flag.unicode) ? 'utf16le' : 'latin1', begin, at);
  };
  text(flag.name);
  const relative = text(flag.relativePath);
  const workingDir = text(flag.workingDir);
  target ??= relative;
  return {
    ...(target && { target }),
    ...(workingDir && { workingDir }),
    arguments: text(flag.arguments) ?? '',
  };
}
