// Where load and agent run. Left to itself the kernel puts an agent that answers one client on the client's core or on
// another, which takes 15 or 50 microseconds for the same list. Here it is the same for all.
import { readdirSync, readFileSync } from 'node:fs';
import { runOn } from '../load/system-calls.ts';

/** `apart`: the load has a core, the agent the others. `together`: both have the same one. `free`: the kernel chooses. */
export type Placement = 'apart' | 'together' | 'free';

/** Numbers of cores in /proc/PID/status, where this process may run. */
export function coresIn(status: string): number[] {
  const list = /^Cpus_allowed_list:\s+(\S+)$/m.exec(status)?.[1] ?? '0';
  return list.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, n) => first + n);
  });
}

export function coresFor(
  placement: Placement,
  cores: readonly number[],
): { readonly load: readonly number[]; readonly agent: readonly number[] } {
  if (placement === 'free') return { load: cores, agent: cores };
  const load = cores.slice(0, 1);
  const others = cores.slice(1);
  return { load, agent: placement === 'together' || others.length === 0 ? load : others };
}

/** Where this process may run, as long as it has told no thread of its own otherwise. */
export const allCores: readonly number[] = coresIn(readFileSync('/proc/self/status', 'utf8'));

/** All threads of a process, and those that they make. */
export function placeProcess(pid: number, cores: readonly number[]): void {
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      runOn(cores, Number(thread));
    } catch {
      // It has ended meanwhile.
    }
  }
}
