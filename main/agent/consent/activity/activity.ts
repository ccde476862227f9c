// What keys were used for: kept with a bound in memory and handed on, line by line, to whoever stores it.

import { relayedName } from '../../../../text/rules/relayed-program.ts';
import { keepLatest } from '../../../basics/keep-latest.ts';
import { Listeners } from '../../../basics/listeners.ts';
import { fileNote } from '../../facts/program.ts';
import { hostId } from '../../facts/request-facts.ts';
import { isFromHere, type Requester } from '../../facts/requester.ts';
import { timeLimits } from '../../limits/time-limits.ts';
import type { KeyIdentity } from '../../ports/approver.ts';
import {
  type ActivityAnswer,
  type ActivityEntry,
  activityLine,
  cut,
  cutKey,
  cutRequester,
  readActivityLine,
} from './activity-entry.ts';
import { FirstUses } from './first-uses.ts';
import type { NotificationLevel } from './notification-level.ts';

/** Where the activity outlives the agent. Neither method throws; what can't be stored is lost. */
export interface ActivitySink {
  /** Lines of former runs, the oldest first. */
  load(): readonly string[];
  append(line: string): void;
}

export const forgetfulSink: ActivitySink = { load: () => [], append: () => {} };

/** What an entry is made of. */
export interface Use {
  /** Requests with the same id are the same as far as answers go; left out for what was allowed, which is never counted. */
  readonly requestId?: string | undefined;
  readonly key: KeyIdentity;
  readonly requester: Requester;
  readonly answer: ActivityAnswer;
  readonly reason: string;
}

const maxEntries = 2000;
/** As many more are there until the oldest are dropped, all at once. */
const maxSurplus = 200;

/** Says whether the person wants to be told of this use when it happens. Only a use that was allowed is a use. */
export function wantsNotification({ answer, firstUseBy }: ActivityEntry, level: NotificationLevel): boolean {
  if (answer !== 'allowed' || level === 'off') return false;
  return level === 'always' || firstUseBy.length > 0;
}

/**
 * As it is stored: files of one path in other mount namespaces are one program here. SECURITY: what another machine does
 * by a program is none of the uses by which it is known here, nor the other way round.
 */
function programOf(requester: Requester): string | undefined {
  const { process, relayed } = requester;
  const origin = isFromHere(requester) ? '' : ' for another machine';
  const behind = relayed ? ` for ${relayedName(relayed)}` : '';
  return process?.executable && `${process.executable}${fileNote(process)}${behind}${origin}`;
}

/** Who has asked as entries have it, and what counts as a first use of theirs. */
interface Shown {
  readonly requester: Requester;
  readonly program: string | undefined;
  readonly host: string | undefined;
}

function shown(requester: Requester): Shown {
  return { requester, program: programOf(requester), host: hostId(requester.destination) };
}

/** One for all uses of a kind on a connection, which share who has asked. */
const shownOf = new WeakMap<Requester, Shown>();

function cutAndShown(requester: Requester): Shown {
  const known = shownOf.get(requester);
  if (known) return known;
  const made = shown(cutRequester(requester));
  shownOf.set(requester, made);
  return made;
}

function searchableText({ key, requester, answer, reason }: ActivityEntry): string {
  return JSON.stringify([key, requester, answer, reason]).toLowerCase();
}

/** A line for 1, 10, 100 … requests: a flood must not fill the disk. */
const isPowerOfTen = (count: number) => /^10*$/.test(String(count));

export class Activity {
  readonly #sink: ActivitySink;
  readonly #now: () => Date;
  readonly #firstUses = new FirstUses();
  readonly #listeners = new Listeners<[ActivityEntry]>();
  /** The oldest first. */
  #entries: ActivityEntry[] = [];
  #nextId = 1;
  #lastRequestId: string | undefined;
  #isRestored = false;

  constructor(sink: ActivitySink, now: () => Date) {
    this.#sink = sink;
    this.#now = now;
  }

  /** Calls back for each new entry, and again with the same id when its count has grown. */
  onAdded(listener: (entry: ActivityEntry) => void): () => void {
    return this.#listeners.add(listener);
  }

