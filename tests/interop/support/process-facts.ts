// What /proc tells of a process: descriptors and memory.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

function descriptors(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
    } catch {
      // Closed meanwhile.
      return [];
    }
  });
}

export function openDescriptors(pid: number): number {
  return descriptors(pid).length;
}

/** Listening ones and connections. */
export function openSockets(pid: number): number {
  return descriptors(pid).filter((target) => target.startsWith('socket:')).length;
}

export function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) * 1024;
}

/** The letter of /proc/PID/stat: `T` is stopped, `Z` has ended, `R` and `S` are well; empty without such a process. */
export function stateOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
  } catch {
    return '';
  }
}
