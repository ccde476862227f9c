// What the key window asks about key files: make a new key, convert one, change its passphrase or comment.
import type { OpenDialogOptions } from 'electron';
import type { keyFileRequests } from '../../../ipc/contract/key-files.ts';
import type { KeyAdministration } from '../../agent/ring/key-administration.ts';
import type { Authenticators } from '../../keys/authenticator.ts';
import { type DecryptionMeans, decryptFile } from '../../keys/files/decrypt-file.ts';
import { generateKey } from '../../keys/files/generate-key.ts';
import { parseKeyFile } from '../../keys/files/parse-key-file.ts';
import type { DecryptedKey } from '../../keys/files/shared/key-file.ts';
import { KeyFileError } from '../../keys/files/shared/key-file-error.ts';
import { explainKeyFileError } from '../key-files/explain-problems.ts';
import { isInSecurityKey, NewSecurityKeys } from '../key-files/new-security-keys.ts';
import { chosenComment, type OpenFile, type OpenKeyFiles } from '../key-files/open-key-files.ts';
import type { PinTrials } from '../key-files/pin-trials.ts';
import { type SaveMeans, saveKeyFile } from '../key-files/save-key-file.ts';
import { chooseFiles } from '../windows/choose-files.ts';
import type { HandlersOf } from './answer-request.ts';
import { RequestFailure } from './request-failure.ts';

export interface KeyFileHandlerOptions extends DecryptionMeans, SaveMeans {
  readonly files: OpenKeyFiles;
  readonly keys: KeyAdministration;
  readonly authenticators: Authenticators;
  readonly pins: PinTrials;
}

const openDialog: OpenDialogOptions = {
  title: 'Open a private key',
  properties: ['openFile', 'showHiddenFiles'],
};

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

export function keyFileHandlers(options: KeyFileHandlerOptions): HandlersOf<typeof keyFileRequests> {
  const { files, keys, window } = options;
  const securityKeys = new NewSecurityKeys(options.authenticators, options.pins);

  return {
    async 'keyFile.generate'({ type, comment, passphrase, pin, format, addToAgent: isForAgent }) {
      const made = isInSecurityKey(type)
        ? await securityKeys.make(type, pin)
        : { fields: await generateKey(type, options.offload) };
      if (!('fields' in made)) return made;
      const { fields } = made;
      try {
        return await saveKeyFile(
          { fields, comment, passphrase },
          { format, target: 'choose', isForAgent },
          options,
        );
      } finally {
        fields.wipe();
      }
    },
    'keyFile.stopGenerating'() {
      securityKeys.stop();
      return null;
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
      // The agent's own copy would keep the old passphrase: the new file takes its place there. It may be closed meanwhile.
      const held =
        opened.heldId !== undefined && newPassphrase.length > 0 ? opened.bytes.bytes.slice() : undefined;
      let key: Omit<DecryptedKey, 'publicKey'>;
      try {
        key = await decrypt(opened, oldPassphrase, options);
      } catch (error: unknown) {
        if (error instanceof KeyFileError && error.code === 'wrong-passphrase')
          return { kind: 'wrong-passphrase', message: error.message };
        return { kind: 'failed', message: explainKeyFileError(error) };
      }
      try {
        const place = target === 'original' ? (opened.path ?? 'choose') : 'choose';
        // Encrypted OpenSSH files hide their comment until now: an empty wish keeps it.
        const chosen = chosenComment(comment, key);
        const contents = { fields: key.fields, comment: chosen, passphrase: newPassphrase };
        const forAgent = {
          isForAgent: held !== undefined,
          ...(held && { rewrites: { file: held, isRenamed: chosen !== key.rawComment } }),
        };
        return await saveKeyFile(contents, { format, target: place, ...forAgent }, options);
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
