// Words for a key and its state.
import type { KeyView } from '../../../ipc/contract/keys.ts';
import { insideQuotes } from '../../../text/foreign-text.ts';
import type { IconName } from '../../parts/icon.tsx';

interface StateWords {
  readonly icon: IconName;
  readonly word: string;
  readonly meaning: string;
}

export const stateWords: Readonly<Record<KeyView['state'], StateWords>> = {
  encrypted: {
    icon: 'lock',
    word: 'Encrypted',
    meaning: 'The passphrase is asked for when the key is first used.',
  },
  unlocked: {
    icon: 'unlock',
    word: 'Unlocked',
    meaning:
      'Decrypted in memory. “Lock again” forgets the decrypted key; the next use asks for the passphrase.',
  },
  clear: {
    icon: 'key',
    word: 'In clear',
    meaning: 'Held decrypted only, so that it can’t be locked again. It is gone when Sallyport ends.',
  },
  elsewhere: {
    icon: 'agents',
    word: 'Elsewhere',
    meaning: 'Its private half is not here: the place where it lives signs with it, after your answer here.',
  },
};

const expired: StateWords = {
  icon: 'warning',
  word: 'Expired',
  meaning: 'The time of this certificate is over: no program is offered it, and it signs nothing.',
};

/** What the person is told of its state; of a certificate whose time is over only that. */
export function stateWordsOf({ state, validity }: KeyView): StateWords {
  return validity?.state === 'expired' ? expired : stateWords[state];
}

type Home = NonNullable<KeyView['home']>;

/** Where keys live, as the names of groups of them. */
export const groupNames: Readonly<Record<'here' | Home['kind'], string>> = {
  here: 'Key files and memory',
  pkcs11: 'Tokens and smart cards',
  windows: 'Windows’ own keys',
  upstream: 'Other agents',
};

/** Whether a key of that kind of place is there again after a start. */
export const homeReturns: Readonly<Record<Home['kind'], string>> = {
  upstream: 'Is there when the other agent has it.',
  pkcs11: 'Is there when its token is.',
  windows: 'Is there when Windows has it.',
};

/** What the place wants of the person; undefined where nothing is known of. */
export const needWords: Readonly<Record<Home['need'], string | undefined>> = {
  nothing: undefined,
  pin: 'Its PIN, once until Sallyport is locked.',
  touch: 'A touch at each use.',
  'system-dialog': 'An answer to a window of the system at each use.',
};

/** The key's name in a sentence of ours. */
export function keyName(key: KeyView): string {
  return key.comment === '' ? `the key ${key.fingerprint}` : `“${insideQuotes(key.comment, 60)}”`;
}

/** One key by name, several by number. */
export function keysPhrase(keys: readonly KeyView[]): string {
  const [only] = keys;
  return keys.length === 1 && only !== undefined ? keyName(only) : `${keys.length} keys`;
}
