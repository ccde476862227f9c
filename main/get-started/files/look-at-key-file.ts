// What a file that may be a private key holds, told without its passphrase; nothing of the private half stays.
import { stat } from 'node:fs/promises';
import { systemErrorInWords } from '../../../text/system-error.ts';
import { loadKeyFile } from '../../keys/files/load-key-file.ts';
import { KeyFileError } from '../../keys/files/shared/key-file-error.ts';
import { sha256Fingerprint } from '../../keys/kinds/shared/fingerprint.ts';
import { kindName } from '../../keys/kinds/shared/key-types.ts';
import { whyNotLocal } from './local-path.ts';

export interface KeyFileFacts {
  readonly kind: 'key';
  /** A claim of the file. */
  readonly comment: string;
  readonly isEncrypted: boolean;
  /** Left out where the file hides its public half: for example `Ed25519`. */
  readonly keyKind?: string;
  /** `SHA256:…` of the plain key; left out likewise. */
  readonly fingerprint?: string;
  /** A certificate lies beside it, or in it, and can be used. */
  readonly hasCertificate: boolean;
  /** Sentences about companions that can't be used, and about who else may read it. */
  readonly warnings: readonly string[];
}

export type KeyFileLook =
  | KeyFileFacts
  | { readonly kind: 'no-key' }
  /** `reason`: the rest of a sentence about the file. */
  | { readonly kind: 'problem'; readonly reason: string };

const problem = (reason: string): KeyFileLook => ({ kind: 'problem', reason });

/** Never rejects. `now`: the time of day. */
export async function lookAtKeyFile(path: string, now: Date): Promise<KeyFileLook> {
  try {
    const why = await whyNotLocal(path);
    if (why !== undefined) return problem(why);
    if (!(await stat(path)).isFile()) return { kind: 'no-key' };
    const { file, comment, certificate, warnings } = await loadKeyFile(path, { now });
    if (file.kind === 'clear') file.wipe();
    const { publicKey } = file;
    return {
      kind: 'key',
      comment,
      isEncrypted: file.kind === 'encrypted',
      ...(publicKey && {
        keyKind: kindName(publicKey.type, publicKey.bits),
        fingerprint: sha256Fingerprint(publicKey.base.blob),
      }),
      hasCertificate: certificate !== undefined || publicKey?.certificate !== undefined,
      warnings,
    };
  } catch (error: unknown) {
    if (error instanceof KeyFileError)
      return error.code === 'not-a-key-file'
        ? { kind: 'no-key' }
        : problem(`can't be used. ${error.message}`);
    const { code } = error as NodeJS.ErrnoException;
    return problem(code === 'ENOENT' ? 'is not there' : `can't be read: ${systemErrorInWords(code)}`);
  }
}
