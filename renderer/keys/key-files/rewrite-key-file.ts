// Has an opened key file written again, with its passphrases as bytes that are wiped afterwards.
import type { RequestInput } from '../../../ipc/contract/contract.ts';
import type { SaveOutcome } from '../../../ipc/contract/key-files.ts';

/** `problem`: a sentence; `wrong-passphrase` is told apart because it belongs to one field. */
export type RewriteResult =
  | Extract<SaveOutcome, { kind: 'saved' | 'cancelled' }>
  | { readonly kind: 'problem'; readonly of: 'old-passphrase' | 'file'; readonly message: string };

/** Never rejects; wipes both passphrases. */
export async function rewriteKeyFile(input: RequestInput<'keyFile.save'>): Promise<RewriteResult> {
  try {
    const outcome = await window.sallyport.request('keyFile.save', input);
    if (!outcome.ok) return { kind: 'problem', of: 'file', message: outcome.message };
    const { value } = outcome;
    switch (value.kind) {
      case 'saved':
      case 'cancelled':
        return value;
      case 'wrong-passphrase':
        return { kind: 'problem', of: 'old-passphrase', message: value.message };
      case 'failed':
        return { kind: 'problem', of: 'file', message: value.message };
    }
  } finally {
    input.oldPassphrase.fill(0);
    input.newPassphrase.fill(0);
  }
}
