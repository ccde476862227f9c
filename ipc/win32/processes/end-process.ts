// The end of this process, at once and whatever its threads do.
import { kernel32 } from '../libraries/kernel32.ts';

/** Never returns. Nothing is run or written any more. */
export function endProcess(exitCode: number): void {
  // SAFETY: the handle is a constant that stands for ourselves.
  kernel32().TerminateProcess(kernel32().GetCurrentProcess(), exitCode);
}
