// The private key files that the person has already, found where they lie and where other programs name them.
import { win32 } from 'node:path';
import type { FileOrigin } from '../../ipc/contract/get-started.ts';
import { foreignName } from '../../text/foreign-text.ts';
import { withinLimit } from '../basics/waiting.ts';
import { type KeyFileFacts, type KeyFileLook, lookAtKeyFile } from './files/look-at-key-file.ts';
import { keysOfFilezillaSites } from './sources/filezilla-sites.ts';
import { lookForKeeagent } from './sources/keeagent.ts';
import { keysOfPageantStart } from './sources/pageant-start.ts';
import { keysOfPuttySessions } from './sources/putty-sessions.ts';
import type { NamedFile, Profile, SourceReport } from './sources/source.ts';
import { keysInSshFolder } from './sources/ssh-folder.ts';
import { keysOfWinscpSessions } from './sources/winscp-sessions.ts';

const sources: readonly (readonly [title: string, find: (profile: Profile) => Promise<SourceReport>])[] = [
  ['Your folder .ssh', keysInSshFolder],
  ['PuTTY’s saved sessions', keysOfPuttySessions],
  ['WinSCP’s saved sessions', keysOfWinscpSessions],
  ['What starts Pageant', keysOfPageantStart],
  ['FileZilla’s sites', keysOfFilezillaSites],
  ['KeePass’ settings', lookForKeeagent],
];

/** More than anybody looks through. */
const maxFiles = 200;
/** Where one takes longer, its disk does not answer. */
const lookLimitMs = 3000;
/** Of all. Nobody waits longer for what a disk tells slowly. */
const searchLimitMs = 60_000;
const maxSilent = 2;

export interface FoundKeyFile {
  readonly path: string;
  readonly origins: readonly FileOrigin[];
  /** What it holds; left out where `problem` says why it can't be used, as the rest of a sentence about it. */
  readonly facts?: KeyFileFacts;
  readonly problem?: string;
}

export interface FoundKeyFiles {
  readonly files: readonly FoundKeyFile[];
  /** Sentences for the person about what could not be looked at. */
  readonly notes: readonly string[];
}

/** Looks that have not ended in time, also of searches before. */
let silent = 0;

/**
 * As `look` ends, or `tooLate` where that takes longer. SECURITY: a disk that does not answer keeps a thread for each look,
 * and the process has four, by which it signs as well; so no further one begins while two are kept, by whatever search.
 */
async function patiently<T>(look: () => Promise<T>, limitMs: number, tooLate: () => T): Promise<T> {
  if (silent >= maxSilent) return tooLate();
  const work = look();
  return await withinLimit(work, limitMs, () => {
    silent++;
    const ended = () => {
      silent--;
    };
    work.then(ended, ended);
    return tooLate();
  });
}

async function asked([title, find]: (typeof sources)[number], profile: Profile): Promise<SourceReport> {
  const left = { files: [], notes: [`${title} did not answer in time, and were left out.`] };
  try {
    return await patiently(
      () => find(profile),
      3 * lookLimitMs,
      () => left,
    );
  } catch {
    return { files: [], notes: [`${title} can’t be read, and were left out.`] };
  }
}

/** Each file once, by whoever names it. */
function once(named: readonly NamedFile[], platform: NodeJS.Platform): Map<string, NamedFile[]> {
  const byPath = new Map<string, NamedFile[]>();
  for (const file of named) {
    const key = platform === 'win32' ? win32.normalize(file.path).toLowerCase() : file.path;
    byPath.set(key, [...(byPath.get(key) ?? []), file]);
  }
  return byPath;
}

const certificateNote = (certificate: string) =>
  `It is used with the certificate ${foreignName(certificate)}, which Sallyport takes only from a file beside the key whose name ends in “-cert.pub”.`;

function withCertificates(facts: KeyFileFacts, all: readonly NamedFile[]): KeyFileFacts {
  const certificates = new Set(all.flatMap(({ certificate }) => certificate ?? []));
  return facts.hasCertificate
    ? facts
    : { ...facts, warnings: [...facts.warnings, ...[...certificates].slice(0, 2).map(certificateNote)] };
}

/**
 * Reads no more of each file than it must, and keeps nothing of it. Never rejects. `look` is another for tests, as a disk
 * that does not answer can't be had there.
 */
export async function findKeyFiles(profile: Profile, look = lookAtKeyFile): Promise<FoundKeyFiles> {
  const now = new Date();
  const end = performance.now() + searchLimitMs;
  const reports = [];
  for (const source of sources) reports.push(await asked(source, profile));
  const notes = reports.flatMap((report) => report.notes);
  const files: FoundKeyFile[] = [];
  for (const all of once(
    reports.flatMap((report) => report.files),
    profile.platform,
  ).values()) {
    const [{ path, source }] = all as [NamedFile];
    const isSilent = silent >= maxSilent || performance.now() > end;
    if (files.length >= maxFiles || isSilent) {
      notes.push(
        isSilent
          ? 'Some disks did not answer in time, so not all files were looked at.'
          : `There are more than ${maxFiles} files; the rest are not shown.`,
      );
      break;
    }
    const seen = await patiently<KeyFileLook | undefined>(
      () => look(path, now),
      lookLimitMs,
      () => undefined,
    );
    // What lies in .ssh and is no key is nobody's business; what a program calls a key is.
    if (seen?.kind === 'no-key' && source === 'ssh-folder') continue;
    const origins = all
      .slice(0, 5)
      .map(({ source: from, name }) => ({ source: from, ...(name && { name }) }));
    files.push({ path, origins, ...outcomeOf(seen, all) });
  }
  return { files, notes };
}

function outcomeOf(
  look: KeyFileLook | undefined,
  all: readonly NamedFile[],
): Pick<FoundKeyFile, 'facts' | 'problem'> {
  switch (look?.kind) {
    case undefined:
      return { problem: 'did not answer in time' };
    case 'no-key':
      return { problem: 'is no private key file' };
    case 'problem':
      return { problem: look.reason };
    case 'key':
      return { facts: withCertificates(look, all) };
  }
}
