// Why a passphrase did not come out, or was not sealed, in sentences for the person.
import { ChipError } from './chip.ts';

/** `message` is for the person and says what to do. */
export class SealProblem extends Error {
  override readonly name = 'SealProblem';
  /** `stale`: what is stored opens this key no more, and has to be set up anew. */
  readonly code: 'cancelled' | 'stale' | 'failed';

  constructor(code: SealProblem['code'], message: string) {
    super(message);
    this.code = code;
  }
}

export const setUpAnew = () =>
  new SealProblem(
    'stale',
    'Windows Hello was set up anew or its key was removed, so it does not open this key any more. Type the passphrase.',
  );

export const changedSeal = () =>
  new SealProblem(
    'stale',
    'What was stored for Windows Hello was changed, or belongs to another key: it does not open this one. Type the passphrase.',
  );

/** What the chip says, when a key is opened (`open`) or set up. */
export function chipProblem(error: unknown, step: 'open' | 'set-up'): unknown {
  if (!(error instanceof ChipError)) return error;
  if (error.code === 'no-key' && step === 'open') return setUpAnew();
  if (step === 'open')
    return error.code === 'cancelled'
      ? new SealProblem(
          'cancelled',
          'Windows Hello was cancelled. Type the passphrase, or use Windows Hello again.',
        )
      : new SealProblem('failed', `Windows Hello did not work. ${error.message} Type the passphrase.`);
  return error.code === 'cancelled'
    ? new SealProblem(
        'cancelled',
        'Windows Hello was cancelled, so the key goes on being unlocked by its passphrase alone.',
      )
    : new SealProblem(
        'failed',
        `Windows Hello can’t be used for this key. ${error.message} It goes on being unlocked by its passphrase alone.`,
      );
}
