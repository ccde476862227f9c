// What the key window asks about key files: make a new key, convert one, change its passphrase or comment.
import type { OpenDialogOptions, SaveDialogOptions } from 'electron';
import { bounds } from '../../../ipc/contract/bounds.ts';
import type { FileFormat, keyFileRequests, SaveOutcome } from '../../../ipc/contract/key-files.ts';
import { cut } from '../../../text/foreign-text.ts';
import type { AddKey } from '../../agent/front-door.ts';
import { RefusedError } from '../../agent/protocol/errors.ts';
import type { KeyAdministration } from '../../agent/ring/key-administration.ts';
import { commentBytes, commentText } from '../../keys/encoding/comment-text.ts';
import { type DecryptionMeans, decryptFile } from '../../keys/files/decrypt-file.ts';
import { generateKey } from '../../keys/files/generate-key.ts';
import type { DecryptedKey } from '../../keys/files/key-file.ts';
import { KeyFileError } from '../../keys/files/key-file-error.ts';
import { parseKeyFile } from '../../keys/files/parse-key-file.ts';
import { formatPublicKeyFile, formatPublicKeyLine } from '../../keys/files/public-key-line.ts';
import { type KeyFileContents, writeOpensshKeyFile } from '../../keys/files/write-openssh-key-file.ts';
import { writePpkFile } from '../../keys/files/write-ppk-file.ts';
import { sha256Fingerprint } from '../../keys/kinds/fingerprint.ts';
import type { PrivateKeyFields } from '../../keys/kinds/private-key-fields.ts';
import { writeFileAtomically } from '../../stored/write-file-atomically.ts';
import { explainRefusal } from '../key-files/explain-refusal.ts';
import {
  chosenComment,
  explainFileError,
  type OpenFile,
  type OpenKeyFiles,
} from '../key-files/open-key-files.ts';
import { chooseFiles, choosePlace } from '../windows/choose-files.ts';
import type { KeyWindow } from '../windows/key-window.ts';
import type { HandlersOf } from './answer-request.ts';
import { RequestFailure } from './request-failure.ts';

export interface KeyFileHandlerOptions extends DecryptionMeans {
  readonly files: OpenKeyFiles;
  readonly keys: KeyAdministration;
  readonly addKey: AddKey;
  readonly window: KeyWindow;
}

const writers = { openssh: writeOpensshKeyFile, ppk: writePpkFile } as const;
const proposedName = (fields: PrivateKeyFields, format: FileFormat) =>
  `id_${fields.publicKey.type.replace('-', '_')}${format === 'ppk' ? '.ppk' : ''}`;

const openDialog: OpenDialogOptions = {
  title: 'Open a private key',
  properties: ['openFile', 'showHiddenFiles'],
};

const saveDialog = (defaultPath: string): SaveDialogOptions => ({
  title: 'Save the private key',
  defaultPath,
  properties: ['showHiddenFiles', 'showOverwriteConfirmation'],
});

/** The key of an opened file. The caller wipes it. Throws KeyFileError. */
async function decrypt(
  file: OpenFile,
  passphrase: Uint8Array,
  means: DecryptionMeans,
): Promise<Omit<DecryptedKey, 'publicKey'>> {
  const parsed = parseKeyFile(file.bytes.bytes);
  if (parsed.kind === 'encrypted') return await decryptFile(parsed, passphrase, means);
  const { comment, rawComment } = parsed;
  return { fields: await parsed.fields(means.offload), comment, rawComment };
}

/** Why the public key is not beside the private one, which is there; undefined when it is. */
async function savePublicKey(path: string, file: Uint8Array): Promise<string | undefined> {
  try {
    await writeFileAtomically(`${path}.pub`, file);
    return undefined;
  } catch (error: unknown) {
    return explainFileError(error);
  }
}

