// Which one process has an object open, found among handles that may be to any with as few looks as it takes.
import type { ObjectHandles } from './handle-table.ts';

/** Of handles that are copied and compared for one message. Each takes microseconds of the thread that serves them all. */
const MAX_LOOKS = 10_000;

/** A process whose handles can be looked at. */
export interface HolderProcess extends Disposable {
  isTheObject(handle: bigint): boolean;
}

export interface SoleHolderParts {
  /** Looked at first: any one of these is it, also where others have the object open, too. */
  readonly likely: readonly number[];
  /** To the object, in all processes together and ours included; undefined when the system does not tell. */
  readonly handleCount: number | undefined;
  /** Undefined for a process that lets nobody look, or has ended. */
  readonly lookInto: (pid: number) => HolderProcess | undefined;
}

/** The process; undefined when nobody has the object open, several have, or there is too much to look at. */
export function soleHolder(
  { areTheObjects, handles }: ObjectHandles,
  { likely, handleCount, lookInto }: SoleHolderParts,
): number | undefined {
  const handlesOf = new Map<number, bigint[]>();
  // Last come those that were started last, as clients that send one request mostly are.
  for (const { pid, handle } of handles.toReversed()) {
    const those = handlesOf.get(pid);
    if (those) those.push(handle);
    else handlesOf.set(pid, [handle]);
  }
  let looksLeft = MAX_LOOKS;
  const hasObject = (pid: number, itsHandles: readonly bigint[]): boolean => {
    if (areTheObjects) return true;
    using process = lookInto(pid);
    if (!process) return false;
    return itsHandles.some((handle) => looksLeft-- > 0 && process.isTheObject(handle));
  };
  const processes = [...handlesOf];
  const first = processes.find(([pid, itsHandles]) => likely.includes(pid) && hasObject(pid, itsHandles));
  if (first !== undefined) return first[0];
  let found: number | undefined;
  for (const [pid, itsHandles] of processes) {
    if (likely.includes(pid)) continue;
    const hasIt = hasObject(pid, itsHandles);
    // SECURITY: who has not been looked at may have it open as well.
    if (looksLeft < 0 || (hasIt && found !== undefined)) return undefined;
    if (!hasIt) continue;
    // Nobody else has it open but us.
    if (handleCount === 2) return pid;
    found = pid;
  }
  return found;
}
