// Key files on disk with their companions: the one place in main/keys that touches the file system.
import type { Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { foreignName } from '../../../text/foreign-text.ts';
import { commentText } from '../encoding/comment-text.ts';
import { equalBytes } from '../encoding/wire.ts';
import { certificateDateText, validityOf } from '../kinds/certificate-validity.ts';
import type { PublicKey } from '../kinds/shared/public-key.ts';
import { withPublicKey } from './known-public-key.ts';
import { countPrivateKeys, parseKeyFile, withoutByteOrderMark } from './parse-key-file.ts';
import { type PublicKeyLine, parsePublicKeyLine } from './public-key-line.ts';
import { READ_WITHOUT_WAITING } from './read-without-waiting.ts';
import type { KeyFile } from './shared/key-file.ts';
import { KeyFileError } from './shared/key-file-error.ts';

/** Several times the largest key; keeps a wrong choice (a disk image, /dev/zero) from being read. */
const maxFileBytes = 1024 * 1024;
/** In base64, more than a certificate that the agent would take in one message. */
const maxPublicFileBytes = 384 * 1024;

export interface LoadedKeyFile {
  readonly path: string;
  /** With the public half of `<path>.pub` where the format itself hides it. */
  readonly file: KeyFile;
  /** From the file, else from its `.pub`, else the file's name. */
  readonly comment: string;
  /** The same as bytes: as they stand there. */
  readonly rawComment: Uint8Array;
  /** The certificate in `<path>-cert.pub`, when there is one, it belongs to the key, and its time is not over. */
  readonly certificate?: PublicKey;
  /** Companion files that can't be used, and what else is worth knowing of the file: sentences for the person. */
  readonly warnings: readonly string[];
}

/**
 * Reads a private key file and its companions. Throws KeyFileError, or the system's error. `mayBePipe`: waits also for a
 * program that writes the key, as in a shell's `<(…)`. `now`: the time of day, by which certificates go.
 */
export async function loadKeyFile(
  path: string,
  { mayBePipe = false, now = new Date() }: { readonly mayBePipe?: boolean; readonly now?: Date } = {},
): Promise<LoadedKeyFile> {
  const warnings: string[] = [];
  const bytes = await readBounded(path, maxFileBytes, mayBePipe, (stats) => {
    if (isOpenToOthers(stats)) warnings.push(openToOthers(path, stats.mode));
  });
  const parsed = parseAndWipe(bytes, path, warnings);
  const companion = await readCompanion(`${path}.pub`, warnings);
  const file = withCompanion(parsed, companion, warnings, `${path}.pub`);
  const beside = await findCertificate(`${path}-cert.pub`, file.publicKey, warnings);
  const certificate = inItsTime(beside, `${path}-cert.pub`, now, warnings);
  const rawComment = rawOr(file, rawOr(companion, new TextEncoder().encode(basename(path))));
  return {
    path,
    file,
    comment: commentText(rawComment),
    rawComment,
    warnings,
    ...(certificate && { certificate }),
  };
}

/**
 * Reads a private key from a stream, to its end, without companions; `path` stands for it in what the person reads.
 * Throws KeyFileError, or the stream's error.
 */
export async function loadKeyStream(stream: AsyncIterable<Buffer>, path: string): Promise<LoadedKeyFile> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of stream) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > maxFileBytes) break;
    }
    const warnings: string[] = [];
    const file = parseAndWipe(length > maxFileBytes ? undefined : Buffer.concat(chunks), path, warnings);
    const rawComment = rawOr(file, new TextEncoder().encode(path));
    return { path, file, comment: commentText(rawComment), rawComment, warnings };
  } finally {
    for (const chunk of chunks) chunk.fill(0);
  }
}

/** Undefined stands for what was too long to be read. */
function parseAndWipe(bytes: Buffer | undefined, path: string, warnings: string[]): KeyFile {
  if (!bytes)
    throw new KeyFileError(
      'not-a-key-file',
      'This file is over 1 MiB, far too large for a private key. Choose a private key file.',
    );
  try {
    const file = parseKeyFile(bytes);
    if (countPrivateKeys(bytes) > 1)
      warnings.push(
        `${foreignName(path)} holds several private keys, of which the first is used. Save each in a file of its own.`,
      );
    return file;
  } finally {
    bytes.fill(0);
  }
}

/** As OpenSSH looks at it: the rights of a file of the person's own. Windows has no such bits. */
function isOpenToOthers({ mode, uid }: Stats): boolean {
  return process.platform !== 'win32' && uid === process.getuid?.() && (mode & 0o077) !== 0;
}

function openToOthers(path: string, mode: number): string {
  const rights = (mode & 0o777).toString(8).padStart(4, '0');
  return `${foreignName(path)} is open to other users of this machine (${rights}): they may have a copy of it. It is used all the same; “chmod 600” makes it yours alone.`;
}

