// What goes wrong with tokens and their libraries, in words for the person.
import { PinNeededError, StoreError, WrongPinError } from '../../agent/ports/key-store.ts';
import { LibraryProcessError } from '../../library-process/library-process.ts';
import type { Token } from './library/token-messages.ts';

type Words = readonly [reason: string, remedy: string];

const orRemove = 'Try again; if it stays so, ask who made the library for a newer one, or remove it here.';

/** By what the library's program says. */
const ofLibrary: Readonly<Record<string, Words>> = {
  'not-a-library': [
    'The library can’t be loaded.',
    'It may need other libraries that are not installed. Install it anew with all that belongs to it.',
  ],
  'not-pkcs11': [
    'The file is a library, but none for tokens (PKCS#11).',
    'Look into the manual of the token for the name of its PKCS#11 library.',
  ],
  'pin-locked': [
    'The PIN of the token is locked after too many wrong tries.',
    'Unlock it with the program that came with the token, by its PUK or administrator PIN.',
  ],
  'pin-expired': [
    'The PIN of the token has expired.',
    'Change it with the program that came with the token.',
  ],
  double: [
    'There are two tokens that can’t be told apart: both have the same label, maker, model and serial number. So no PIN is tried.',
    'Take one of them out.',
  ],
  'no-pin': ['The token has no PIN yet.', 'Set one with the program that came with the token.'],
  'no-token': ['The token is not there any more.', 'Put it in again.'],
  'no-key': [
    'The token has no private key for this public one, or does not show it.',
    'Look with the program that came with the token whether the key is there.',
  ],
  'no-mechanism': [
    'The token can’t make this kind of signature with the key.',
    'Use another key for this server.',
  ],
  cancelled: ['The PIN was not entered at the reader.', 'Try again.'],
};

const ofProcess: Readonly<Record<string, Words>> = {
  crashed: ['The library for the token crashed.', orRemove],
  stuck: ['The library for the token did not answer in time.', orRemove],
  'too-long': ['This is too long for a token to sign.', 'Use another key for it.'],
  closed: ['The library for the token was ended.', 'Try again.'],
};

const triesLeft: Readonly<Record<Token['tries'], string>> = {
  many: '',
  few: ' Few tries are left before the token locks it.',
  one: ' One try is left before the token locks it.',
  none: ' The token has locked it now; unlock it with the program that came with it.',
};

/** `token` as it was looked at after the failure. Errors that are not of a library go through as they are. */
export function tokenErrorInWords(error: unknown, token?: Pick<Token, 'tries'>): unknown {
  if (!(error instanceof LibraryProcessError)) return error;
  if (error.trouble !== 'failed') {
    const [reason, remedy] = ofProcess[error.trouble] as Words;
    return new StoreError(reason, remedy);
  }
  const tries = token?.tries ?? 'many';
  if (error.message === 'wrong-pin') {
    if (tries === 'none') return new StoreError(...(ofLibrary['pin-locked'] as Words));
    return new WrongPinError(`The PIN is wrong.${triesLeft[tries]}`, 'Try again.');
  }
  if (error.message === 'pin-needed')
    return new PinNeededError('The token wants its PIN again.', 'Try again.');
  const known = Object.hasOwn(ofLibrary, error.message) ? ofLibrary[error.message] : undefined;
  if (known) return new StoreError(...known);
  const code = /^0x[\da-f]{1,16}$/.test(error.message) ? ` (${error.message})` : '';
  return new StoreError(`The library for the token failed${code}.`, orRemove);
}
