// A passphrase that was typed, tried on the encrypted files of a key; the person is asked first where that costs much.
import { keyDropped } from '../../keys/dropped-keys.ts';
import type { SecretBytes } from '../../keys/encoding/secret-bytes.ts';
import type { EncryptedKeyFile } from '../../keys/files/shared/key-file.ts';
import { KeyFileError } from '../../keys/files/shared/key-file-error.ts';
import type { PrivateKey } from '../../keys/kinds/shared/private-key.ts';
import type { AgentPorts } from '../ports/agent-ports.ts';
import { toError } from '../protocol/errors.ts';
import type { EncryptedForm } from './encrypted-forms.ts';
import type { ConfirmCost, NotOpened } from './secret-trials.ts';

interface OpenedForm {
  readonly kind: 'opened';
  readonly privateKey: PrivateKey;
  /** The file that was opened. */
  readonly file: EncryptedKeyFile;
}

const declined: NotOpened = { kind: 'declined' };
const rank: Readonly<Record<NotOpened['kind'], number>> = { unusable: 0, declined: 1, 'wrong-passphrase': 2 };

/** So much work the files that never opened may take together before the person is asked about it. */
const unprovedSeconds = 5;

/** What one passphrase has cost up to now. */
interface Spent {
  secondsForUnproved: number;
  wasWrong: boolean;
}

/** The trials of one prompt: what a file costs is asked about once. */
export class PassphraseTrials {
  readonly #fingerprint: string;
  readonly #ports: AgentPorts;
  readonly #confirmCost: ConfirmCost;
  readonly #confirmedCosts = new Set<EncryptedKeyFile>();

  /** `confirmCost` asks the person; it rejects when the prompt ends. */
  constructor(fingerprint: string, ports: AgentPorts, confirmCost: ConfirmCost) {
    this.#fingerprint = fingerprint;
    this.#ports = ports;
    this.#confirmCost = confirmCost;
  }

  /** Wipes the passphrase; rejects with one that comes when the prompt has ended, which aborts `signal`. */
  async tryOn(
    forms: () => readonly EncryptedForm[],
    passphrase: SecretBytes,
    signal: AbortSignal,
  ): Promise<OpenedForm | NotOpened> {
    try {
      signal.throwIfAborted();
      return await this.#tryForms(forms(), passphrase, signal);
    } finally {
      passphrase.wipe();
      // Of one that opened nothing, nothing else tells that it is done with.
      keyDropped();
    }
  }

  /** Several files may hold the key under different passphrases: the right one for any of them will do. */
  async #tryForms(
    forms: readonly EncryptedForm[],
    passphrase: SecretBytes,
    signal: AbortSignal,
  ): Promise<OpenedForm | NotOpened> {
    let result: NotOpened | undefined;
    const spent: Spent = { secondsForUnproved: 0, wasWrong: false };
    for (const form of forms) {
      const outcome = await this.#tryForm(form, passphrase, spent, signal);
      if (outcome.kind === 'opened') return outcome;
      // What leaves the person most to do counts: another passphrase, then their "no", then a file that is no good.
      if (result === undefined || rank[outcome.kind] > rank[result.kind]) result = outcome;
    }
    return result ?? { kind: 'unusable', why: 'the key file is not there any more' };
  }

  async #tryForm(
    { file, isOpened }: EncryptedForm,
    passphrase: SecretBytes,
    spent: Spent,
    signal: AbortSignal,
  ): Promise<OpenedForm | NotOpened> {
    const encodings = this.#ports.passphraseEncodings(passphrase.bytes);
    let result = declined;
    try {
      for (const [index, encoding] of encodings.entries()) {
        if (!isOpened) spent.secondsForUnproved += file.cost.seconds;
        // SECURITY: anybody can plant files: what each encoding of the passphrase takes on them, cheap enough not to be
        // asked about, must not add up.
        const addsUp = !isOpened && spent.wasWrong && spent.secondsForUnproved > unprovedSeconds;
        const mustAsk = file.cost.needsConfirmation || addsUp;
        if (mustAsk && !(await this.#mayDerive(file, encodings.length - index, signal))) return result;
        const outcome = await this.#decrypt(file, encoding, signal);
        if (outcome.kind !== 'wrong-passphrase') return outcome;
        result = outcome;
        spent.wasWrong = true;
      }
      return result;
    } finally {
      for (const encoding of encodings) encoding.fill(0);
    }
  }

  async #mayDerive(file: EncryptedKeyFile, times: number, signal: AbortSignal): Promise<boolean> {
    if (this.#confirmedCosts.has(file)) return true;
    const cost = `${file.cost.description}${times > 1 ? `, up to ${times} times` : ''}`;
    if (!(await this.#confirmCost(cost, signal))) return false;
    this.#confirmedCosts.add(file);
    return true;
  }

  async #decrypt(
    file: EncryptedKeyFile,
    passphrase: Uint8Array,
    signal: AbortSignal,
  ): Promise<OpenedForm | NotOpened> {
    try {
      const { offload, authenticators } = this.#ports;
      const { fields } = await file.decrypt(passphrase, offload, signal);
      try {
        return { kind: 'opened', privateKey: await fields.load(offload, authenticators.own), file };
      } finally {
        fields.wipe();
      }
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof KeyFileError && error.code === 'wrong-passphrase')
        return { kind: 'wrong-passphrase' };
      const why = toError(error).message;
      this.#ports.log(`key file of ${this.#fingerprint} can't be used: ${why}`);
      return { kind: 'unusable', why };
    }
  }
}
