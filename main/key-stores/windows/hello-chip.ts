// Windows Hello as the chip that passphrases are sealed by. Its keys live in the TPM and sign with a finger, face or PIN.
import * as status from '../../../ipc/win32/key-storage/storage-error.ts';
import { StoreError } from '../../agent/ports/key-store.ts';
import { type Chip, type ChipDialog, ChipError, type ChipPublicKey } from '../../sealed-passphrases/chip.ts';
import { type KeyCallPort, KeyCallThreads } from './calls/key-call-threads.ts';
import { storageErrorInWords } from './calls/storage-error-in-words.ts';
import type { UnlockKeyCalls } from './calls/unlock-key-calls.ts';

const why = {
  'no-chip':
    'This computer has no TPM that is on, and only in one a key is safe that opens passphrases. See tpm.msc.',
  'no-hello': 'Windows Hello is not set up. Set it up in Windows’ settings, at “Sign-in options”.',
} as const;

const cancelled = new Set([status.NTE_USER_CANCELLED, status.ERROR_CANCELLED]);

/** TPM_20_E_HANDLE and TPM_20_E_INTEGRITY: the TPM was cleared since, and knows the key no more. */
const clearedTpm = [0x8028_008b, 0x8028_009f];
const gone = new Set([status.NTE_NO_KEY, status.NTE_BAD_KEYSET, status.NTE_NOT_FOUND, ...clearedTpm]);

function chipError(error: unknown, signal: AbortSignal | undefined): ChipError {
  if (signal?.aborted) return new ChipError('cancelled', 'It was cancelled.');
  const number = error instanceof status.StorageError ? error.status : undefined;
  const words = storageErrorInWords(error);
  const message =
    words instanceof StoreError ? `${words.message} ${words.remedy}` : 'Something unexpected went wrong.';
  if (number !== undefined && cancelled.has(number)) return new ChipError('cancelled', message);
  return new ChipError(number !== undefined && gone.has(number) ? 'no-key' : 'failed', message);
}

export class HelloChip implements Chip {
  readonly #calls: KeyCallPort & { close(): Promise<void> };

  /** Starts no thread until the first call. */
  constructor(calls = new KeyCallThreads()) {
    this.#calls = calls;
  }

  async whyNot(): Promise<string | undefined> {
    const state = await this.#call('helloState', {});
    return state === 'ready' ? undefined : why[state];
  }

  create(name: string, dialog: ChipDialog, signal: AbortSignal): Promise<ChipPublicKey> {
    const takes = { name, owner: ownerOf(dialog) };
    // It would open nothing; where it can't be deleted either, it stays.
    return this.#call('createUnlockKey', takes, signal, () => void this.remove(name).catch(() => {}));
  }

  sign(name: string, data: Uint8Array, dialog: ChipDialog, signal: AbortSignal): Promise<Uint8Array> {
    return this.#call('signToUnlock', { name, data, owner: ownerOf(dialog) }, signal);
  }

  async remove(name: string): Promise<void> {
    await this.#call('deleteUnlockKey', { name });
  }

  /** Ends its threads; one that waits for Windows ends with the process. */
  close(): Promise<void> {
    return this.#calls.close();
  }

  async #call<Name extends keyof UnlockKeyCalls>(
    name: Name,
    takes: UnlockKeyCalls[Name]['takes'],
    signal?: AbortSignal,
    doneTooLate?: () => void,
  ): Promise<UnlockKeyCalls[Name]['gives']> {
    try {
      const given = await this.#calls.call('hello-unlock', name, takes, signal, doneTooLate);
      return given as UnlockKeyCalls[Name]['gives'];
    } catch (error: unknown) {
      throw chipError(error, signal);
    }
  }
}

const ownerOf = ({ window, says }: ChipDialog) => ({ window, context: says });