/** The comment in the file, where there is one; else `other`. */
export function rawOr(file: Pick<KeyFile, 'rawComment'> | undefined, other: Uint8Array): Uint8Array {
  return file && file.rawComment.length > 0 ? file.rawComment : other;
}

function withCompanion(
  parsed: KeyFile,
  companion: PublicKeyLine | undefined,
  warnings: string[],
  path: string,
): KeyFile {
  if (!companion) return parsed;
  if (parsed.publicKey === undefined && parsed.kind === 'encrypted') {
    return withPublicKey(parsed, companion.publicKey.base);
  }
  if (parsed.publicKey && !equalBytes(companion.publicKey.base.blob, parsed.publicKey.base.blob)) {
    warnings.push(`${foreignName(path)} belongs to another key and was ignored.`);
  }
  return parsed;
}

async function findCertificate(
  path: string,
  publicKey: PublicKey | undefined,
  warnings: string[],
): Promise<PublicKey | undefined> {
  const line = await readCompanion(path, warnings);
  if (!line) return undefined;
  if (!line.publicKey.certificate) {
    warnings.push(`${foreignName(path)} is no certificate and was ignored.`);
    return undefined;
  }
  if (publicKey === undefined) {
    warnings.push(
      `${foreignName(path)} was ignored: without the public key file it can't be said which key it belongs to.`,
    );
    return undefined;
  }
  if (!equalBytes(line.publicKey.base.blob, publicKey.base.blob)) {
    warnings.push(`${foreignName(path)} belongs to another key and was ignored.`);
    return undefined;
  }
  return line.publicKey;
}

/** Of what never can log in nobody is told later: as ssh-add leaves it out. One whose time comes yet is added. */
function inItsTime(
  publicKey: PublicKey | undefined,
  path: string,
  now: Date,
  warnings: string[],
): PublicKey | undefined {
  const { certificate } = publicKey ?? {};
  if (!certificate) return undefined;
  const validity = validityOf(certificate, now);
  if (validity === 'valid') return publicKey;
  if (validity === 'not-yet') {
    const begin = certificateDateText(certificate.validAfter);
    warnings.push(`${foreignName(path)} is valid from ${begin} on; until then programs try it last.`);
    return publicKey;
  }
  const end = certificateDateText(certificate.validBefore);
  warnings.push(
    `${foreignName(path)} expired on ${end} and was left out. Get a new certificate where this one came from, and add the key again.`,
  );
  return undefined;
}

/** Undefined when there is none, or it can't be used, which is then a warning. */
async function readCompanion(path: string, warnings: string[]): Promise<PublicKeyLine | undefined> {
  try {
    const line = await readPublicKeyFile(path);
    if (!('problem' in line)) return line;
    warnings.push(`${foreignName(path)} ${line.problem} and was ignored.`);
  } catch (error) {
    const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!isAbsent) warnings.push(`${foreignName(path)} can't be read and was ignored.`);
  }
  return undefined;
}

/**
 * The key of a `.pub` file: of its first line that is neither empty nor a comment. What is wrong with it comes as the
 * rest of a sentence after its path. Throws the system's error.
 */
export async function readPublicKeyFile(path: string): Promise<PublicKeyLine | { problem: string }> {
  const bytes = await readBounded(path, maxPublicFileBytes);
  if (bytes === undefined) return { problem: 'is over 384 KiB, too long for a public key' };
  // A character a byte: the comment may be of any encoding.
  const text = withoutByteOrderMark(bytes).toString('latin1');
  const line = text.split(/\r\n?|\n/).find((each) => /^[ \t]*[^ \t#]/.test(each));
  try {
    return parsePublicKeyLine(Buffer.from(line ?? '', 'latin1'));
  } catch {
    return { problem: 'is damaged or of an unknown kind' };
  }
}

/** Undefined when the file has more than `maxBytes`. */
async function readBounded(
  path: string,
  maxBytes: number,
  mayBePipe = false,
  look?: (stats: Stats) => void,
): Promise<Buffer | undefined> {
  await using handle = await open(path, mayBePipe ? 'r' : READ_WITHOUT_WAITING);
  const stats = await handle.stat();
  look?.(stats);
  if (stats.isDirectory())
    throw new KeyFileError('not-a-key-file', 'This is a directory, not a file. Choose a private key file.');
  if (!mayBePipe && !stats.isFile())
    throw new KeyFileError(
      'not-a-key-file',
      'This is a pipe or a device, not a file. Choose a private key file.',
    );
  const buffer = Buffer.alloc(maxBytes + 1);
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  const contents = Buffer.from(buffer.subarray(0, length));
  buffer.fill(0);
  return length <= maxBytes ? contents : undefined;
}
