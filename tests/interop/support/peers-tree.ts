// The tree of newer programs that the `peers` project runs these tests with, instead of those that are installed.
import { inject } from 'vitest';

export interface PeersTree {
  /** Its root. A path below it is the same file inside and outside of the tree, and the only kind that its programs see. */
  readonly dir: string;
  /** A folder of programs that run those of the tree. */
  readonly bin: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Undefined in all other projects. */
    peersTree: PeersTree | { readonly problem: string } | undefined;
  }
}

const found = inject('peersTree');
// With what is installed the tests would pass, and prove nothing of newer programs.
if (found && 'problem' in found) throw new Error(`the newest clients are not there: ${found.problem}`);

export const peersTree = found;
