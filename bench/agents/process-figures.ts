// What Linux counts of a process, from /proc.
import { readFileSync } from 'node:fs';

/** Of `utime` and `stime`: always 100 in what the kernel shows (USER_HZ). */
const ticksPerSecond = 100;

/** Milliseconds of processor time of all threads, those that have ended included, in /proc/PID/stat (proc(5)). */
export function processorMsIn(stat: string): number {
  // The name of the program in parentheses may have any characters.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond;
}

/** Megabytes in /proc/PID/status; NaN where they are not told. */
export function residentMbIn(status: string): number {
  return (Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024) / 1e6;
}

export const processorMs = (pid: number): number => processorMsIn(readFileSync(`/proc/${pid}/stat`, 'utf8'));

export const residentMb = (pid: number): number => residentMbIn(readFileSync(`/proc/${pid}/status`, 'utf8'));
