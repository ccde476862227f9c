// The list of the stored keys, index.json: for each identity and file one entry.
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { limits } from '../agent/limits/limits.ts';
import { JsonFileError, parseJsonFile } from './parse-json-file.ts';

/** One identity to come back at the next start, with one file; several files of it stand one after another. */
export interface StoredKey {
  /** The listed public key or certificate. */
  readonly publicBlob: Uint8Array;
  /** As clients get it. */
  readonly comment: Uint8Array;
  /** `constraint`: a client asked for the confirmation; `personal`: the person did. */
  readonly confirm: 'no' | 'personal' | 'constraint';
  /** The hosts that the key may go to, as a client asks for them of an agent; left out: all. */
  readonly destinations?: Uint8Array;
  /** The encrypted key file, whole. */
  readonly file: Uint8Array;
}

export const indexName = 'index.json';
export const emptyIndex = '{"version":1,"keys":[]}';
export const fileNamePattern = /^[0-9a-f]{64}\.key$/;
const base64 = v.pipe(v.string(), v.maxLength(512 * 1024), v.regex(/^[A-Za-z0-9+/]+={0,2}$/));
const entrySchema = v.strictObject({
  publicBlob: base64,
  comment: v.union([v.pipe(v.string(), v.maxLength(16 * 1024)), v.strictObject({ base64 })]),
  confirm: v.picklist(['no', 'personal', 'constraint']),
  // SECURITY: a version that does not know it reads no entry that has it, and so never one without its limits.
  destinations: v.optional(base64),
  file: v.pipe(v.string(), v.regex(fileNamePattern)),
});
export type IndexEntry = v.InferOutput<typeof entrySchema>;
const indexSchema = v.strictObject({ version: v.literal(1), keys: v.array(v.unknown()) });

export const nameOf = (file: Uint8Array) => `${createHash('sha256').update(file).digest('hex')}.key`;

/** The hash in such a name. */
export const hashOf = (name: string) => name.slice(0, 64);

/** Text where a person could read it. A long comment is none: as JSON it would take the event loop many times longer. */
function writtenComment(comment: Uint8Array): IndexEntry['comment'] {
  const bytes = Buffer.from(comment);
  return isUtf8(bytes) && bytes.length <= limits.shortCommentBytes
    ? bytes.toString('utf8')
    : { base64: bytes.toString('base64') };
}

export const commentOf = ({ comment }: IndexEntry): Uint8Array =>
  Uint8Array.from(typeof comment === 'string' ? Buffer.from(comment) : Buffer.from(comment.base64, 'base64'));

export const entryOf = ({ publicBlob, comment, confirm, destinations, file }: StoredKey): IndexEntry => ({
  publicBlob: Buffer.from(publicBlob).toString('base64'),
  comment: writtenComment(comment),
  confirm,
  ...(destinations && { destinations: Buffer.from(destinations).toString('base64') }),
  file: nameOf(file),
});

export interface KeyIndex {
  readonly entries: readonly IndexEntry[];
  /** How many entries could not be read: each costs only itself. */
  readonly unreadCount: number;
}

/** The index, or a sentence about what is the matter with it. */
export function readIndex(text: string): KeyIndex | string {
  try {
    const index = v.safeParse(indexSchema, parseJsonFile(text));
    if (!index.success)
      return 'The list of stored keys is damaged or was written by a newer version of Sallyport.';
    const { keys } = index.output;
    const entries = keys.filter((entry) => v.is(entrySchema, entry));
    return { entries, unreadCount: keys.length - entries.length };
  } catch (error: unknown) {
    if (!(error instanceof JsonFileError)) throw error;
    return `The list of stored keys, ${indexName}, is damaged at ${error.message}.`;
  }
}

export const writeIndex = (keys: readonly IndexEntry[]) =>
  `${JSON.stringify({ version: 1, keys }, null, 2)}\n`;
