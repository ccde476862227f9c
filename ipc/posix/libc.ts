// The C library of this process, reached through koffi. Loaded at the first call, so that importing a
// file of this folder costs and breaks nothing on other systems.
import { createRequire } from 'node:module';
import type { LibraryHandle } from 'koffi';

type LibcFunction = ReturnType<LibraryHandle['func']>;

let koffi: typeof import('koffi') | undefined;
let libc: LibraryHandle | undefined;
const functions = new Map<string, LibcFunction>();

/**
 * A function of the C library by its C declaration, for example `int getpgrp(void)`.
 * @throws when koffi has no build for this system or the symbol is missing.
 */
export function libcFunction(declaration: string): LibcFunction {
  let found = functions.get(declaration);
  if (!found) {
    libc ??= loadLibc();
    found = libc.func(declaration);
    functions.set(declaration, found);
  }
  return found;
}

/** errno of the latest call of a function of this file on this thread. */
export function lastErrorNumber(): number | undefined {
  return koffi?.errno();
}

function loadLibc(): LibraryHandle {
  koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
  // SAFETY: null names the running program, which has the C library linked in already.
  return koffi.load(null);
}
