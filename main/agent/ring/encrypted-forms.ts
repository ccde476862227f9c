// The encrypted files of one private key. SECURITY: a file proves itself only by opening; until then it may be anybody's.

import { equalBytes } from '../../keys/encoding/wire.ts';
import type { EncryptedKeyFile } from '../../keys/files/shared/key-file.ts';
import { limits } from '../limits/limits.ts';
import { RefusedError } from '../protocol/errors.ts';

/** One encrypted file, as long as it is kept. */
export interface EncryptedForm {
  readonly file: EncryptedKeyFile;
  /** It came over connections that belong to an SSH session alone. */
  readonly isFromElsewhere: boolean;
  /** How often it was decrypted, to this very key. */
  readonly timesOpened: number;
  readonly isOpened: boolean;
}

/** What the person has opened at our window and written anew. */
export interface RewrittenFile {
  /** As it was. It opens the key no more. */
  readonly file: Uint8Array;
  /** The person has given the key another comment. */
  readonly isRenamed: boolean;
}

class Form implements EncryptedForm {
  file: EncryptedKeyFile;
  isFromElsewhere: boolean;
  timesOpened = 0;

  constructor(file: EncryptedKeyFile, isFromElsewhere: boolean) {
    this.file = file;
    this.isFromElsewhere = isFromElsewhere;
  }

  get isOpened(): boolean {
    return this.timesOpened > 0;
  }
}

export class EncryptedForms {
  /** The newest first. */
  #forms: readonly Form[] = [];

  get isEmpty(): boolean {
    return this.#forms.length === 0;
  }

  get newestFirst(): readonly EncryptedForm[] {
    return this.#forms;
  }

  /** Whether the key can be had back from a file: a file that was never opened may be worthless. */
  get canReplaceClear(): boolean {
    return this.#forms.some(({ isOpened }) => isOpened);
  }

  /**
   * In the order in which a passphrase is tried: those that were opened, the newest first, then the others, the
   * cheapest first, so that no planted file holds up the person's own. SECURITY: those of this machine before all
   * others: a copy of one that another machine has, with other line ends, would prove itself by the same passphrase.
   */
  inOrderOfTrial(): readonly EncryptedForm[] {
    const inOrder = (forms: readonly Form[]) => {
      const others = forms.filter(({ isOpened }) => !isOpened);
      others.sort((a, b) => a.file.cost.seconds - b.file.cost.seconds);
      return [...forms.filter(({ isOpened }) => isOpened), ...others];
    };
    return [
      ...inOrder(this.#forms.filter(({ isFromElsewhere }) => !isFromElsewhere)),
      ...inOrder(this.#forms.filter(({ isFromElsewhere }) => isFromElsewhere)),
    ];
  }

  /**
   * Throws RefusedError when the file would be one too many: dropping another might drop the only good one. Machines
   * elsewhere can't take the last places.
   */
  assertRoomFor(file: EncryptedKeyFile, isFromElsewhere: boolean, rewritten?: RewrittenFile): void {
    const present = this.#placeOf(file, rewritten);
    const others = this.#forms.filter((form) => form !== present);
    const fromElsewhere = others.filter((form) => form.isFromElsewhere).length;
    if (
      others.length >= limits.encryptedFormsPerKey ||
      (isFromElsewhere && fromElsewhere >= limits.encryptedFormsFromElsewhere)
    )
      throw new RefusedError('too many encrypted files of one key');
  }

  /**
   * Keeps the file as the newest; the very same bytes are one form, and so is one that was written anew: whoever came with
   * it has it still, and it has proved what it had. Throws as `assertRoomFor`.
   */
  add(file: EncryptedKeyFile, isFromElsewhere: boolean, rewritten?: RewrittenFile): EncryptedForm {
    this.assertRoomFor(file, isFromElsewhere, rewritten);
    const form = this.#placeOf(file, rewritten) ?? new Form(file, isFromElsewhere);
    if (!equalBytes(form.file.bytes, file.bytes)) form.file = file;
    form.isFromElsewhere &&= isFromElsewhere;
    this.#forms = [form, ...this.#forms.filter((other) => other !== form)];
    return form;
  }

  /** The file was decrypted. False when it is not kept any more. */
  noteOpened(file: EncryptedKeyFile): boolean {
    const form = this.#forms.find((candidate) => candidate.file === file);
    if (form) form.timesOpened++;
    return form !== undefined;
  }

  #placeOf({ bytes }: EncryptedKeyFile, rewritten: RewrittenFile | undefined): Form | undefined {
    const find = (sought: Uint8Array) => this.#forms.find(({ file }) => equalBytes(file.bytes, sought));
    return find(bytes) ?? (rewritten && find(rewritten.file));
  }

  keepOnly(isKept: (form: EncryptedForm) => boolean): void {
    this.#forms = this.#forms.filter(isKept);
  }
}
