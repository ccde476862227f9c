// A private key written to a file: a new one, or one that was opened to be written anew.

import type { SaveDialogOptions } from 'electron';
import { bounds } from '../../../ipc/contract/bounds.ts';
import type { FileFormat, SaveOutcome } from '../../../ipc/contract/key-files.ts';
import { cut } from '../../../text/foreign-text.ts';
import type { AddKey, KeyToAdd } from '../../agent/front-door.ts';
import { RefusedError } from '../../agent/protocol/errors.ts';
import { commentBytes, commentText } from '../../keys/encoding/comment-text.ts';
import type { DecryptionMeans } from '../../keys/files/decrypt-file.ts';
import { writeOpensshKeyFile } from '../../keys/files/openssh/write-openssh-key-file.ts';
import { parseKeyFile } from '../../keys/files/parse-key-file.ts';
import { writePpkFile } from '../../keys/files/ppk/write-ppk-file.ts';
import { formatPublicKeyFile, formatPublicKeyLine } from '../../keys/files/public-key-line.ts';
import type { KeyFileContents } from '../../keys/files/shared/key-file.ts';
import { sha256Fingerprint } from '../../keys/kinds/shared/fingerprint.ts';
import type { PrivateKeyFields } from '../../keys/kinds/shared/private-key-fields.ts';
import { writeFileAtomically } from '../../stored/write-file-atomically.ts';
import { choosePlace } from '../windows/choose-files.ts';
import type { KeyWindow } from '../windows/key-window.ts';
import { mayReplaceFile } from '../windows/may-replace-file.ts';
import { explainKeyFileError, explainRefusal } from './explain-problems.ts';
import { wouldReplaceAnother } from './public-file-place.ts';

export interface SaveWishes {
  readonly format: FileFormat;
  /** A path, or the person chooses one. */
  readonly target: string | 'choose';
  /** The agent is to hold the key as well. */
  readonly isForAgent: boolean;
  /** Its own file of the key, which this one is made of; only with `isForAgent`. */
  readonly rewrites?: KeyToAdd['rewrites'];
}

export interface SaveMeans extends Pick<DecryptionMeans, 'offload'> {
  readonly addKey: AddKey;
  readonly window: KeyWindow;
}

const writers = { openssh: writeOpensshKeyFile, ppk: writePpkFile } as const;
const proposedName = (fields: PrivateKeyFields, format: FileFormat) =>
  `id_${fields.publicKey.type.replace(/@.*/, '').replaceAll('-', '_')}${format === 'ppk' ? '.ppk' : ''}`;

const saveDialog = (defaultPath: string): SaveDialogOptions => ({
  title: 'Save the private key',
  defaultPath,
  properties: ['showHiddenFiles', 'showOverwriteConfirmation'],
});

/** Where both halves may be written to; undefined: the person does not want it any more. */
async function placeOf(
  { publicKey }: PrivateKeyFields,
  target: SaveWishes['target'],
  window: KeyWindow,
  proposed: string,
): Promise<string | undefined> {
  for (;;) {
    const path = target === 'choose' ? await choosePlace(window, saveDialog(proposed)) : target;
    if (path === undefined) return undefined;
    const publicPath = `${path}.pub`;
    if (!(await wouldReplaceAnother(publicPath, publicKey))) return path;
    if (await mayReplaceFile(window, publicPath)) return path;
    // Else a key would have been made for nothing.
    if (target !== 'choose') return undefined;
  }
}

/** Why the public key is not beside the private one, which is there; undefined when it is. */
async function savePublicKey(path: string, file: Uint8Array): Promise<string | undefined> {
  try {
    await writeFileAtomically(`${path}.pub`, file);
    return undefined;
  } catch (error: unknown) {
    return explainKeyFileError(error);
  }
}

/** Undefined when the agent holds the key now, else the reason why not. */
async function addToAgent(
  contents: KeyFileContents,
  file: Uint8Array,
  rewrites: SaveWishes['rewrites'],
  addKey: AddKey,
): Promise<string | undefined> {
  const { fields } = contents;
  const parsed = parseKeyFile(file);
  if (parsed.kind === 'clear') parsed.wipe();
  try {
    await addKey({
      identities: [fields.publicKey],
      comment: commentBytes(contents.comment),
      ...(parsed.kind === 'encrypted' ? { file: parsed } : { fields }),
      wishes: {},
      ...(rewrites && { rewrites }),
    });
    return undefined;
  } catch (error: unknown) {
    if (error instanceof RefusedError) return explainRefusal(error);
    throw error;
  }
}

/** Writes a key to a file, its public half beside it, and adds it to the agent where that is wished. Wipes nothing. */
export async function saveKeyFile(
  contents: KeyFileContents,
  { format, target, isForAgent, rewrites }: SaveWishes,
  { addKey, offload, window }: SaveMeans,
): Promise<SaveOutcome> {
  const { fields } = contents;
  try {
    // First, so that nobody chooses a place for what the format can't hold.
    using file = await writers[format](contents, offload);
    const path = await placeOf(fields, target, window, proposedName(fields, format));
    if (path === undefined) return { kind: 'cancelled' };
    const text = commentText(commentBytes(contents.comment));
    const publicKeyLine = formatPublicKeyLine(fields.publicKey, cut(text, bounds.commentCharacters));
    // For the user alone.
    await writeFileAtomically(path, file.bytes);
    const noPublicFile = await savePublicKey(path, formatPublicKeyFile(fields.publicKey, contents.comment));
    const notAdded = isForAgent ? await addToAgent(contents, file.bytes, rewrites, addKey) : undefined;
    return {
      kind: 'saved',
      path,
      publicKeyLine,
      fingerprint: sha256Fingerprint(fields.publicKey.blob),
      ...(noPublicFile && { noPublicFile }),
      ...(notAdded && { notAdded }),
    };
  } catch (error: unknown) {
    return { kind: 'failed', message: explainKeyFileError(error) };
  }
}
