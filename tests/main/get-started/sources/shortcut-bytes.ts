// Shortcuts of Windows as bytes, written by MS-SHLLINK and not by the code that reads them.

interface Shortcut {
  readonly target?: string;
  readonly relativePath?: string;
  readonly workingDir?: string;
  readonly arguments?: string;
  readonly isUnicode?: boolean;
}

const word = (value: number) => Buffer.from(Uint16Array.of(value).buffer);
const long = (value: number) => Buffer.from(Uint32Array.of(value).buffer);

export function shortcutBytes(shortcut: Shortcut): Buffer {
  const { target, relativePath, workingDir, arguments: words, isUnicode = true } = shortcut;
  const text = (value: string | undefined) =>
    value === undefined ? [] : [word(value.length), Buffer.from(value, isUnicode ? 'utf16le' : 'latin1')];
  const flags =
    0x01 |
    (target === undefined ? 0 : 0x02) |
    (relativePath === undefined ? 0 : 0x08) |
    (workingDir === undefined ? 0 : 0x10) |
    (words === undefined ? 0 : 0x20) |
    (isUnicode ? 0x80 : 0);
  const idList = Buffer.from([4, 0, 0xaa, 0xbb, 0, 0]);
  const path = Buffer.from(`${target}\0`, 'latin1');
  const info = [0x1c + 16 + path.length + 1, 0x1c, 1, 0x1c, 0x1c + 16, 0, 0x1c + 16 + path.length].map(long);
  return Buffer.concat([
    long(0x4c),
    Buffer.from('0114020000000000c000000000000046', 'hex'),
    long(flags),
    Buffer.alloc(0x4c - 24),
    word(idList.length),
    idList,
    ...(target === undefined ? [] : [...info, Buffer.alloc(16), path, Buffer.alloc(1)]),
    ...text(relativePath),
    ...text(workingDir),
    ...text(words),
    long(0),
  ]);
}
