// Types of debian-tree.mjs for tests and benchmarks.
/** A tree of programs, and a folder of programs that run those; or why it can't be had. */
export function debianTree(
  name: 'peers',
): { readonly dir: string; readonly bin: string } | { readonly problem: string };
/** The tree where it has been made already. */
export function debianTreeThatIsThere(
  name: 'peers',
): { readonly dir: string; readonly bin: string } | undefined;
