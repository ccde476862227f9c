// What a Unix process does that does not end.
import { readdirSync, readFileSync } from 'node:fs';

interface ThreadState {
  readonly id: number;
  readonly name: string;
  /** As proc(5) has it: `R`, `S`, `D`, and `Z` for one that has ended. */
  readonly state: string;
  /** The function of the kernel that it waits in. */
  readonly waitsIn: string;
}

/** The threads of a process, its main one first; none when there is no such process. */
export function threadsOf(pid: number | undefined): ThreadState[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map((id) => {
      const read = (file: string) => readFileSync(`/proc/${pid}/task/${id}/${file}`, 'utf8').trim();
      const state = read('stat').replace(/^.*\) /, '')[0] ?? '';
      return { id: Number(id), name: read('comm'), state, waitsIn: read('wchan') };
    });
  } catch {
    return [];
  }
}

/** For people who read the test's output. */
export function describeThreads(threads: readonly ThreadState[]): string {
  return threads.map(({ id, name, state, waitsIn }) => `${id} ${name} ${state} ${waitsIn}`).join(', ');
}