export function keyFileHandlers(options: KeyFileHandlerOptions): HandlersOf<typeof keyFileRequests> {
  const { files, keys, addKey, offload, window } = options;

  /** Undefined when the agent holds the key now, else the reason why not. */
  async function addToAgent(contents: KeyFileContents, file: Uint8Array): Promise<string | undefined> {
    const { fields } = contents;
    const parsed = parseKeyFile(file);
    if (parsed.kind === 'clear') parsed.wipe();
    try {
      await addKey({
        identities: [fields.publicKey],
        comment: commentBytes(contents.comment),
        ...(parsed.kind === 'encrypted' ? { file: parsed } : { fields }),
        wishes: {},
      });
      return undefined;
    } catch (error: unknown) {
      if (error instanceof RefusedError) return explainRefusal(error);
      throw error;
    }
  }

  async function save(
    contents: KeyFileContents,
    format: FileFormat,
    target: string | 'choose',
    isForAgent: boolean,
  ): Promise<SaveOutcome> {
    const { fields } = contents;
    const path =
      target === 'choose' ? await choosePlace(window, saveDialog(proposedName(fields, format))) : target;
    if (path === undefined) return { kind: 'cancelled' };
    try {
      using file = await writers[format](contents, offload);
      const text = commentText(commentBytes(contents.comment));
      const publicKeyLine = formatPublicKeyLine(fields.publicKey, cut(text, bounds.commentCharacters));
      // For the user alone.
      await writeFileAtomically(path, file.bytes);
      const noPublicFile = await savePublicKey(path, formatPublicKeyFile(fields.publicKey, contents.comment));
      const notAdded = isForAgent ? await addToAgent(contents, file.bytes) : undefined;
      return {
        kind: 'saved',
        path,
        publicKeyLine,
        fingerprint: sha256Fingerprint(fields.publicKey.blob),
        ...(noPublicFile && { noPublicFile }),
        ...(notAdded && { notAdded }),
      };
    } catch (error: unknown) {
      return { kind: 'failed', message: explainFileError(error) };
    }
  }

  return {
    async 'keyFile.generate'({ type, comment, passphrase, format, addToAgent: isForAgent }) {
      const fields = await generateKey(type);
      try {
        return await save({ fields, comment, passphrase }, format, 'choose', isForAgent);
      } finally {
        fields.wipe();
      }
    },
    async 'keyFile.open'({ source }) {
      switch (source.kind) {
        case 'dialog': {
          const [path] = await chooseFiles(window, openDialog);
          return path === undefined ? { kind: 'cancelled' } : await files.openPath(path);
        }
        case 'file':
          return files.openBytes(source.name, source.bytes);
        case 'held': {
          const [bytes] = keys.encryptedFiles(source.id);
          if (bytes === undefined)
            return {
              kind: 'failed',
              message: 'The agent has no encrypted file of this key. Open the key file itself.',
            };
          return files.openBytes('key of the agent', bytes, source.id);
        }
      }
    },
    async 'keyFile.save'({ openedId, oldPassphrase, newPassphrase, format, comment, target }) {
      const opened = files.get(openedId);
      if (opened === undefined) throw new RequestFailure('The file is not open any more. Open it again.');
      let key: Omit<DecryptedKey, 'publicKey'>;
      try {
        key = await decrypt(opened, oldPassphrase, options);
      } catch (error: unknown) {
        if (error instanceof KeyFileError && error.code === 'wrong-passphrase')
          return { kind: 'wrong-passphrase', message: error.message };
        return { kind: 'failed', message: explainFileError(error) };
      }
      try {
        const place = target === 'original' ? (opened.path ?? 'choose') : 'choose';
        // The agent's own copy would keep the old passphrase: the new file takes its place there.
        const isHeld = opened.heldId !== undefined && newPassphrase.length > 0;
        // Encrypted OpenSSH files hide their comment until now: an empty wish keeps it.
        const chosen = chosenComment(comment, key);
        const contents = { fields: key.fields, comment: chosen, passphrase: newPassphrase };
        return await save(contents, format, place, isHeld);
      } finally {
        key.fields.wipe();
      }
    },
    'keyFile.close'({ openedId }) {
      files.close(openedId);
      return null;
    },
  };
}
