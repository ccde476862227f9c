// The ways to security keys that this computer has.
import { WebAuthnThreads } from '../../ipc/win32/webauthn/webauthn-thread.ts';
import type { Clock } from '../basics/clock.ts';
import type { Authenticators } from '../keys/authenticator.ts';
import { startChildLibraryProcess } from '../library-process/child-library-process.ts';
import type { StartLibraryProcess } from '../library-process/library-channel.ts';
import type { KeptListFile } from '../stored/kept-list-file.ts';
import { KeptMiddleware } from './middleware/kept-middleware.ts';
import { WebAuthnAuthenticator } from './webauthn/webauthn-authenticator.ts';

export interface AuthenticatorParts {
  readonly clock: Clock;
  /** Keeps which libraries the person has chosen; left out: they are forgotten at the end. */
  readonly file?: KeptListFile;
  /** Left out: a plain Node.js. */
  readonly start?: StartLibraryProcess;
  /** The HWND that a dialog of Windows is to belong to; left out, or undefined: the one in the foreground. */
  readonly dialogWindow?: (() => bigint | undefined) | undefined;
}

export interface OpenedAuthenticators {
  readonly authenticators: Authenticators;
  /** Undefined where security keys are reached without. */
  readonly libraries?: KeptMiddleware;
}

const startPlainly: StartLibraryProcess = (program, ends) => startChildLibraryProcess()(program, ends);

/** On Windows its own dialog, elsewhere the libraries that the person has chosen. */
export function openAuthenticators({
  clock,
  file,
  start = startPlainly,
  dialogWindow,
}: AuthenticatorParts): OpenedAuthenticators {
  if (process.platform === 'win32') {
    const threads = new WebAuthnThreads(new URL('./webauthn-worker.js', import.meta.url));
    // Windows takes security keys by its own dialog alone, whatever library a client names.
    const byLibrary = () => Promise.resolve(undefined);
    return { authenticators: { own: new WebAuthnAuthenticator(threads, dialogWindow), byLibrary } };
  }
  const libraries = new KeptMiddleware({ clock, start, file });
  return { authenticators: libraries, libraries };
}
