// All keys that Windows keeps for the person, from all its places: one that hangs or fails keeps its last ones.

import {
  NTE_DEVICE_NOT_FOUND,
  NTE_DEVICE_NOT_READY,
  NTE_NOT_SUPPORTED,
  NTE_PROV_TYPE_NOT_DEF,
  StorageError,
} from '../../../ipc/win32/key-storage/storage-error.ts';
import { storageProviders } from '../../../ipc/win32/key-storage/storage-provider.ts';
import { StoreError } from '../../agent/ports/key-store.ts';
import type { WindowsKeyHome } from '../../agent/ports/windows-keys.ts';
import { withinLimit } from '../../basics/waiting.ts';
import { parsePublicKey } from '../../keys/kinds/parse-public-key.ts';
import type { PublicKey } from '../../keys/kinds/shared/public-key.ts';
import {
  type CertificateFacts,
  type KeyHome,
  type KeyPlace,
  type OwnKeyFacts,
  ownKeyPrefix,
} from './calls/key-call.ts';
import type { KeyCallPort } from './calls/key-call-threads.ts';
import { storageErrorInWords } from './calls/storage-error-in-words.ts';

/** A key that Windows has. */
export interface FoundKey {
  readonly place: KeyPlace;
  readonly publicKey: PublicKey;
  readonly comment: string;
  readonly home: WindowsKeyHome;
  /** As Windows names it. */
  readonly provider: string;
  readonly isAskedFor: boolean;
}

type LeftOut = NonNullable<CertificateFacts['leftOut']>;

interface Reading<Facts> {
  /** What is known of each, by its name or thumbprint. */
  facts: ReadonlyMap<string, Facts>;
  problem?: StoreError | undefined;
  /** On the scale of performance.now(). */
  readAtMs: number;
  /** While Windows is being asked. */
  under?: Promise<void> | undefined;
  /** It has not answered in time, and is not waited for again. */
  isStuck?: boolean;
}

/** Where keys of ours may be. */
const ownHomes = ['software', 'tpm', 'hello'] as const satisfies readonly KeyHome[];
/** A list does not wait longer for one place: shorter than the core waits for all of it. */
const placeMs = 2_000;
/** Keys of ours are made and deleted by us, and seldom elsewhere. */
const freshMs = 5 * 60_000;

/** That there is no such chip or no such provider is nothing to tell. */
const absent: readonly number[] = [
  NTE_DEVICE_NOT_FOUND,
  NTE_DEVICE_NOT_READY,
  NTE_NOT_SUPPORTED,
  NTE_PROV_TYPE_NOT_DEF,
];

const homeOfProvider = new Map<string, WindowsKeyHome>(
  Object.entries(storageProviders).map(([home, name]) => [name, home as KeyHome]),
);

const parsedKeys = new WeakMap<Uint8Array, PublicKey>();

/** Once for each key: lists are asked for often. */
function parsed(blob: Uint8Array): PublicKey {
  const publicKey = parsedKeys.get(blob) ?? parsePublicKey(blob);
  parsedKeys.set(blob, publicKey);
  return publicKey;
}

const unread = () => ({ facts: new Map<string, never>(), readAtMs: Number.NEGATIVE_INFINITY });
const slow = () =>
  new StoreError(
    'It does not answer.',
    'Windows may be waiting for a card or a chip; the other keys can be used.',
  );

const unopened = (name: string) =>
  new StoreError(
    `The key ${name} can't be opened.`,
    'As when the TPM was cleared: make another one, and have servers forget this one.',
  );

