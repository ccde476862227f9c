// Keeps the key folder as the agent's list of keys, and brings the keys back at the next start.
import type { AddKey } from '../../agent/front-door.ts';
import { RefusedError, toError } from '../../agent/protocol/errors.ts';
import {
  encodeDestinationConstraints,
  parseDestinationConstraints,
} from '../../agent/ring/destination-constraints.ts';
import { isRestorable } from '../../agent/ring/is-restorable.ts';
import type { KeyAdministration, KeySummary } from '../../agent/ring/key-administration.ts';
import { parseKeyFile } from '../../keys/files/parse-key-file.ts';
import { parsePublicKey } from '../../keys/kinds/parse-public-key.ts';
import { sha256Fingerprint } from '../../keys/kinds/shared/fingerprint.ts';
import { explainWriteError } from '../../stored/explain-file-error.ts';
import type { KeyFolder } from '../../stored/key-folder.ts';
import type { StoredKey } from '../../stored/key-index.ts';
import { explainRefusal } from './explain-problems.ts';

const confirmOf = ({ confirm, confirmIsConstraint }: KeySummary): StoredKey['confirm'] =>
  confirmIsConstraint ? 'constraint' : confirm ? 'personal' : 'no';

function destinationsOf({ restrictions: [list] = [] }: KeySummary): Pick<StoredKey, 'destinations'> {
  return list ? { destinations: encodeDestinationConstraints(list) } : {};
}

/** What is to be on disk for the keys of now, or for those of them that are meant, with the ids that they have here. */
export function storedKeys(
  keys: KeyAdministration,
  isMeant: (key: KeySummary) => boolean = () => true,
): (StoredKey & { readonly id: string })[] {
  return keys
    .list()
    .filter((key) => isRestorable(key) && isMeant(key))
    .flatMap((key) =>
      // The one added last is tried first.
      keys
        .encryptedFiles(key.id)
        .toReversed()
        .map((file) => ({
          id: key.id,
          publicBlob: key.blob,
          comment: key.rawComment,
          confirm: confirmOf(key),
          ...destinationsOf(key),
          file,
        })),
    );
}

/** Adds the key, encrypted. Rejects as `FrontDoor.addKey`, and with KeyFileError where its file is none. */
export async function addStoredKey(
  { publicBlob, comment, confirm, destinations, file: bytes }: StoredKey,
  addKey: AddKey,
) {
  const file = parseKeyFile(bytes);
  // SECURITY: a file in clear can only have got here from outside; nothing of ours stores one.
  if (file.kind !== 'encrypted') throw new RefusedError('its file is not encrypted');
  const wishes = {
    ...(confirm !== 'no' && { confirm }),
    ...(destinations && { destinations: parseDestinationConstraints(destinations) }),
  };
  await addKey({ identities: [parsePublicKey(publicBlob)], comment, file, wishes });
}

function whyNotLoaded(error: unknown): string {
  try {
    return explainRefusal(error);
  } catch {
    return `Something unexpected went wrong (${toError(error).name}).`;
  }
}

/** Adds the keys of the folder, encrypted. Resolves with what went wrong, in sentences for the person. */
export async function restoreKeys(folder: KeyFolder, addKey: AddKey, now: Date): Promise<string[]> {
  const restored = await folder.restore(now);
  const problems = [...restored.problems];
  for (const stored of restored.keys) {
    const { publicBlob } = stored;
    try {
      await addStoredKey(stored, addKey);
    } catch (error) {
      // Whatever the reason, it may be gone at the next start, and the file may be all there is of the key.
      folder.keepUnloaded(stored);
      problems.push(
        `The stored key ${sha256Fingerprint(publicBlob)} could not be loaded again. ${whyNotLoaded(error)} Add its file again; until then it stays stored, and the next start tries it.`,
      );
    }
  }
  return problems;
}

export interface KeepKeysOptions {
  readonly keys: KeyAdministration;
  readonly folder: KeyFolder;
  /** Whether keys are to come back at all; when not, nothing stays on disk. */
  readonly isWanted: () => boolean;
  /** Hex SHA-256 of files that may be wanted again in a moment, though their keys were removed. */
  readonly held?: () => readonly string[];
  /** Told after a save which files are there, by their hex SHA-256, or held; what it rejects with is complained of. */
  readonly saved?: (files: ReadonlySet<string>) => Promise<void>;
  /** Told what could not be saved, in sentences for the person. */
  readonly complain: (text: string) => void;
}

export interface KeyKeeper {
  /** Saves what has changed; for a change of `isWanted` too. */
  save(): void;
  /** How many keys are on disk, read back; resolves when what is being saved is. */
  countStored(): Promise<number>;
  /** Stops saving, and resolves when the last save is done. */
  stop(): Promise<void>;
}

/** Saves after every change, one save for all changes of one turn of the event loop. */
export function keepKeys({ keys, folder, isWanted, held, saved, complain }: KeepKeysOptions): KeyKeeper {
  let isScheduled = false;
  let isStopped = false;
  let lastSave: Promise<void> = Promise.resolve();
  const saveNow = () => {
    isScheduled = false;
    if (isStopped) return;
    const files = isWanted() ? folder.save(storedKeys(keys)) : folder.clear();
    // Now, too: what is had back while the keys are written is among neither later.
    const alsoHeld = isWanted() ? (held?.() ?? []) : [];
    const tell = (stored: ReadonlySet<string>) => saved?.(new Set([...stored, ...alsoHeld]));
    lastSave = files.then(tell).catch((error: unknown) => {
      complain(
        `The keys could not be stored for the next start. ${explainWriteError(error)} The next change of the keys tries again.`,
      );
    });
  };
  const save = () => {
    if (isScheduled || isStopped) return;
    isScheduled = true;
    setImmediate(saveNow);
  };
  const stopListening = keys.onChanged(save);
  return {
    save,
    async countStored() {
      if (isScheduled) saveNow();
      await lastSave;
      return isWanted() ? await folder.countStored(storedKeys(keys)) : 0;
    },
    async stop() {
      stopListening();
      if (isScheduled) saveNow();
      isStopped = true;
      await lastSave;
    },
  };
}
