// Types of debian-tree.mjs for the tests.
/** A tree of programs, and a folder of programs that run those; or why it can't be had. */
export function debianTree(
  name: 'peers',
): { readonly dir: string; readonly bin: string } | { readonly problem: string };
