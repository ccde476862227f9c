// One listed key in the words of ssh-keygen -l, and as JSON.

import { foreignName, foreignText, insideQuotes } from '../../../../text/foreign-text.ts';
import type { KeyPlace } from '../../../agent/extensions/key-places-extension.ts';
import type { ListedKey } from '../../../client/agent-replies.ts';
import { MalformedMessageError, WireReader } from '../../../keys/encoding/wire.ts';
import {
  certificateDate,
  certificateDateText,
  validityOf,
} from '../../../keys/kinds/certificate-validity.ts';
import { parsePublicKey } from '../../../keys/kinds/parse-public-key.ts';
import { md5Fingerprint } from '../../../keys/kinds/shared/fingerprint.ts';
import { keyTypes } from '../../../keys/kinds/shared/key-types.ts';
import type { Certificate, PublicKey } from '../../../keys/kinds/shared/public-key.ts';
import { fingerprintOf } from './few-fingerprints.ts';

const maxCommentCharacters = 200;
const maxTitleCharacters = 60;
/** From when on the end of a certificate is told. */
const soonMs = 3 * 24 * 3_600_000;

/** What is known of a key from its blob; agents may hold kinds that we can't parse (FIDO keys, say). */
export interface KeyDescription {
  readonly algorithm: string;
  readonly type: string;
  readonly bits: number | undefined;
  /** Of the plain key: ssh-keygen and ssh-add print it for certificates, too. */
  readonly fingerprint: string;
  readonly publicKey: PublicKey | undefined;
  md5(): string;
}

function algorithmOf(blob: Uint8Array): string {
  try {
    return new WireReader(blob).readText();
  } catch (error: unknown) {
    if (error instanceof MalformedMessageError) return 'unknown';
    throw error;
  }
}

function parseOrUndefined(blob: Uint8Array): PublicKey | undefined {
  try {
    return parsePublicKey(blob);
  } catch {
    return undefined;
  }
}

/** Never throws: a blob that makes no sense has the algorithm `unknown`. */
export function describeBlob(blob: Uint8Array): KeyDescription {
  const publicKey = parseOrUndefined(blob);
  const plainBlob = publicKey?.base.blob ?? blob;
  const type = publicKey ? keyTypes[publicKey.type].keygenName : 'UNKNOWN';
  return {
    algorithm: publicKey?.algorithm ?? algorithmOf(blob),
    type: publicKey?.certificate ? `${type}-CERT` : type,
    bits: publicKey?.bits,
    fingerprint: fingerprintOf(plainBlob),
    publicKey,
    md5: () => md5Fingerprint(plainBlob),
  };
}

/** Of a certificate whose time is over nothing else matters, or soon will be. */
function timeMarks({ certificate }: PublicKey, now: Date): string[] {
  if (!certificate) return [];
  const { validAfter, validBefore } = certificate;
  const validity = validityOf(certificate, now);
  if (validity === 'expired') return [`expired ${certificateDateText(validBefore)}`];
  if (validity === 'not-yet') return [`valid from ${certificateDateText(validAfter)}`];
  const end = certificateDate(validBefore);
  return end && end.getTime() - now.getTime() < soonMs ? [`expires ${certificateDateText(validBefore)}`] : [];
}

/** A title that could pass for a mark of ours is in quotation marks. */
const placeMark = (place: KeyPlace | undefined) =>
  place === undefined ? 'elsewhere' : `in ${foreignName(place.title, maxTitleCharacters)}`;

function marks(
  key: ListedKey,
  place: KeyPlace | undefined,
  publicKey: PublicKey | undefined,
  now: Date,
): string[] {
  return [
    ...(publicKey ? timeMarks(publicKey, now) : []),
    ...(key.keptAs === 'encrypted' ? ['encrypted'] : []),
    ...(key.keptAs === 're-encryptable' ? ['re-encryptable'] : []),
    ...(key.keptAs === 'elsewhere' ? [placeMark(place)] : []),
    ...(key.confirm ? ['confirm'] : []),
    ...(key.restrictedToDestinations ? ['restricted'] : []),
    ...(key.secondsLeft ? [`${key.secondsLeft} s left`] : []),
  ];
}

/** As ssh-keygen prints it, but in quotation marks where it could pass for one of the marks after it. */
export function commentInList(comment: string): string {
  if (comment === '') return 'no comment';
  if (/[()"]|^\s|\s$/.test(comment)) return `"${insideQuotes(comment, maxCommentCharacters)}"`;
  return foreignText(comment, maxCommentCharacters);
}

/** `256 SHA256:… comment (ED25519) (encrypted) (confirm) (60 s left)`; `now` is the time of day. */
export function describeListedKey(key: ListedKey, place?: KeyPlace, now = new Date()): string {
  const { algorithm, bits, fingerprint, publicKey, type } = describeBlob(key.blob);
  const shownType = publicKey ? type : foreignName(algorithm, maxCommentCharacters);
  const comment = commentInList(key.comment);
  const parts = [
    `${bits ?? '?'} ${fingerprint} ${comment} (${shownType})`,
    ...marks(key, place, publicKey, now).map((mark) => `(${mark})`),
  ];
  return parts.join(' ');
}

/** Of a plain key all is null. */
function validityToJson(certificate: Certificate | undefined, now: Date): Record<string, unknown> {
  if (!certificate) return { validity: null, validFrom: null, validUntil: null };
  return {
    validity: validityOf(certificate, now),
    validFrom: certificateDate(certificate.validAfter)?.toISOString() ?? null,
    validUntil: certificateDate(certificate.validBefore)?.toISOString() ?? null,
  };
}

/** One element of `sallyport list --json`; its members are documented in the verb's help. */
export function listedKeyToJson(key: ListedKey, place?: KeyPlace, now = new Date()): Record<string, unknown> {
  const { algorithm, bits, fingerprint, md5, publicKey, type } = describeBlob(key.blob);
  return {
    fingerprint,
    md5: md5(),
    type,
    algorithm,
    bits: bits ?? null,
    comment: key.comment,
    certificate: publicKey ? publicKey.certificate !== undefined : null,
    ...validityToJson(publicKey?.certificate, now),
    publicKey: Buffer.from(key.blob).toString('base64'),
    keptAs: key.keptAs ?? null,
    place: place ?? null,
    confirm: key.confirm ?? null,
    restrictedToDestinations: key.restrictedToDestinations ?? null,
    secondsLeft: key.secondsLeft || null,
  };
}
