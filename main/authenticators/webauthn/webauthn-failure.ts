// What webauthn.dll answers, in sentences for the person.
import type { WebAuthnFailure } from '../../../ipc/win32/webauthn/webauthn-messages.ts';
import { foreignText } from '../../../text/foreign-text.ts';
import { SecurityKeyError } from '../../keys/authenticator.ts';

/** HRESULTs, as in winerror.h. */
const NTE_EXISTS = 0x8009_000f;
const NTE_NOT_FOUND = 0x8009_0011;
const NTE_TOKEN_KEYSET_STORAGE_FULL = 0x8009_0023;
const NTE_INVALID_PARAMETER = 0x8009_0027;
const NTE_NOT_SUPPORTED = 0x8009_0029;
const NTE_DEVICE_NOT_FOUND = 0x8009_0035;
const NTE_USER_CANCELLED = 0x8009_0036;
const ERROR_NOT_SUPPORTED = 0x8007_0032;
const E_INVALIDARG = 0x8007_0057;
const ERROR_CANCELLED = 0x8007_04c7;
const ERROR_TIMEOUT = 0x8007_05b4;

type Sentences = readonly [reason: string, remedy: string];

const cancelled: Sentences = [
  'It was cancelled in Windows’ dialog, or its time was over.',
  'Try again, and touch the security key while it blinks.',
];
const notSupported: Sentences = [
  'The security key, or this Windows, can’t do that.',
  'An Ed25519 key needs a newer security key than an ECDSA one does; over Remote Desktop Windows passes security keys on since Windows 11 and Windows 10 22H2.',
];
const notFound: Sentences = [
  'The security key that has this key was not there.',
  'Insert the security key that it was made with, and try again.',
];
const refused: Sentences = [
  'Windows did not take what it was asked for.',
  'The key may be made for another program: the application of an SSH key begins with “ssh:”.',
];

const known: Readonly<Record<number, Sentences>> = {
  [NTE_USER_CANCELLED]: cancelled,
  [ERROR_CANCELLED]: cancelled,
  [ERROR_TIMEOUT]: cancelled,
  [NTE_NOT_SUPPORTED]: notSupported,
  [ERROR_NOT_SUPPORTED]: notSupported,
  [NTE_NOT_FOUND]: notFound,
  [NTE_DEVICE_NOT_FOUND]: notFound,
  [NTE_EXISTS]: [
    'The security key has this key already.',
    'Use the one that is there, or another security key.',
  ],
  [NTE_TOKEN_KEYSET_STORAGE_FULL]: [
    'The security key has no room for another key.',
    'Delete one in Windows’ settings (Accounts, Sign-in options, Security key), or make a key that is not kept in it.',
  ],
  [NTE_INVALID_PARAMETER]: refused,
  [E_INVALIDARG]: refused,
};

/** Windows’ own name for an error is a word of WebAuthn, such as NotAllowedError. */
const maxNameCharacters = 60;

export function webAuthnError(failure: WebAuthnFailure): SecurityKeyError {
  switch (failure.kind) {
    case 'missing':
      return new SecurityKeyError(
        'This Windows has no way to security keys for programs.',
        'It needs Windows 10 version 1903 or later.',
      );
    case 'nonsense':
      return new SecurityKeyError(
        'What Windows answered makes no sense.',
        'Try again; if that does not help, use another security key.',
      );
    case 'failed': {
      const code = `0x${failure.result.toString(16).padStart(8, '0')}`;
      const name = failure.name === '' ? code : `${foreignText(failure.name, maxNameCharacters)}, ${code}`;
      const [reason, remedy] = known[failure.result] ?? [
        `Windows could not use the security key (${name}).`,
        'Take the security key out, insert it again, and try once more.',
      ];
      return new SecurityKeyError(reason, remedy);
    }
  }
}
