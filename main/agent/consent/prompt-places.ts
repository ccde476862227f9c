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
  /** Beside those above, for questions about what is new from this machine: a program's, and all. */
  readonly newKindsPerSource: number;
  readonly newKinds: number;
}

interface Kind {
  readonly source: RequestSource;
  /** Has one of the places that are only for what is new. */
  readonly isExtra: boolean;
  requests: number;
  noes: number;
}

const maxNoes = 2;

/** A place in the queue of prompts, held by one request until it is disposed of. */
export class PromptPlace implements Disposable {
  readonly #kind: Kind;
  readonly #like: () => readonly Kind[];
  readonly #leave: () => void;

  /** `like`: all kinds that an answer to this one counts for. */
  constructor(kind: Kind, like: () => readonly Kind[], leave: () => void) {
    this.#kind = kind;
    this.#like = like;
    this.#leave = leave;
  }

  /** Waits until all programs of this machine have had their other questions answered. */
  get isExtra(): boolean {
    return this.#kind.isExtra;
  }

  /** Throws NotAllowedError when the person has said no to others like this that waited, twice in a row. */
  assertStillAsked(): void {
    if (this.#kind.noes >= maxNoes)
      throw new NotAllowedError('suppressed', 'others of its kind were refused while it waited');
  }

  noteAnswer(answer: 'yes' | 'no'): void {
    for (const kind of this.#like()) kind.noes = answer === 'yes' ? 0 : kind.noes + 1;
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

  /**
   * Throws NotAllowedError when too many questions wait already. Equal `kindId`s come from equal sources. `isNew`: it is
   * about something new, so that a program may have many, as one that logs in to many hosts at once has.
   */
  take(kindId: string, source: RequestSource, isNew = false): PromptPlace {
    const kind = this.#kinds.get(kindId) ?? this.#newKind(kindId, source, isNew && source.isHere);
    const { requestsPerKind, requestsPerKindFromElsewhere } = this.#limits;
    if (kind.requests >= (source.isHere ? requestsPerKind : requestsPerKindFromElsewhere))
      throw new NotAllowedError('suppressed', 'too many requests of the same kind wait');
    kind.requests++;
    return new PromptPlace(
      kind,
      () => this.#like(kind),
      () => {
        kind.requests--;
        if (kind.requests === 0) this.#kinds.delete(kindId);
      },
    );
  }

  /** SECURITY: a program's extra questions hear every "no" to it, or it could have the person say it once for each. */
  #like(kind: Kind): readonly Kind[] {
    const isLike = ({ isExtra, source }: Kind) => isExtra && source.id === kind.source.id;
    return [...this.#kinds.values()].filter((other) => other === kind || isLike(other));
  }

  #newKind(kindId: string, source: RequestSource, mayBeExtra: boolean): Kind {
    const isExtra = this.#isFull(source);
    if (isExtra && !(mayBeExtra && this.#hasExtraRoom(source)))
      throw new NotAllowedError('suppressed', 'too many questions wait for the person');
    const kind = { source, isExtra, requests: 0, noes: 0 };
    this.#kinds.set(kindId, kind);
    return kind;
  }

  #isFull(source: RequestSource): boolean {
    const { kindsPerSource, kindsPerGroup, kindsFromElsewhere, kinds } = this.#limits;
    const { id, group, isHere } = source;
    return (
      this.#count(false, (other) => other.id === id) >= kindsPerSource ||
      this.#count(false, (other) => other.group === group) >= kindsPerGroup ||
      (!isHere && this.#count(false, (other) => !other.isHere) >= kindsFromElsewhere) ||
      this.#count(false, () => true) >= kinds
    );
  }

  #hasExtraRoom({ id }: RequestSource): boolean {
    const { newKindsPerSource, newKinds } = this.#limits;
    return (
      this.#count(true, (other) => other.id === id) < newKindsPerSource &&
      this.#count(true, () => true) < newKinds
    );
  }

  #count(isExtra: boolean, isCounted: (source: RequestSource) => boolean): number {
    return [...this.#kinds.values()].filter((kind) => kind.isExtra === isExtra && isCounted(kind.source))
      .length;
  }
}