  add(use: Use): ActivityEntry {
    this.#restoreOnce();
    const by = cutAndShown(use.requester);
    const entry = this.#repeated(use) ?? this.#fresh(use, by);
    this.#lastRequestId = use.requestId;
    if (entry.answer === 'allowed') this.#noteUse(use.key.fingerprint, by);
    if (isPowerOfTen(entry.count)) this.#sink.append(activityLine(entry));
    this.#listeners.tell(entry);
    return entry;
  }

  /** The latest first; `search` is looked for in everything that an entry says, without regard to case. */
  list(search = '', limit = maxEntries): readonly ActivityEntry[] {
    const sought = search.toLowerCase();
    this.#restoreOnce();
    this.#drop();
    return this.#entries
      .filter((entry) => sought === '' || searchableText(entry).includes(sought))
      .slice(-Math.max(limit, 1))
      .reverse();
  }

  /** JSON lines, the oldest first, each with its line end. */
  export(): string {
    this.#restoreOnce();
    this.#drop();
    return this.#entries.map((entry) => `${activityLine(entry)}\n`).join('');
  }

  #fresh({ key, answer, reason }: Use, by: Shown): ActivityEntry {
    const entry: ActivityEntry = {
      id: this.#nextId++,
      time: this.#now().toISOString(),
      key: cutKey(key),
      requester: by.requester,
      answer,
      reason: cut(reason),
      firstUseBy: this.#firstUseBy(key.fingerprint, by),
      count: 1,
    };
    this.#entries.push(entry);
    if (this.#entries.length > maxEntries + maxSurplus) this.#drop();
    return entry;
  }

  /** The latest entry counted up, where this is only more of the same "no". */
  #repeated({ requestId, answer, reason }: Use): ActivityEntry | undefined {
    const last = this.#entries.at(-1);
    if (last === undefined || requestId !== this.#lastRequestId) return undefined;
    if (answer === 'allowed' || last.answer !== answer || last.reason !== cut(reason)) return undefined;
    if (this.#now().getTime() - Date.parse(last.time) > timeLimits.sameEntryMs) return undefined;
    const entry = { ...last, count: last.count + 1 };
    this.#entries[this.#entries.length - 1] = entry;
    return entry;
  }

  #firstUseBy(keyFingerprint: string, { program, host }: Shown): ActivityEntry['firstUseBy'] {
    const isFirst = (kind: 'program' | 'host', who: string | undefined) =>
      who !== undefined && this.#firstUses.isFirst(keyFingerprint, kind, who);
    return [
      ...(isFirst('program', program) ? (['program'] as const) : []),
      ...(isFirst('host', host) ? (['host'] as const) : []),
    ];
  }

  #noteUse(keyFingerprint: string, { program, host }: Shown): void {
    if (program !== undefined) this.#firstUses.note(keyFingerprint, 'program', program);
    if (host !== undefined) this.#firstUses.note(keyFingerprint, 'host', host);
  }

  /**
   * What is stored is read when it is first of use: a start need not wait for it, and who only lists keys never pays for it.
   * SECURITY: before the first line of ours is written, so that none is read twice, and before the first use is judged to be
   * one, or gets its number.
   */
  #restoreOnce(): void {
    if (this.#isRestored) return;
    this.#isRestored = true;
    for (const line of this.#sink.load()) this.#restore(line);
    this.#drop();
  }

  #restore(line: string): void {
    const entry = readActivityLine(line);
    if (entry === undefined) return;
    if (entry.answer === 'allowed') this.#noteUse(entry.key.fingerprint, shown(entry.requester));
    // A count that had grown was stored again with the same id.
    if (this.#entries.at(-1)?.id === entry.id) this.#entries.pop();
    this.#nextId = Math.max(this.#nextId, entry.id + 1);
    this.#entries.push(entry);
  }

  /**
   * SECURITY: what is kept for whom is so also where many are dropped at once: until then all are there, and what is listed
   * never has more.
   */
  #drop(): void {
    this.#entries = keepLatest(this.#entries, maxEntries, ({ requester }) => isFromHere(requester));
  }
}
