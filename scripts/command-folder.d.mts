// Types of command-folder.mjs for the tests.
type Arch = 'x64' | 'arm64';
/** The path of node.exe, fetched once. */
export function fetchNode(arch: Arch): string;
/** Makes the folder with the command from `built` (dist/), and koffi from `nodeModules`. */
export function makeCommandFolder(
  dir: string,
  options: {
    readonly arch: Arch;
    readonly nodeModules: string;
    readonly built?: string;
    readonly licences?: string;
  },
): void;
/** The package that node.exe comes from, and the hash of its archive. */
export const nodes: Readonly<Record<Arch, { readonly spec: string; readonly integrity: string }>>;
