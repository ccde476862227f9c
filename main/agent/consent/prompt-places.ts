// How many questions may wait for the person, and whose. What finds no place is refused unasked.
import { NotAllowedError } from '../protocol/errors.ts';
import type { RequestSource } from './request-identity.ts';

export interface PlaceLimits {
  /** Requests of one kind, whether they share a prompt or wait one behind the other. */
  readonly requestsPerKind: number;
  readonly requestsPerKindFromElsewhere: number;
  readonly kindsPerSource: number;
  readonly kindsPerGroup: number;
  /** SECURITY: the rest is kept for this machine, whatever others do. */
  readonly kindsFromElsewhere: number;
  readonly kinds: number;
}

interface Kind {
  readonly source: RequestSource;
  requests: number;
  noes: number;
}

const maxNoes = 2;

/** A place in the queue of prompts, held by one request until it is disposed of. */
export class PromptPlace implements Disposable {
  readonly #kind: Kind;
  readonly #leave: () => void;

  constructor(kind: Kind, leave: () => void) {
    this.#kind = kind;
    this.#leave = leave;
  }

  /** Throws NotAllowedError when the person has said no to others of this kind that waited, twice in a row. */
  assertStillAsked(): void {
    if (this.#kind.noes >= maxNoes)
      throw new NotAllowedError('suppressed', 'others of its kind were refused while it waited');
  }

  noteAnswer(answer: 'yes' | 'no'): void {
    this.#kind.noes = answer === 'yes' ? 0 : this.#kind.noes + 1;
  }

  [Symbol.dispose](): void {
    this.#leave();
  }
}

export class PromptPlaces {
  readonly #limits: PlaceLimits;
  readonly #kinds = new Map<string, Kind>();

  constructor(limits: PlaceLimits) {
    this.#limits = limits;
  }

  /** Throws NotAllowedError when too many questions wait already. Equal `kindId`s come from equal sources. */
  take(kindId: string, source: RequestSource): PromptPlace {
    const kind = this.#kinds.get(kindId) ?? this.#newKind(kindId, source);
    const { requestsPerKind, requestsPerKindFromElsewhere } = this.#limits;
    if (kind.requests >= (source.isHere ? requestsPerKind : requestsPerKindFromElsewhere))
      throw new NotAllowedError('suppressed', 'too many requests of the same kind wait');
    kind.requests++;
    return new PromptPlace(kind, () => {
      kind.requests--;
      if (kind.requests === 0) this.#kinds.delete(kindId);
    });
  }

  #newKind(kindId: string, source: RequestSource): Kind {
    const { kindsPerSource, kindsPerGroup, kindsFromElsewhere, kinds } = this.#limits;
    const sources = [...this.#kinds.values()].map((kind) => kind.source);
    const isFull = (max: number, isCounted: (other: RequestSource) => boolean) =>
      sources.filter(isCounted).length >= max;
    if (
      isFull(kindsPerSource, ({ id }) => id === source.id) ||
      isFull(kindsPerGroup, ({ group }) => group === source.group) ||
      (!source.isHere && isFull(kindsFromElsewhere, ({ isHere }) => !isHere)) ||
      isFull(kinds, () => true)
    )
      throw new NotAllowedError('suppressed', 'too many questions wait for the person');
    const kind = { source, requests: 0, noes: 0 };
    this.#kinds.set(kindId, kind);
    return kind;
  }
}
