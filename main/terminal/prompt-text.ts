// What a person reads in a prompt: which key, who asks, and how far each fact can be trusted.

import { foreignName, foreignText, insideQuotes } from '../../text/foreign-text.ts';
import { notAskedAgain } from '../../text/prompt-words.ts';
import { fileNote, type Program } from '../agent/facts/program.ts';
import type { Requester } from '../agent/facts/requester.ts';
import type {
  ConfirmRequest,
  KeepUnlocked,
  KeyIdentity,
  PassphraseRequest,
  WaitingSignature,
} from '../agent/ports/approver.ts';
import { keyUseLines, relayedLines } from './key-use-text.ts';

// Bounds, in characters, for text that others chose: a prompt must fit a small window and an argument list.
const maxComment = 100;
const maxPath = 120;
const maxRequesters = 4;
const maxParents = 4;

/** `program (process 12)`, as far as it is known. */
function processName(process: { readonly pid?: number | undefined } & Program): string {
  const name = process.executable
    ? `${foreignName(process.executable, maxPath)}${fileNote(process)}`
    : 'an unknown program';
  return process.pid === undefined ? name : `${name} (process ${process.pid})`;
}

/** Only what is shown is put into words: what a client can make long must not cost time. */
function listUpTo<T>(max: number, items: readonly T[], inWords: (item: T) => string): string {
  const more = items.length - max;
  return items.slice(0, max).map(inWords).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** The lines on one requester. */
function requesterLines(requester: Requester): string[] {
  const { process: facts } = requester;
  const who = processName({ ...facts, pid: requester.pid ?? facts?.pid });
  const lines = [...relayedLines(requester), `Asked by (observed): ${who} through ${requester.transport}`];
  if (facts && facts.parents.length > 0)
    lines.push(`Started by (observed): ${listUpTo(maxParents, facts.parents, processName)}`);
  return [...lines, ...keyUseLines(requester)];
}

function requestersText(requesters: readonly Requester[]): string[] {
  const lines = requesters.slice(0, maxRequesters).flatMap(requesterLines);
  if (requesters.length > maxRequesters)
    lines.push(`… and ${requesters.length - maxRequesters} more requests wait.`);
  return lines;
}

/** The key by comment (somebody's words) and fingerprint (a fact). */
function keyLines(key: KeyIdentity): string[] {
  const comment = insideQuotes(key.comment, maxComment);
  return [
    `Key: ${foreignName(key.algorithm, maxComment)} ${foreignText(key.fingerprint, maxComment)}`,
    comment ? `Named (claimed): "${comment}"` : 'Named: no comment',
  ];
}

function reasonLines(reason: ConfirmRequest['reason']): string[] {
  if (reason.kind === 'use-key')
    return ['Sallyport: allow the use of this key?', foreignText(reason.because, maxPath)];
  return [
    'Sallyport: spend this much on decrypting this key?',
    `The key file asks for ${foreignText(reason.cost, maxPath)}.`,
    'A file from somebody else may ask for this to keep the machine busy.',
  ];
}

const notAskedAgainFor = ([first]: readonly Requester[]) =>
  notAskedAgain(first?.purpose.kind === 'ssh-login');

/** The question before a key that needs consent signs, or before a costly decryption. */
export function confirmText(
  request: Pick<ConfirmRequest, 'reason' | 'key' | 'requesters' | 'usualRemember'>,
): string {
  const requesters = request.requesters();
  return [
    ...reasonLines(request.reason),
    ...keyLines(request.key),
    ...requestersText(requesters),
    ...(requesters.length > 1 ? [`The answer decides ${requesters.length} requests of this kind.`] : []),
    ...(request.usualRemember === undefined ? [] : [`If you say yes, ${notAskedAgainFor(requesters)}.`]),
  ].join('\n');
}

/** What is not asked beside, as the secret says it. */
function alsoAllowedLines(
  allowed: 'this-use' | 'until-locked' | undefined,
  requesters: readonly Requester[],
  keep: KeepUnlocked,
): string[] {
  if (allowed === undefined) return [];
  const lasts = allowed === 'until-locked' && keep.kind !== 'once';
  return [
    `Unlocking allows this use${requesters.length > 1 ? ', the first one' : ''}${lasts ? `; ${notAskedAgainFor(requesters)}` : ''}.`,
  ];
}

/** The question for the passphrase of a key kept encrypted, or for the PIN of the place where it lives. */
export function passphraseText(
  request: Pick<PassphraseRequest, 'key' | 'problem' | 'pinOf' | 'isForOneUse' | 'requesters' | 'alsoAllows'>,
  keep: KeepUnlocked = { kind: 'until-locked' },
): string {
  const { pinOf, isForOneUse } = request;
  const requesters = request.requesters();
  return [
    ...(request.problem ? [foreignText(request.problem, 2 * maxPath)] : []),
    pinOf === undefined
      ? 'Sallyport: a key kept encrypted is needed.'
      : isForOneUse
        ? 'Sallyport: the PIN of your security key is needed, for this one use of a key.'
        : `Sallyport: the PIN of ${foreignName(pinOf, maxComment)} is needed.`,
    ...keyLines(request.key),
    ...requestersText(requesters),
    ...alsoAllowedLines(request.alsoAllows?.(), requesters, keep),
    pinOf === undefined ? 'Passphrase:' : 'PIN:',
  ].join('\n');
}

/** What is to be done so that a signature is made, which was allowed before. */
export function waitingText({ key, livesIn, requester, waitsFor }: Omit<WaitingSignature, 'id'>): string {
  return [
    waitsFor === 'touch'
      ? 'Sallyport: touch your security key.'
      : 'Sallyport: answer the window of the system.',
    ...keyLines(key),
    ...(livesIn === undefined ? [] : [`Lives in: ${foreignName(livesIn, maxComment)}`]),
    ...requesterLines(requester),
  ].join('\n');
}

export interface KeyFileQuestion {
  readonly path: string;
  readonly comment: string;
  /** Undefined when the file hides its public half. */
  readonly fingerprint?: string | undefined;
  /** Why the last attempt failed. */
  readonly problem?: string | undefined;
}

/** The question for the passphrase of a file that the person adds right now. */
export function keyFileText(question: KeyFileQuestion): string {
  const comment = insideQuotes(question.comment, maxComment);
  return [
    ...(question.problem ? [foreignText(question.problem, 2 * maxPath)] : []),
    `Key file: ${foreignName(question.path, maxPath)}`,
    ...(question.fingerprint ? [`Key: ${question.fingerprint}`] : []),
    ...(comment ? [`Named (claimed): "${comment}"`] : []),
    'Passphrase:',
  ].join('\n');
}

/** The question before a file with an unusually costly key derivation is decrypted. */
export function costText(path: string, cost: string): string {
  return [
    `Key file: ${foreignName(path, maxPath)}`,
    `Decrypting it takes ${foreignText(cost, maxPath)}.`,
    'A file from somebody else may ask for this to keep the machine busy. Go on?',
  ].join('\n');
}
