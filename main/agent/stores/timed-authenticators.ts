// Ways to security keys that end in time: a library that hangs keeps those who wait behind it no longer than a person may take.
import type { Clock } from '../../basics/clock.ts';
import { unlessAborted, withinLimit } from '../../basics/waiting.ts';
import { type Authenticator, type Authenticators, SecurityKeyError } from '../../keys/authenticator.ts';
import { timeLimits } from '../limits/time-limits.ts';

const tooSlow = () =>
  new SecurityKeyError(
    'The security key does not answer.',
    'Take it out and insert it again, and try once more.',
  );

/** Settles as `act`, but rejects when it takes longer than the person may, or `signal` is aborted. */
async function inTime<T>(
  clock: Clock,
  signal: AbortSignal,
  act: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const tooLate = new AbortController();
  const either = AbortSignal.any([signal, tooLate.signal]);
  const stop = clock.schedule(timeLimits.storeSignatureMs, () => tooLate.abort(tooSlow()));
  try {
    return await unlessAborted<T>(either, (resolve, reject) => {
      act(either).then(resolve, reject);
      return undefined;
    });
  } finally {
    stop();
  }
}

function timed(authenticator: Authenticator, clock: Clock): Authenticator {
  const { residentKeys } = authenticator;
  return {
    title: authenticator.title,
    sign: (request, signal, waitsFor) =>
      inTime(clock, signal, (until) => authenticator.sign(request, until, waitsFor)),
    enroll: (request, signal, waitsFor) =>
      inTime(clock, signal, (until) => authenticator.enroll(request, until, waitsFor)),
    ...(residentKeys && {
      residentKeys: (pin, signal, waitsFor) =>
        inTime(clock, signal, (until) => residentKeys.call(authenticator, pin, until, waitsFor)),
    }),
  };
}

/** The same ways, each one and the same object as long as it is. */
export function timedAuthenticators(authenticators: Authenticators, clock: Clock): Authenticators {
  const known = new WeakMap<Authenticator, Authenticator>();
  const timedOf = (authenticator: Authenticator) => {
    const there = known.get(authenticator) ?? timed(authenticator, clock);
    known.set(authenticator, there);
    return there;
  };
  return {
    get own() {
      return timedOf(authenticators.own);
    },
    async byLibrary(path) {
      const looked = authenticators.byLibrary(path);
      const found = await withinLimit(looked, timeLimits.storeAnswerMs, () => undefined, clock);
      return found && timedOf(found);
    },
  };
}
