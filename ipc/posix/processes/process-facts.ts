// What Linux tells about a process, for the person who is asked: observed, and no boundary. A process may
// have ended, be another user's or lie about its name; then less is known, and nothing fails.
import { closeSync } from 'node:fs';
import { basename } from 'node:path';
import { ExecutableFile, type Program, programAtAGlance } from './executable-file.ts';
import { openForNaming, readProcFile } from './proc-files.ts';
import { readSocketInodes } from './process-sockets.ts';
import { SharedReads } from './shared-read.ts';
import { tcpConnectionsOf } from './socket-diag.ts';

export interface ProcessFacts extends Program {
  readonly pid: number;
  readonly parents: readonly ({ readonly pid: number } & Program)[];
  readonly connections: readonly { readonly address: string; readonly port: number }[];
}

const MAX_PARENTS = 16;
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

/** What the system gave us of a process, by which no other is meant ever (on Linux a pidfd). */
export interface HeldProcess {
  /** False when it runs no more, and its number may be another one's; also when the system does not say. */
  isRunning(): boolean;
  close(): void;
}

/**
 * A process from now on. Its program is read at once, within microseconds, as it may end or run another one soon; the
 * rest when it is asked for. No later process with the same number is ever taken for it: the kernel answers no
 * question through a directory of /proc that was opened for a process that has ended. Where the process is held, its directory
 * is opened when it is needed: then it is its own if it ran still after that.
 */
export class ObservedProcess {
  readonly #pid: number;
  #held: HeldProcess | undefined;
  #isReleased = false;
  #directory: number | undefined;
  #executable: ExecutableFile | undefined;
  #lineage: Lineage | undefined;
  #facts: Promise<ProcessFacts | undefined> | undefined;

  /**
   * On other systems than Linux, and where there is no such process, nothing will be known. `held` is closed with it; where
   * it does not run any more at the end of this, nothing that was seen is its.
   */
  constructor(pid: number, held?: HeldProcess) {
    this.#pid = pid;
    this.#held = held;
    if (process.platform !== 'linux' || !Number.isInteger(pid) || pid <= 0) return;
    if (!held) this.#openDirectory();
    const directory = held ? `/proc/${pid}` : this.#directoryPath;
    if (directory !== undefined) this.#executable = ExecutableFile.open(directory);
    if (held && !held.isRunning()) this.close();
  }

