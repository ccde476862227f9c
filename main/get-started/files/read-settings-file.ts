// Settings of other programs, which may be of any size and shape.
import { type FileHandle, open } from 'node:fs/promises';
import { READ_WITHOUT_WAITING } from '../../keys/files/read-without-waiting.ts';
import { localPath } from './local-path.ts';

const pieceBytes = 64 * 1024;
/** Of a shortcut of Windows; they are far smaller. */
export const maxShortcutBytes = 64 * 1024;
const maxSettingsBytes = 4 * 1024 * 1024;

/** Undefined for more than `maxBytes`, whatever the system says of its size: what it makes up as it is read has none. */
async function readBounded(handle: FileHandle, maxBytes: number): Promise<Buffer | undefined> {
  const pieces: Buffer[] = [];
  let length = 0;
  for (;;) {
    const piece = Buffer.alloc(pieceBytes);
    const { bytesRead } = await handle.read(piece, 0, pieceBytes);
    if (bytesRead === 0) return Buffer.concat(pieces);
    length += bytesRead;
    if (length > maxBytes) return undefined;
    pieces.push(piece.subarray(0, bytesRead));
  }
}

/** The bytes of a file of this computer; undefined where there is none that can be read, or one of more than `maxBytes`. */
export async function readSettingsFile(
  named: string,
  maxBytes = maxSettingsBytes,
): Promise<Buffer | undefined> {
  const found = await localPath(named);
  if ('problem' in found) return undefined;
  try {
    await using handle = await open(found.path, READ_WITHOUT_WAITING);
    const stats = await handle.stat();
    if (!stats.isFile() || stats.size > maxBytes) return undefined;
    return await readBounded(handle, maxBytes);
  } catch {
    return undefined;
  }
}

/** As text: UTF-16 where its byte order mark says so, else UTF-8. */
export async function readSettingsText(path: string): Promise<string | undefined> {
  const bytes = await readSettingsFile(path);
  if (bytes === undefined) return undefined;
  return bytes[0] === 0xff && bytes[1] === 0xfe
    ? bytes.subarray(2).toString('utf16le')
    : bytes.toString('utf8').replace(/^\ufeff/, '');
}
