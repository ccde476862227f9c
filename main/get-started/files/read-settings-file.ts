// Settings of other programs, which may be of any size and shape.
import { open } from 'node:fs/promises';
import { READ_WITHOUT_WAITING } from '../../keys/files/load-key-file.ts';
import { localPath } from './local-path.ts';

const maxBytes = 4 * 1024 * 1024;

/** The bytes of a file of this computer; undefined where there is none that can be read, or one of over 4 MiB. */
export async function readSettingsFile(named: string): Promise<Buffer | undefined> {
  const found = await localPath(named);
  if ('problem' in found) return undefined;
  try {
    await using handle = await open(found.path, READ_WITHOUT_WAITING);
    const stats = await handle.stat();
    if (!stats.isFile() || stats.size > maxBytes) return undefined;
    return await handle.readFile();
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
