// The program that a process runs, since when, and which process has started it.
import { closeHandle, kernel32 } from '../libraries/kernel32.ts';
import { type Handle, wideText } from '../libraries/native-library.ts';
import { type BasicProcessFacts, ntdll } from '../libraries/ntdll.ts';
import { PROCESS_QUERY_LIMITED_INFORMATION } from '../libraries/win32-constants.ts';
import { processFileNames } from './process-file-names.ts';

const PROCESS_BASIC_INFORMATION = 0;
/** Longest path that the system gives (extended-length paths). */
const MAX_PATH_UNITS = 32_768;
/** 100-ns intervals between 1601, where FILETIME starts, and 1970. */
const FILETIME_OF_1970 = 116_444_736_000_000_000n;

export interface OpenedProcess {
  readonly executable?: string;
  /** Milliseconds since 1970. Tells a process from a later one that got its number. */
  readonly createdAtMs: number;
  /** The number the parent had when it started this process; it may belong to another one by now. */
  readonly parentPid?: number;
}

/** A process that is kept open: until `close` its number belongs to no other process. */
export interface HeldProcess extends OpenedProcess {
  close(): void;
}

/** Path, age and parent of a process, which is kept open; undefined when it has ended or is another user's. */
export function holdProcess(pid: number): HeldProcess | undefined {
  // SAFETY: a pid that does not exist gives null.
  const process = kernel32().OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, 0, pid);
  if (process === null) return undefined;
  const createdAtMs = creationTime(process);
  if (createdAtMs === undefined) {
    closeHandle(process);
    return undefined;
  }
  const executable = imagePath(process);
  const parentPid = parentOf(process);
  return {
    createdAtMs,
    ...(executable !== undefined && { executable }),
    ...(parentPid !== undefined && { parentPid }),
    close: () => closeHandle(process),
  };
}

/** Path, age and parent of a process; undefined when it has ended or is another user's. */
export function inspectProcess(pid: number): OpenedProcess | undefined {
  const held = holdProcess(pid);
  held?.close();
  return held;
}

/** The full path; for processes of other users, which don't tell, the file name. */
export function executableOf(pid: number): string | undefined {
  return inspectProcess(pid)?.executable ?? processFileNames().get(pid);
}

function creationTime(process: Handle): number | undefined {
  const creation = new BigUint64Array(1);
  const unused = [new BigUint64Array(1), new BigUint64Array(1), new BigUint64Array(1)] as const;
  // SAFETY: four FILETIMEs of 64 bits each are written.
  if (!kernel32().GetProcessTimes(process, creation, ...unused)) return undefined;
  return Number(((creation[0] as bigint) - FILETIME_OF_1970) / 10_000n);
}

function imagePath(process: Handle): string | undefined {
  const path = new Uint16Array(MAX_PATH_UNITS);
  const size = [path.length];
  // SAFETY: at most path.length units are written; size then has their number.
  if (!kernel32().QueryFullProcessImageNameW(process, 0, path, size)) return undefined;
  return wideText(path, size[0] ?? 0);
}

/** A snapshot of all processes, the documented way, takes milliseconds, and a request has none to lose. */
function parentOf(process: Handle): number | undefined {
  const facts: BasicProcessFacts = {};
  const { processFactsBytes, NtQueryInformationProcess } = ntdll();
  // SAFETY: the size given is the structure's own; the caller holds the handle open.
  const status = NtQueryInformationProcess(
    process,
    PROCESS_BASIC_INFORMATION,
    facts,
    processFactsBytes,
    null,
  );
  return status === 0 ? facts.InheritedFromUniqueProcessId : undefined;
}
