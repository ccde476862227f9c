// A signature by a security key that may want its PIN: the person is asked for each try.
import { SecurityKeyPinError } from '../../keys/authenticator.ts';
import type { KeyLease } from '../ring/held-key.ts';
import type { AttemptsBefore } from '../ring/secret-trials.ts';
import type { TypedPin } from '../ring/use-pin.ts';

/** What `act` makes; where it wants a PIN, or another one, why, in sentences for the person. */
async function unlessPinWanted<T>(act: () => Promise<T>): Promise<{ made: T } | { problem: string }> {
  try {
    return { made: await act() };
  } catch (error) {
    if (!(error instanceof SecurityKeyPinError)) throw error;
    return { problem: `${error.message} ${error.remedy}` };
  }
}

/**
 * Signs without a PIN first, as a finger may do, or the key not want one. SECURITY: each PIN that was typed is tried once, as
 * a security key is locked for good by a few wrong ones. Rejects as `askPin` does where there is none.
 */
export async function signWithPin(
  sign: (pin?: Uint8Array) => Promise<Uint8Array>,
  askPin: (before: AttemptsBefore) => Promise<KeyLease<TypedPin>>,
): Promise<Uint8Array> {
  const first = await unlessPinWanted(() => sign());
  if ('made' in first) return first.made;
  let before: AttemptsBefore = { attempts: 0 };
  for (;;) {
    const typed = await askPin(before);
    try {
      const tried = await unlessPinWanted(() => sign(typed.privateKey.bytes));
      if ('made' in tried) return tried.made;
      before = { attempts: before.attempts + 1, problem: tried.problem };
    } finally {
      typed.release();
    }
  }
}
