// Windows Hello in the place of passphrases: on Windows alone, and for keys that come back at the next start.
import { join } from 'node:path';
import { isRestorable } from '../agent/ring/is-restorable.ts';
import type { KeyAdministration } from '../agent/ring/key-administration.ts';
import { SealedPassphrases } from '../sealed-passphrases/sealed-passphrases.ts';
import { type HelloUnlock, helloUnlock } from './prompts/hello-unlock.ts';

export interface OpenHelloOptions {
  readonly dataDirectory: string;
  readonly keys: () => KeyAdministration;
  readonly areKeysKept: () => boolean;
  /** Takes one line without secrets. */
  readonly log: (line: string) => void;
}

export interface OpenHello {
  readonly sealed: SealedPassphrases;
  readonly unlock: HelloUnlock;
  /** What could not be read, in sentences for the person. */
  readonly problems: readonly string[];
  /** Ends what waits for Windows. */
  close(): Promise<void>;
}

/** Resolves to undefined on other systems. */
export async function openHello(options: OpenHelloOptions): Promise<OpenHello | undefined> {
  if (process.platform !== 'win32') return undefined;
  const { dataDirectory, keys, areKeysKept, log } = options;
  const { HelloChip } = await import('../key-stores/windows/hello-chip.ts');
  const directory = join(dataDirectory, 'keys');
  const chip = new HelloChip();
  const sealed = new SealedPassphrases({ directory, chip, now: () => new Date(), log });
  const isKept = (fingerprint: string) =>
    areKeysKept() &&
    keys()
      .list()
      .some((key) => key.fingerprint === fingerprint && isRestorable(key));
  const problems = await sealed.load();
  const unlock = helloUnlock(sealed, isKept);
  void unlock.lookAgain();
  return { sealed, unlock, problems, close: () => chip.close() };
}