  /**
   * Executable, parents and SSH connections, looked up at the first call only. The parents end with the first that
   * leads a session: the shell of a terminal. Resolves to undefined when the process had ended before anything could
   * be seen, or after `close`. Never rejects.
   */
  describe(): Promise<ProcessFacts | undefined> {
    this.#facts ??= this.#describe()
      .catch(() => undefined)
      .finally(() => this.#release());
    return this.#facts;
  }

  /** Reads the parents, which `describe` would else do while somebody waits. */
  lookAhead(): void {
    if (this.#lineage !== undefined) return;
    this.#openDirectory();
    const directory = this.#directoryPath;
    if (directory === undefined) return;
    const self = readStat(directory, this.#pid);
    // What could not be read now, for want of descriptors, may be read when it counts.
    if (self) this.#lineage = { self, parents: readParents(self) };
  }

  /** Gives back what is held of the process; a description on its way is finished first. */
  close(): void {
    if (this.#facts !== undefined) return;
    this.#facts = Promise.resolve(undefined);
    this.#release();
  }

  async #describe(): Promise<ProcessFacts | undefined> {
    this.lookAhead();
    const { self, parents = [] } = this.#lineage ?? {};
    if (!self && !this.#executable) return undefined;
    const directory = this.#directoryPath ?? NO_DIRECTORY;
    const [program, connections] = await Promise.all([
      this.#executable?.identify(directory),
      self && readSshConnections(self, directory, this.#executable?.path),
    ]);
    return { pid: this.#pid, ...program, parents, connections: connections ?? [] };
  }

  /** SECURITY: never after what is held was given back: the number may be another process's by then. */
  #openDirectory(): void {
    if (this.#directory !== undefined || this.#isReleased) return;
    const directory = openForNaming(`/proc/${this.#pid}`);
    if (directory === undefined) return;
    if (this.#held?.isRunning() === false) {
      closeSync(directory);
      return;
    }
    this.#directory = directory;
    // From here on that is what holds it.
    this.#held?.close();
    this.#held = undefined;
  }

  get #directoryPath(): string | undefined {
    return this.#directory === undefined ? undefined : `/proc/self/fd/${this.#directory}`;
  }

  #release(): void {
    this.#isReleased = true;
    this.#executable?.close();
    this.#held?.close();
    if (this.#directory !== undefined) closeSync(this.#directory);
    this.#executable = undefined;
    this.#held = undefined;
    this.#directory = undefined;
  }
}

/** The facts about a process that is there now. Never rejects. */
export function describeProcess(pid: number): Promise<ProcessFacts | undefined> {
  return new ObservedProcess(pid).describe();
}

/** Of a process that has ended: there is nothing in it. */
const NO_DIRECTORY = '/proc/self/fd/-1';

interface Stat {
  readonly pid: number;
  readonly parentPid: number;
  readonly leadsSession: boolean;
  /** In ticks since the machine was started. */
  readonly startedAt: number;
}

/** Those behind the name of the program, up to the start time. */
const STAT_FIELDS = 20;

/** proc(5): `pid (comm) state ppid pgrp session …`; comm is the program's choice and may hold `) `. */
function readStat(directory: string, pid: number): Stat | undefined {
  const text = readProcFile(`${directory}/stat`);
  if (text === undefined) return undefined;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ', STAT_FIELDS);
  const [parentPid, session, startedAt] = [fields[1], fields[3], fields[STAT_FIELDS - 1]].map(Number);
  if (parentPid === undefined || startedAt === undefined || !(parentPid >= 0) || !(startedAt >= 0))
    return undefined;
  return { pid, parentPid, leadsSession: session === pid, startedAt };
}

/** A process and who has started it. */
interface Lineage {
  readonly self: Stat;
  readonly parents: ProcessFacts['parents'];
}

type Ancestor = Stat & { readonly program: Program };

/** A command that starts many clients is the parent of all: its parents are looked at once for those of a second. */
const ANCESTORS_HOLD_MS = 1000;
const MAX_CHAINS = 16;
const chains = new Map<number, Chain>();

interface Chain {
  readonly of: Ancestor;
  readonly readAtMs: number;
  readonly ancestors: readonly Ancestor[];
}

/** The process as it is now, if it can have started `child`. */
function parentOf(child: Stat): Ancestor | undefined {
  const pid = child.parentPid;
  // Process 1 starts everything and says nothing.
  if (pid <= 1) return undefined;
  const directory = `/proc/${pid}`;
  const stat = readStat(directory, pid);
  // A parent that is younger than its child is another process that got the number since.
  if (!stat || stat.startedAt > child.startedAt) return undefined;
  return { ...stat, program: programAtAGlance(directory) };
}

/** Nearest first, as they are now or were within the last second. */
function ancestorsOf(process: Ancestor): readonly Ancestor[] {
  const nowMs = performance.now();
  const known = chains.get(process.pid);
  if (known && nowMs - known.readAtMs < ANCESTORS_HOLD_MS && isUnchanged(known.of, process))
    return known.ancestors;
  const ancestors: Ancestor[] = [];
  for (let child = process; !child.leadsSession && ancestors.length < MAX_PARENTS - 1; ) {
    const parent = parentOf(child);
    if (!parent) break;
    ancestors.push(parent);
    child = parent;
  }
  if (chains.size >= MAX_CHAINS) chains.clear();
  chains.set(process.pid, { of: process, readAtMs: nowMs, ancestors });
  return ancestors;
}

/** The same process, which runs the same program and has not lost its parent. */
function isUnchanged(before: Ancestor, now: Ancestor): boolean {
  return (
    before.startedAt === now.startedAt &&
    before.program.executable === now.program.executable &&
    before.parentPid === now.parentPid &&
    before.leadsSession === now.leadsSession
  );
}

function readParents(self: Stat): ProcessFacts['parents'] {
  // The parent itself is looked at for each client: it may run another program by now, or be another process.
  const parent = parentOf(self);
  if (!parent) return [];
  return [parent, ...ancestorsOf(parent)].map(({ pid, program }) => ({ pid, ...program }));
}

/**
 * A program with hundreds of connections to us has as many sockets, and is looked up for each connection: they come one after
 * the other, each just when the read for the one before has ended.
 */
const socketReads = new SharedReads<Set<number>>({ times: 3, mostMs: 5 });

async function readSshConnections(
  { pid, startedAt }: Stat,
  directory: string,
  executable: string | undefined,
): Promise<ProcessFacts['connections']> {
  const inodes = await socketReads.get(`${pid} ${startedAt}`, () => readSocketInodes(directory, true));
  if (inodes.size === 0) return [];
  const anyPort = executable !== undefined && SSH_PROGRAMS.has(basename(executable));
  const connections = (await tcpConnectionsOf(directory, inodes)).filter(
    ({ remote }) => anyPort || remote.port === SSH_PORT,
  );
  return connections.map(({ remote }) => remote);
}
