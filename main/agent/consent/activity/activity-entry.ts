// One answered request for a key, as it is shown and stored: plain data, without secrets, of bounded size.
import * as v from 'valibot';
import { cut as cutText, printableJson } from '../../../../text/foreign-text.ts';
import { BoundedMap } from '../../../basics/bounded-map.ts';
import type { ProcessFacts } from '../../facts/peer.ts';
import type { Program } from '../../facts/program.ts';
import type { Requester } from '../../facts/requester.ts';
import type { KeyIdentity } from '../../ports/approver.ts';
import type { RefusalAnswer } from '../../protocol/errors.ts';

export type ActivityAnswer =
  | 'allowed'
  | RefusalAnswer
  /** Refused or failed for another reason. */
  | 'failed';

export interface ActivityEntry {
  /** Counts up, also over restarts as far as entries were kept. */
  readonly id: number;
  /** ISO 8601. */
  readonly time: string;
  readonly key: KeyIdentity;
  readonly requester: Requester;
  readonly answer: ActivityAnswer;
  /** Why, as a sentence. */
  readonly reason: string;
  /** What never used this key before, as far as can be told: this program, this host. */
  readonly firstUseBy: readonly ('program' | 'host')[];
  /** How many requests of this kind in a row got this answer, at least 1. */
  readonly count: number;
}

const maxTextLength = 300;
const maxParents = 8;

/** Text of others, cut to what is worth keeping. */
export const cut = (text: string) => cutText(text, maxTextLength);

/** Which file it was exactly is of no use once it may be gone. */
function cutProgram({ executable, otherFile }: Program): Program {
  return {
    ...(executable !== undefined && { executable: cut(executable) }),
    ...(otherFile && { otherFile }),
  };
}

function cutProcess({ parents, connections, ...self }: ProcessFacts): ProcessFacts {
  return {
    pid: self.pid,
    ...cutProgram(self),
    parents: parents.slice(0, maxParents).map((parent) => ({ pid: parent.pid, ...cutProgram(parent) })),
    connections: connections.slice(0, maxParents),
  };
}

/** The key with its comment cut. */
export function cutKey(key: KeyIdentity): KeyIdentity {
  const comment = cut(key.comment);
  return comment === key.comment ? key : { ...key, comment };
}

/** The requester with every text of others cut, and without what is not for keeping. */
export function cutRequester({ over: _, ...requester }: Requester): Requester {
  const { purpose, process, relayed } = requester;
  return {
    ...requester,
    purpose:
      purpose.kind === 'ssh-login'
        ? { ...purpose, user: cut(purpose.user) }
        : purpose.kind === 'sshsig'
          ? { ...purpose, namespace: cut(purpose.namespace), hashAlgorithm: cut(purpose.hashAlgorithm) }
          : purpose,
    ...(process && { process: cutProcess(process) }),
    ...(relayed && { relayed: { ...relayed, executable: cut(relayed.executable) } }),
  };
}

const text = v.pipe(v.string(), v.maxLength(1024));
const number = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const nameSchema = v.object({
  names: v.array(text),
  source: v.picklist(['known_hosts', 'putty']),
  isRevoked: v.boolean(),
});
const hostSchema = v.object({
  fingerprint: text,
  algorithm: text,
  name: v.exactOptional(nameSchema),
  isAnnounced: v.exactOptional(v.literal(true)),
  isWeak: v.exactOptional(v.literal(true)),
  isHearsay: v.exactOptional(v.literal(true)),
});
const programSchema = {
  executable: v.exactOptional(text),
  otherFile: v.exactOptional(v.picklist(['other-mount-namespace', 'replaced'])),
};
const processSchema = v.object({
  pid: number,
  ...programSchema,
  parents: v.array(v.object({ pid: number, ...programSchema })),
  connections: v.array(v.object({ address: text, port: number })),
});
const requesterSchema = v.object({
  transport: text,
  pid: v.exactOptional(number),
  process: v.exactOptional(processSchema),
  relayed: v.exactOptional(
    v.object({ place: text, executable: text, user: text, pid: number, byOwnRelay: v.boolean() }),
  ),
  purpose: v.variant('kind', [
    v.object({ kind: v.literal('ssh-login'), user: text, service: text }),
    v.object({ kind: v.literal('sshsig'), namespace: text, hashAlgorithm: text }),
    v.object({ kind: v.literal('unknown') }),
  ]),
  forwarded: v.boolean(),
  path: v.array(hostSchema),
  destination: v.exactOptional(
    v.variant('trust', [
      v.object({
        trust: v.picklist(['verified', 'claimed']),
        basis: v.picklist(['session-bind', 'signed-data']),
        host: hostSchema,
      }),
      v.object({
        trust: v.literal('observed'),
        address: text,
        port: number,
        name: v.exactOptional(nameSchema),
      }),
    ]),
  ),
  problem: v.exactOptional(v.picklist(['bind-refused', 'may-be-forwarded', 'other-session', 'other-host'])),
});
const entrySchema = v.object({
  id: number,
  time: v.pipe(v.string(), v.isoTimestamp()),
  key: v.object({ comment: text, fingerprint: text, algorithm: text }),
  requester: requesterSchema,
  answer: v.picklist(['allowed', 'denied', 'missed', 'suppressed', 'failed']),
  reason: text,
  firstUseBy: v.array(v.picklist(['program', 'host'])),
  count: number,
});

/** One stored line; undefined for one that is not an entry of ours. */
export function readActivityLine(line: string): ActivityEntry | undefined {
  try {
    const entry = v.safeParse(entrySchema, JSON.parse(line));
    return entry.success ? entry.output : undefined;
  } catch {
    return undefined;
  }
}

/** Entries of one connection share who has asked, and those of a key the key: as many of the latest need no second look. */
const written = new BoundedMap<object, string>(128);

function partOfLine(part: object): string {
  const known = written.get(part);
  if (known !== undefined) return known;
  const json = printableJson(part);
  written.set(part, json);
  return json;
}

/** The line that `readActivityLine` reads, without its line end. */
export function activityLine({ key, requester, ...rest }: ActivityEntry): string {
  const others = printableJson(rest).slice(0, -1);
  return `${others},"key":${partOfLine(key)},"requester":${partOfLine(requester)}}`;
}
