// What opens a key without its passphrase being typed: Windows Hello, as prompts want it.
import type { KeyHello } from '../../../ipc/contract/hello.ts';
import { Listeners } from '../../basics/listeners.ts';
import type { SecretBytes } from '../../keys/encoding/secret-bytes.ts';
import { fileHash, type SealedPassphrases } from '../../sealed-passphrases/sealed-passphrases.ts';

export interface HelloUnlock {
  /** Whether it opens a key now, or may from now on; undefined: neither. */
  offerFor(fingerprint: string): 'use' | 'set-up' | undefined;
  /** As the key window shows it; undefined where it can't be had for the key. */
  viewOf(fingerprint: string): KeyHello | undefined;
  /** Calls back when the others may say something else; returns the way to stop that. */
  onChanged(listener: () => void): () => void;
  /** From now on the passphrase alone opens the key. Rejects with the system's error. */
  forget(fingerprint: string): Promise<void>;
  /** Looks again whether it can be had here, which the person may have changed. Never rejects. */
  lookAgain(): Promise<void>;
  /** The passphrase, for the caller to wipe. Rejects with SealProblem. */
  open(fingerprint: string, window: bigint | undefined, signal: AbortSignal): Promise<SecretBytes>;
  /** Does not wipe the passphrase. Rejects with SealProblem. */
  setUp(
    fingerprint: string,
    file: Uint8Array,
    passphrase: SecretBytes,
    window: bigint | undefined,
    signal: AbortSignal,
  ): Promise<void>;
}

/** What Windows' dialog says. Our prompt shows the same fingerprint. */
const says = (fingerprint: string) => `Sallyport unlocks the key ${fingerprint}.`;

/** `isKept`: whether a key comes back at the next start, as only beside its file its passphrase is stored. */
export function helloUnlock(
  sealed: SealedPassphrases,
  isKept: (fingerprint: string) => boolean,
): HelloUnlock {
  let canSetUp = false;
  const changed = new Listeners();
  sealed.onChanged(() => changed.tell());
  const mayBeSetUp = (fingerprint: string) => canSetUp && isKept(fingerprint);
  return {
    offerFor(fingerprint) {
      if (sealed.find(fingerprint)) return 'use';
      return mayBeSetUp(fingerprint) ? 'set-up' : undefined;
    },
    viewOf(fingerprint) {
      const found = sealed.find(fingerprint);
      if (found) return { since: found.madeAt };
      return mayBeSetUp(fingerprint) ? {} : undefined;
    },
    onChanged: (listener) => changed.add(listener),
    forget: (fingerprint) => sealed.forget(fingerprint),
    async lookAgain() {
      const could = canSetUp;
      canSetUp = (await sealed.whyNot().catch(() => 'It can’t be told.')) === undefined;
      if (canSetUp !== could) changed.tell();
    },
    open: (fingerprint, window, signal) =>
      sealed.open(fingerprint, { window, says: says(fingerprint) }, signal),
    setUp: (fingerprint, file, passphrase, window, signal) =>
      sealed.setUp(
        { fingerprint, file: fileHash(file) },
        passphrase,
        { window, says: says(fingerprint) },
        signal,
      ),
  };
}
