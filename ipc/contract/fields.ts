// The fields of inputs that several features have.
import * as v from 'valibot';
import { bounds } from './bounds.ts';

export const nothing = v.strictObject({});

/** Of a key that the agent holds: hex SHA-256 of the listed blob. */
export const keyId = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

/** Of what the main process has made and named itself. */
export const uuid = v.pipe(v.string(), v.uuid());

export const text = (maxCharacters: number) => v.pipe(v.string(), v.maxLength(maxCharacters));

export const wholeNumber = (min: number, max: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));

const bytes = (maxBytes: number) =>
  v.pipe(
    v.instance(Uint8Array),
    v.check((array) => array.length <= maxBytes),
  );

/** UTF-8; empty means no passphrase. The handler wipes it. */
export const passphrase = bytes(bounds.passphraseBytes);

/** Bounded here; whether it is one is said in a sentence. */
export const host = text(bounds.hostCharacters);

export const someHosts = v.pipe(v.array(host), v.minLength(1), v.maxLength(bounds.hosts));

/** Of a transport. */
export const doorName = v.pipe(text(64), v.regex(/^[a-z0-9-]+$/));

/** The person chooses a file in the system's own dialog. */
export const dialogSource = v.strictObject({ kind: v.literal('dialog') });

/** A file that was dropped or pasted, with its bytes. */
export const fileSource = v.strictObject({
  kind: v.literal('file'),
  name: text(bounds.fileNameCharacters),
  bytes: bytes(bounds.keyFileBytes),
});
