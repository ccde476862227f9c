// Types of npm-package.mjs for the tests.
/** Returns `dir`, which `fill` has made when it was not there. */
export function onceMade(dir: string, fill: (dir: string) => void): string;
/** Fetches a package (`name@version`) into `dir`. */
export function unpackPackage(spec: string, dir: string): void;
