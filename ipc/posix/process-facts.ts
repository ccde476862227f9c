// What Linux tells about a process, for the person who is asked: observed, and no boundary. A process may
// have ended, be another user's or lie about its name; then less is known, and nothing fails.
import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { readTcpConnections } from './tcp-table.ts';

export interface ProcessFacts {
  readonly pid: number;
  readonly executable?: string;
  readonly parents: readonly { readonly pid: number; readonly executable?: string }[];
  readonly connections: readonly { readonly address: string; readonly port: number }[];
}

const MAX_PARENTS = 16;
const MAX_DESCRIPTORS = 4096;
const SSH_PORT = 22;
/** Programs all of whose connections are worth showing: their servers may listen on any port. */
const SSH_PROGRAMS = new Set([
  'ssh',
  'sshd',
  'sshd-session',
  'plink',
  'putty',
  'pscp',
  'psftp',
  'autossh',
  'dropbear',
  'dbclient',
  'mosh',
]);

/**
 * Executable, parents and SSH connections of a process. The parents end with the first that leads a
 * session: the shell of a terminal. Resolves to undefined when there is no such process (any more), or
 * not on Linux. Never rejects.
 */
export async function describeProcess(pid: number): Promise<ProcessFacts | undefined> {
  if (process.platform !== 'linux') return undefined;
  const self = await readStat(pid);
  if (!self) return undefined;
  const executable = await readExecutable(pid);
  const [parents, connections] = await Promise.all([readParents(self), readSshConnections(pid, executable)]);
  return { pid, ...(executable !== undefined && { executable }), parents, connections };
}

interface Stat {
  readonly pid: number;
  readonly parentPid: number;
  readonly leadsSession: boolean;
}

/** proc(5): `pid (comm) state ppid pgrp session …`; comm is the program's choice and may hold `) `. */
async function readStat(pid: number): Promise<Stat | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined);
  if (text === undefined) return undefined;
  const [, parentPid, , session] = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  if (parentPid === undefined || Number.isNaN(parentPid)) return undefined;
  return { pid, parentPid, leadsSession: session === pid };
}

async function readExecutable(pid: number): Promise<string | undefined> {
  const target = await readlink(`/proc/${pid}/exe`).catch(() => undefined);
  // The kernel's mark for a file that was replaced, by an update for example.
  return target?.replace(/ \(deleted\)$/, '');
}

async function readParents(self: Stat): Promise<ProcessFacts['parents']> {
  const parents: { pid: number; executable?: string }[] = [];
  let child = self;
  // Process 1 starts everything and says nothing.
  while ((child === self || !child.leadsSession) && child.parentPid > 1 && parents.length < MAX_PARENTS) {
    const pid = child.parentPid;
    const [stat, executable] = await Promise.all([readStat(pid), readExecutable(pid)]);
    if (!stat) break;
    parents.push({ pid, ...(executable !== undefined && { executable }) });
    child = stat;
  }
  return parents;
}

async function readSshConnections(
  pid: number,
  executable: string | undefined,
): Promise<ProcessFacts['connections']> {
  const inodes = await readSocketInodes(pid);
  if (inodes.size === 0) return [];
  const anyPort = executable !== undefined && SSH_PROGRAMS.has(basename(executable));
  const connections = (await readTcpConnections(pid)).filter(
    ({ inode, remote }) => inodes.has(inode) && (anyPort || remote.port === SSH_PORT),
  );
  return connections.map(({ remote }) => remote);
}

/** Inodes of the sockets that the process has open; empty when we may not look. */
export async function readSocketInodes(pid: number): Promise<Set<number>> {
  const names = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const targets = await Promise.all(
    names.slice(0, MAX_DESCRIPTORS).map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => '')),
  );
  return new Set(targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []).map(Number));
}
