// Private key files opened at the window to be converted, or to get another passphrase or comment.
import { randomUUID } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { bounds } from '../../../ipc/contract/bounds.ts';
import type { OpenedKeyFile, OpenOutcome } from '../../../ipc/contract/key-files.ts';
import { BoundedMap } from '../../basics/bounded-map.ts';
import { SecretBytes } from '../../keys/encoding/secret-bytes.ts';
import { parseKeyFile } from '../../keys/files/parse-key-file.ts';
import { READ_WITHOUT_WAITING } from '../../keys/files/read-without-waiting.ts';
import type { KeyFile } from '../../keys/files/shared/key-file.ts';
import { sha256Fingerprint } from '../../keys/kinds/shared/fingerprint.ts';
import { kindName } from '../../keys/kinds/shared/key-types.ts';
import { shownComment, shownFileName } from '../views/shown-text.ts';
import { explainKeyFileError } from './explain-problems.ts';

/** One opened file. Its bytes are kept, in clear where the file is. */
export interface OpenFile {
  readonly name: string;
  readonly bytes: SecretBytes;
  /** Where it was read from; undefined for dropped and held keys. */
  readonly path?: string | undefined;
  /** The agent's id of the key that it belongs to. */
  readonly heldId?: string | undefined;
}

const maxOpen = 8;

/** As it is to be written: as the file has it unless the person has changed what was shown of it, or nothing was shown. */
export function chosenComment(
  wish: string,
  { comment, rawComment }: Pick<KeyFile, 'comment' | 'rawComment'>,
) {
  return wish === '' || wish === shownComment(comment) ? rawComment : wish;
}

/** The files that are open now, each under an id; those opened first give way and are wiped. */
export class OpenKeyFiles {
  readonly #files = new BoundedMap<string, OpenFile>(maxOpen, ({ bytes }) => bytes.wipe());

  /** Reads and opens the file at `path`. Never throws for what is the matter with the file. */
  async openPath(path: string): Promise<OpenOutcome> {
    try {
      const stats = await stat(path);
      if (!stats.isFile()) return { kind: 'failed', message: 'This is no file. Choose a private key file.' };
      if (stats.size > bounds.keyFileBytes)
        return {
          kind: 'failed',
          message: 'This file is far too large for a private key. Choose another one.',
        };
      return this.#open({
        name: basename(path),
        bytes: new SecretBytes(await readFile(path, { flag: READ_WITHOUT_WAITING })),
        path,
      });
    } catch (error: unknown) {
      return { kind: 'failed', message: explainKeyFileError(error) };
    }
  }

  /** Opens a file from its bytes, which are copied. Never throws for what is the matter with them. */
  openBytes(name: string, bytes: Uint8Array, heldId?: string): OpenOutcome {
    try {
      return this.#open({ name, bytes: SecretBytes.copyOf(bytes), heldId });
    } catch (error: unknown) {
      return { kind: 'failed', message: explainKeyFileError(error) };
    }
  }

  get(openedId: string): OpenFile | undefined {
    return this.#files.get(openedId);
  }

  close(openedId: string): void {
    this.#files.get(openedId)?.bytes.wipe();
    this.#files.delete(openedId);
  }

  closeAll(): void {
    for (const openedId of [...this.#files.keys()]) this.close(openedId);
  }

  #open(opened: OpenFile): OpenOutcome {
    let file: KeyFile;
    try {
      file = parseKeyFile(opened.bytes.bytes);
    } catch (error: unknown) {
      opened.bytes.wipe();
      throw error;
    }
    if (file.kind === 'clear') file.wipe();
    const openedId = randomUUID();
    this.#files.set(openedId, opened);
    return { kind: 'opened', file: viewOf(openedId, opened, file) };
  }
}

function viewOf(openedId: string, opened: OpenFile, file: KeyFile): OpenedKeyFile {
  const { publicKey } = file;
  return {
    openedId,
    name: shownFileName(opened.name),
    format: file.format,
    comment: shownComment(file.comment),
    isEncrypted: file.kind === 'encrypted',
    ...(publicKey && {
      kind: kindName(publicKey.type, publicKey.bits),
      fingerprint: sha256Fingerprint(publicKey.base.blob),
    }),
    ...(file.kind === 'encrypted' && file.cost.needsConfirmation && { cost: file.cost.description }),
    hasOriginal: opened.path !== undefined,
  };
}
