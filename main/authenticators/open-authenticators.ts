// The ways to security keys that this computer has.
import { WebAuthnThreads } from '../../ipc/win32/webauthn/webauthn-thread.ts';
import { type Authenticators, noAuthenticators } from '../keys/authenticator.ts';
import { WebAuthnAuthenticator } from './webauthn/webauthn-authenticator.ts';

/** On Windows its own dialog. */
export function openAuthenticators(): Authenticators {
  if (process.platform !== 'win32')
    return noAuthenticators(
      'There is no way to security keys here.',
      'Use the key with OpenSSH’s own agent.',
    );
  const threads = new WebAuthnThreads(new URL('./webauthn-worker.js', import.meta.url));
  // Windows takes security keys by its own dialog alone, whatever library a client names.
  return { own: new WebAuthnAuthenticator(threads), byLibrary: () => Promise.resolve(undefined) };
}
