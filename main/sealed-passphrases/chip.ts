// The port to the keys of this computer's chip that sign only after the person has shown that they are there.

/** Where the system is to show its dialog, and what it is to say there. */
export interface ChipDialog {
  /** The native handle of the window that the dialog belongs to; undefined where there is none. */
  readonly window: bigint | undefined;
  /** A short sentence without text of others. */
  readonly says: string;
}

/** Numbers of an RSA public key, big-endian, without leading zeros. */
export interface ChipPublicKey {
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
}

/** `message` says why, as a sentence for the person. */
export class ChipError extends Error {
  override readonly name = 'ChipError';
  /** `cancelled`: by the person or the signal. `no-key`: there is no key of that name any more. */
  readonly code: 'cancelled' | 'no-key' | 'failed';

  constructor(code: ChipError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * SECURITY: an implementation never stands for a key in software, nor for one that signs without the person. All methods
 * reject with ChipError. A signal that is aborted ends the wait at once, whatever becomes of the dialog.
 */
export interface Chip {
  /** Why no key can be made here, as a sentence; undefined when it can. Asks nobody. */
  whyNot(): Promise<string | undefined>;
  /** Makes an RSA key that can't leave the chip. `name` is 16 hex digits. The system may ask the person. */
  create(name: string, dialog: ChipDialog, signal: AbortSignal): Promise<ChipPublicKey>;
  /** The PKCS#1 v1.5 signature of `data` with SHA-256. The system asks the person. The caller wipes it. */
  sign(name: string, data: Uint8Array, dialog: ChipDialog, signal: AbortSignal): Promise<Uint8Array>;
  /** Removes the key; one that is not there is no error. Asks nobody. */
  remove(name: string): Promise<void>;
}
