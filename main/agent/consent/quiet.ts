// Quiet after a "no": who asks for the same again too soon, or for ever new things, is refused without a prompt.
import type { Clock } from '../../basics/clock.ts';
import { type QuietTimes, timeLimits } from '../limits/time-limits.ts';
import { NotAllowedError } from '../protocol/errors.ts';
import { BackOff } from './back-off.ts';
import type { Newcomers } from './newcomers.ts';
import type { RequestIdentity } from './request-identity.ts';

// Catches a program that changes its request a little each time.
const sourceSteps = { ...timeLimits.quietForSource, freeNoes: 4 };
// Catches what can make up a new key, or a machine on the way, for each request.
const groupSteps = { ...sourceSteps, freeNoes: 12 };

/** SECURITY: counted by key, program, origin and path, so that a machine elsewhere silences nobody but itself. */
export class Quiet {
  readonly #requests: BackOff;
  readonly #sources: BackOff;
  readonly #groups: BackOff;
  readonly #newcomers: Newcomers | undefined;

  /**
   * `requestTimes` are for the same request; the others are the same for all. `newcomers`, where programs that were not asked
   * about before are counted together, too.
   */
  constructor(clock: Clock, requestTimes: QuietTimes = timeLimits.quietForRequest, newcomers?: Newcomers) {
    this.#newcomers = newcomers;
    this.#requests = new BackOff(clock, { ...requestTimes, freeNoes: 0 });
    this.#sources = new BackOff(clock, sourceSteps);
    this.#groups = new BackOff(clock, groupSteps);
  }

  /** Throws NotAllowedError when it is too soon after a "no" to ask again. */
  assertMayAsk(identity: RequestIdentity): void {
    const isQuiet =
      this.#requests.isQuiet(identity.id) ||
      this.#sources.isQuiet(sourceWithKey(identity)) ||
      this.#groups.isQuiet(identity.source.group);
    if (isQuiet) throw new NotAllowedError('suppressed', 'it asked again too soon after a "no"');
    if (this.#newcomers?.isQuiet(identity.source))
      throw new NotAllowedError('suppressed', 'it asked too soon after several other programs were refused');
  }

  /** The person said no, or did not answer: once, to all of these. */
  noteNo(...identities: readonly RequestIdentity[]): void {
    for (const identity of identities) if (this.#requests.noteNo(identity.id)) this.#noteSource(identity);
    this.#newcomers?.noteNo(identities.map(({ source }) => source));
  }

  /** All who asked have left while the person was asked: a program that does so again and again is quietened. */
  noteGone(identity: RequestIdentity): void {
    this.#noteSource(identity);
    this.#newcomers?.noteNo([identity.source]);
  }

  #noteSource(identity: RequestIdentity): void {
    this.#sources.noteNo(sourceWithKey(identity));
    this.#groups.noteNo(identity.source.group);
  }

  /** The person said yes, now or for the next time. */
  forget(identity: RequestIdentity): void {
    this.#requests.forget(identity.id);
    this.#sources.forget(sourceWithKey(identity));
    this.#groups.forget(identity.source.group);
    this.#newcomers?.noteKnown(identity.source);
  }

  clear(): void {
    for (const backOff of [this.#requests, this.#sources, this.#groups]) backOff.clear();
    this.#newcomers?.clear();
  }
}

/** For an answer that is about whoever asks, for what key and host it may be. */
export const asSource = (identity: RequestIdentity): RequestIdentity => ({
  ...identity,
  id: identity.source.id,
  keyFingerprint: '',
});

function sourceWithKey({ keyFingerprint, source }: RequestIdentity): string {
  return `${keyFingerprint} ${source.id}`;
}
