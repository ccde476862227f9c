// What Windows tells about a process, for the person who is asked: observed, and no boundary.
import { type HeldProcess, holdProcess, inspectProcess, type OpenedProcess } from './process-executable.ts';
import type { TcpRow } from './tcp-rows.ts';
import { readTcpConnections } from './tcp-table.ts';

export interface ProcessFacts {
  readonly pid: number;
  readonly executable?: string;
  readonly parents: readonly { readonly pid: number; readonly executable?: string }[];
  readonly connections: readonly { readonly address: string; readonly port: number }[];
}

const MAX_PARENTS = 16;
const SSH_PORT = 22;
/** Programs that start everything and so say nothing: the desktop, and the system's own. */
const SESSION_PROGRAMS = new Set([
  'explorer.exe',
  'services.exe',
  'sihost.exe',
  'smss.exe',
  'svchost.exe',
  'userinit.exe',
  'wininit.exe',
  'winlogon.exe',
]);
/** Programs all of whose connections are worth showing: their servers may listen on any port. */
const SSH_PROGRAMS = new Set([
  'filezilla.exe',
  'fzsftp.exe',
  'kitty.exe',
  'plink.exe',
  'pscp.exe',
  'psftp.exe',
  'putty.exe',
  'scp.exe',
  'sftp.exe',
  'ssh.exe',
  'tortoisegitplink.exe',
  'tortoiseplink.exe',
  'winscp.exe',
]);

/**
 * A process from now on. What it runs is read at once, as it may end soon, and its number is nobody else's until
 * `close`; its parents and connections are looked up when they are asked for.
 */
export class ObservedProcess {
  readonly #pid: number;
  readonly #held: HeldProcess | undefined;
  #parents: ProcessFacts['parents'] | undefined;
  #isClosed = false;
  #facts: Promise<ProcessFacts | undefined> | undefined;

  constructor(pid: number) {
    this.#pid = pid;
    try {
      this.#held = holdProcess(pid);
    } catch {
      // Nothing will be known of it.
    }
  }

  /**
   * Executable, parents up to the shell or IDE that the desktop has started, and SSH connections, looked up at the
   * first call only. Undefined when there was no such process. Never rejects.
   */
  describe(): Promise<ProcessFacts | undefined> {
    this.#facts ??= this.#describe().catch(() => undefined);
    return this.#facts;
  }

  /** Looks the parents up, which `describe` would else do while somebody waits. Never throws. */
  lookAhead(): void {
    if (!this.#held || this.#isClosed) return;
    try {
      this.#parents ??= parentsOf(this.#held);
    } catch {
      // None will be shown.
    }
  }

  /** Gives the handle back; a description on its way is finished first. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#facts !== undefined) void this.#facts.finally(() => this.#held?.close());
    else this.#held?.close();
  }

  async #describe(): Promise<ProcessFacts | undefined> {
    const self = this.#held;
    // Once it is let go, the number may be another's.
    if (!self || this.#isClosed) return undefined;
    // Before the wait: who has started it may end meanwhile.
    this.lookAhead();
    const connections = await readTcpConnections();
    return {
      pid: this.#pid,
      ...(self.executable !== undefined && { executable: self.executable }),
      parents: this.#parents ?? [],
      connections: sshConnectionsOf(this.#pid, self.executable, connections),
    };
  }
}

function parentsOf(self: OpenedProcess): ProcessFacts['parents'] {
  const parents: { pid: number; executable?: string }[] = [];
  let child = self;
  while (parents.length < MAX_PARENTS) {
    const pid = child.parentPid;
    const parent = pid ? inspectProcess(pid) : undefined;
    // A parent that is younger than its child is another process that got the number since.
    if (!pid || !parent || parent.createdAtMs > child.createdAtMs) break;
    if (SESSION_PROGRAMS.has(fileName(parent.executable))) break;
    parents.push({ pid, ...(parent.executable !== undefined && { executable: parent.executable }) });
    child = parent;
  }
  return parents;
}

function sshConnectionsOf(
  pid: number,
  executable: string | undefined,
  connections: readonly TcpRow[],
): ProcessFacts['connections'] {
  const anyPort = SSH_PROGRAMS.has(fileName(executable));
  return connections
    .filter((row) => row.pid === pid && row.established && (anyPort || row.remotePort === SSH_PORT))
    .map((row) => ({ address: row.remoteAddress, port: row.remotePort }));
}

function fileName(path: string | undefined): string {
  return (path ?? '').split('\\').at(-1)?.toLowerCase() ?? '';
}
