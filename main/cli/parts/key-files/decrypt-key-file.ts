// Asks for the passphrase of key files that are being added, and remembers for the next file what worked.
import { foreignName } from '../../../../text/foreign-text.ts';
import type { SecretBytes } from '../../../keys/encoding/secret-bytes.ts';
import { type DecryptionMeans, decryptFile } from '../../../keys/files/decrypt-file.ts';
import type { DecryptedKey, EncryptedKeyFile } from '../../../keys/files/shared/key-file.ts';
import { KeyFileError } from '../../../keys/files/shared/key-file-error.ts';
import { sha256Fingerprint } from '../../../keys/kinds/shared/fingerprint.ts';
import { costText, keyFileText } from '../../../terminal/prompt-text.ts';
import type { Prompter } from '../../../terminal/prompter.ts';
import { maxPassphraseAttempts } from '../../../terminal/prompting-approver.ts';
import { CommandError } from '../command.ts';

export interface FileToDecrypt {
  readonly path: string;
  readonly comment: string;
  readonly file: EncryptedKeyFile;
}

/** Owns the passphrases of one call of `sallyport add`; dispose it to wipe them. */
export class KeyFileDecrypter implements Disposable {
  readonly #prompter: Prompter;
  readonly #means: DecryptionMeans;
  readonly #signal: AbortSignal;
  readonly #worked: SecretBytes[] = [];

  constructor(prompter: Prompter, means: DecryptionMeans, signal: AbortSignal) {
    this.#prompter = prompter;
    this.#means = means;
    this.#signal = signal;
  }

  /** Rejects with CommandError when the person gives up, and with KeyFileError when the file can't be used. */
  async decrypt(question: FileToDecrypt): Promise<DecryptedKey> {
    await this.#confirmCost(question);
    for (const passphrase of this.#worked) {
      const key = await this.#tryPassphrase(question.file, passphrase);
      if (key) return key;
    }
    return this.#ask(question);
  }

  [Symbol.dispose](): void {
    for (const passphrase of this.#worked.splice(0)) passphrase.wipe();
  }

  async #confirmCost({ path, file }: FileToDecrypt): Promise<void> {
    const { needsConfirmation, description } = file.cost;
    if (needsConfirmation && !(await this.#prompter.confirm(costText(path, description), this.#signal)))
      throw new CommandError(
        `${foreignName(path)} was not added: decrypting it takes ${description}, and nobody agreed to that.`,
      );
  }

  async #ask({ path, comment, file }: FileToDecrypt): Promise<DecryptedKey> {
    const fingerprint = file.publicKey && sha256Fingerprint(file.publicKey.base.blob);
    for (let attempt = 1; attempt <= maxPassphraseAttempts; attempt++) {
      const problem = attempt > 1 ? 'That passphrase is wrong. Please try again.' : undefined;
      const text = keyFileText({ path, comment, fingerprint, problem });
      const passphrase = await this.#prompter.askPassphrase(text, this.#signal);
      if (!passphrase || passphrase.length === 0)
        throw new CommandError(
          `${foreignName(path)} was not added: it needs a passphrase and none was given. It is asked for on the terminal or by SSH_ASKPASS.`,
        );
      const key = await this.#tryPassphrase(file, passphrase);
      if (key) {
        this.#worked.push(passphrase);
        return key;
      }
      passphrase.wipe();
    }
    throw new CommandError(
      `${foreignName(path)} was not added: ${maxPassphraseAttempts} passphrases were wrong.`,
    );
  }

  /** Undefined when the passphrase is wrong. */
  async #tryPassphrase(file: EncryptedKeyFile, passphrase: SecretBytes): Promise<DecryptedKey | undefined> {
    try {
      return await decryptFile(file, passphrase.bytes, this.#means, this.#signal);
    } catch (error: unknown) {
      if (error instanceof KeyFileError && error.code === 'wrong-passphrase') return undefined;
      throw error;
    }
  }
}
