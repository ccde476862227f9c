// What Windows says when a call of its key storage fails, for the person.
import * as status from '../../../../ipc/win32/key-storage/storage-error.ts';
import { StoreError } from '../../../agent/ports/key-store.ts';
import { CallsHangError } from './key-call-threads.ts';

interface Words {
  readonly reason: string;
  readonly remedy: string;
}

const again = 'Use the key again, and answer when Windows asks.';
const cancelled: Words = { reason: 'Windows asked, and was answered with Cancel.', remedy: again };
const noCard: Words = {
  reason: 'The smart card is not in its reader.',
  remedy: 'Put it in, and use the key again.',
};
const gone: Words = {
  reason: 'The key is not there any more.',
  remedy:
    'It was deleted, or belongs to another computer or chip. Remove what is left of it in Windows, too.',
};

const words: Readonly<Record<number, Words>> = {
  [status.NTE_USER_CANCELLED]: cancelled,
  [status.ERROR_CANCELLED]: cancelled,
  [status.SCARD_W_CANCELLED_BY_USER]: cancelled,
  [status.NTE_SILENT_CONTEXT]: {
    reason: 'Windows wants to ask you, and may not in this session.',
    remedy: 'Use the key where somebody is logged on at this screen.',
  },
  [status.SCARD_W_WRONG_CHV]: {
    reason: 'The PIN of the smart card was wrong.',
    remedy: 'Use the key again with the right one: a card counts, and locks itself.',
  },
  [status.SCARD_W_CHV_BLOCKED]: {
    reason: 'The smart card has locked its PIN after too many wrong ones.',
    remedy: 'Unlock it with its PUK, or have whoever issued it do that.',
  },
  [status.SCARD_W_REMOVED_CARD]: noCard,
  [status.SCARD_E_NO_SMARTCARD]: noCard,
  [status.SCARD_E_NO_READERS_AVAILABLE]: {
    reason: 'There is no smart card reader.',
    remedy: 'Connect it, put the card in, and use the key again.',
  },
  [status.SCARD_E_NO_SERVICE]: {
    reason: 'Windows’ smart card service does not run.',
    remedy: 'Connect a reader; if that does not start it, start the service “Smart Card”.',
  },
  [status.SCARD_E_TIMEOUT]: { reason: 'The smart card did not answer in time.', remedy: again },
  [status.NTE_DEVICE_NOT_READY]: {
    reason: 'The chip or device that has the key is not ready.',
    remedy: 'See in tpm.msc whether the TPM is on and ready, or whether Windows Hello is set up.',
  },
  [status.NTE_DEVICE_NOT_FOUND]: {
    reason: 'The chip or device that has the key is not there.',
    remedy: 'See in tpm.msc whether this computer has a TPM that is on, or put the device in.',
  },
  [status.NTE_NOT_SUPPORTED]: {
    reason: 'Where the key lives, this kind of key or signature is not known.',
    remedy: 'Many TPMs sign with SHA-256 alone: let the server take rsa-sha2-256, or use an ECDSA key.',
  },
  [status.NTE_BAD_ALGID]: {
    reason: 'Where the key lives, this kind of key or signature is not known.',
    remedy: 'Use an ECDSA key on the curve P-256, which all TPMs know.',
  },
  [status.NTE_BAD_KEYSET]: gone,
  [status.NTE_NO_KEY]: gone,
  [status.NTE_NOT_FOUND]: gone,
  [status.NTE_EXISTS]: {
    reason: 'There is a key of this name already.',
    remedy: 'Take another name, or delete that key first.',
  },
  [status.NTE_PERM]: {
    reason: 'Windows does not allow that with this key.',
    remedy: 'It may be limited to other uses than signing, or belong to another program.',
  },
  [status.NTE_PROV_TYPE_NOT_DEF]: {
    reason: 'Windows has no such place for keys on this computer.',
    remedy: 'It may be of a program that was removed: remove its certificate, or install it again.',
  },
  [status.WRONG_ANSWER]: {
    reason: 'What Windows answered makes no sense.',
    remedy: 'The software of the card or chip may be at fault: bring it up to date.',
  },
};

/** What is no error of Windows' key storage is returned as it is. */
export function storageErrorInWords(error: unknown): unknown {
  if (error instanceof CallsHangError)
    return new StoreError(
      error.message,
      'Look for a window of Windows that asks you something, and answer it.',
    );
  if (!(error instanceof status.StorageError)) return error;
  const { reason, remedy } = words[error.status] ?? {
    reason: `Windows failed (${error.call}, 0x${error.status.toString(16).padStart(8, '0')}).`,
    remedy: 'Search for this number at Microsoft, or in the manual of the card or chip.',
  };
  return new StoreError(reason, remedy);
}