export class WindowsKeyReader {
  readonly #calls: KeyCallPort;
  readonly #own: Record<(typeof ownHomes)[number], Reading<OwnKeyFacts>> = {
    software: unread(),
    tpm: unread(),
    hello: unread(),
  };
  readonly #certificates: Reading<CertificateFacts> = unread();

  constructor(calls: KeyCallPort) {
    this.#calls = calls;
  }

  /** Never rejects, and takes as long as a list may. `isFresh`: also what was read a moment ago is read again. */
  async read({
    isFresh,
    certificates,
  }: {
    readonly isFresh: boolean;
    readonly certificates: boolean;
  }): Promise<void> {
    await Promise.all([
      ...ownHomes.map((home) => this.#readOwn(home, isFresh)),
      ...(certificates ? [this.#readCertificates(isFresh)] : []),
    ]);
  }

  get keys(): readonly FoundKey[] {
    const own = ownHomes.flatMap((home) =>
      [...this.#own[home].facts.values()].flatMap((facts) => {
        if (facts.blob === undefined) return [];
        const { name, isAskedFor } = facts;
        return [
          {
            place: { home, name },
            publicKey: parsed(facts.blob),
            comment: name.slice(ownKeyPrefix.length),
            home,
            provider: storageProviders[home],
            isAskedFor,
          },
        ];
      }),
    );
    return [...own, ...this.#certificateKeys()];
  }

  /** How many certificates have no key that can be used, by the reason. */
  leftOut(reason: LeftOut): number {
    return [...this.#certificates.facts.values()].filter(({ leftOut }) => leftOut === reason).length;
  }

  get problems(): readonly { readonly home: WindowsKeyHome; readonly problem: StoreError }[] {
    const all: [WindowsKeyHome, Reading<unknown>][] = [
      ...ownHomes.map((home): [WindowsKeyHome, Reading<unknown>] => [home, this.#own[home]]),
      ['certificate', this.#certificates],
    ];
    return [
      ...all.flatMap(([home, { problem }]) => (problem ? [{ home, problem }] : [])),
      ...ownHomes.flatMap((home) =>
        [...this.#own[home].facts.values()]
          .filter(({ blob }) => blob === undefined)
          .map(({ name }) => ({ home, problem: unopened(name) })),
      ),
    ];
  }

  /** Windows says that it is not there any more, or is another one: it is looked at anew. */
  forget(place: KeyPlace): void {
    const [reading, name] =
      'name' in place
        ? [this.#own[place.home as (typeof ownHomes)[number]], place.name]
        : [this.#certificates, place.thumbprint];
    if (reading === undefined) return;
    const facts = new Map<string, OwnKeyFacts | CertificateFacts>(reading.facts);
    facts.delete(name);
    Object.assign(reading, { facts, readAtMs: Number.NEGATIVE_INFINITY });
  }

  *#certificateKeys(): Generator<FoundKey> {
    for (const { blob, thumbprint, title, provider, isAskedFor } of this.#certificates.facts.values()) {
      if (blob === undefined) continue;
      yield {
        place: { thumbprint },
        publicKey: parsed(blob),
        comment: `${title} (certificate ${thumbprint.slice(0, 8)})`,
        home: homeOfProvider.get(provider) ?? 'certificate',
        provider,
        isAskedFor,
      };
    }
  }

  #readOwn(home: (typeof ownHomes)[number], isFresh: boolean): Promise<void> {
    const reading = this.#own[home];
    if (!isFresh && performance.now() - reading.readAtMs < freshMs) return Promise.resolve();
    const known = isFresh ? [] : [...reading.facts.keys()];
    return this.#readInTime(
      reading,
      ({ name }) => name,
      () => this.#calls.call(home, 'ownKeys', { home, known }),
    );
  }

  #readCertificates(isFresh: boolean): Promise<void> {
    // What the person sees anew is looked at anew: a key may have gone and left its certificate.
    const known = isFresh ? [] : [...this.#certificates.facts.keys()];
    return this.#readInTime(
      this.#certificates,
      ({ thumbprint }) => thumbprint,
      () => this.#calls.call('certificates', 'certificates', { known }),
    );
  }

  /** One call at a time for each place, however many lists are asked for. */
  async #readInTime<Facts>(
    reading: Reading<Facts>,
    nameOf: (facts: Facts) => string,
    ask: () => Promise<readonly (Facts | string)[]>,
  ): Promise<void> {
    reading.under ??= this.#readPlace(reading, nameOf, ask).finally(() => {
      reading.under = undefined;
      reading.isStuck = false;
    });
    if (reading.isStuck) return;
    await withinLimit(reading.under, placeMs, () => {
      reading.isStuck = true;
      reading.problem = slow();
    });
  }

  async #readPlace<Facts>(
    reading: Reading<Facts>,
    nameOf: (facts: Facts) => string,
    ask: () => Promise<readonly (Facts | string)[]>,
  ): Promise<void> {
    try {
      const found = await ask();
      const before = reading.facts;
      const facts = found.flatMap((one) => {
        const known = typeof one === 'string' ? before.get(one) : one;
        return known === undefined ? [] : [known];
      });
      reading.facts = new Map(facts.map((one) => [nameOf(one), one]));
      reading.problem = undefined;
    } catch (error) {
      const isAbsent = error instanceof StorageError && absent.includes(error.status);
      const inWords = storageErrorInWords(error);
      if (isAbsent) reading.facts = new Map();
      reading.problem = isAbsent
        ? undefined
        : inWords instanceof StoreError
          ? inWords
          : new StoreError('It failed in a way that nobody expected.', 'Start Sallyport again.');
    }
    reading.readAtMs = performance.now();
  }
}
